import type { SystemSpec } from '../spec';

/** Addresses for documentation only (RFC 5737): nothing answers there until a person has put in their own. */
const address = (index: number) => `192.0.2.${11 + index}`;

/**
 * A first cluster file of a system: its roles on example nodes, with what the file needs and a comment on
 * each. Optional keys of the system's section are comments to choose from.
 */
export function template(spec: SystemSpec, cluster: string): string {
  const roles = spec.roles.filter(({ role }) => role !== 'client');
  // Three of each: two are a finding in every system (no spare, no majority, no second way out).
  const nodes = roles.flatMap(({ role }) => [1, 2, 3].map((number) => ({ name: `${role}${number}`, role })));
  return [
    `# ${spec.title}. Put in the names and addresses of your nodes; Standby checks the file while you type.`,
    `cluster: ${cluster}`,
    `system: ${spec.id}`,
    '# ssh: { user: ops, become: sudo }   # your own SSH configuration applies underneath',
    ...(spec.redundancy ? ['', 'redundancy:', '  replicas: 2'] : []),
    '',
    'nodes:',
    ...nodes.map(
      ({ name, role }, index) => `  - { name: ${name}, address: ${address(index)}, roles: [${role}] }`,
    ),
    '',
    `${spec.sectionRequired ? '' : '# '}${spec.id}:`,
    ...Object.entries(spec.section).map(([key, { doc, required }]) => {
      const indent = spec.sectionRequired ? '  # ' : '#   ';
      return `${indent}${key}:   # ${doc}${required === true ? ' Required.' : ''}`;
    }),
    '',
  ].join('\n');
}
