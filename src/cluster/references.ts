import { normalAddress } from './address';
import { nodesThat, twins } from './chunks';
import { isStorage, type ClusterDraft, type NodeDraft } from './draft';
import { nearMiss } from './near';
import { replaceWith, type Report } from './report';
import type { SystemSpec } from './spec';
import type { NodeReference } from './walk';

/** Checks what ties one place of a document to another: addresses, names of nodes, their domains. */
export function checkReferences(
  draft: ClusterDraft,
  references: readonly NodeReference[],
  report: Report,
): void {
  findSharedNames(draft, report);
  findSharedAddresses(draft, report);
  const byName = new Map<string, NodeDraft>();
  for (const node of references.length > 0 ? draft.nodes : []) {
    if (node.name && !byName.has(node.name.value)) byName.set(node.name.value, node);
  }
  for (const reference of references) checkReference(draft, byName, reference, report);
  findMissingDomains(draft, report);
}

const sameNames = twins(({ name }) => name?.value);

function findSharedNames({ nodes }: ClusterDraft, report: Report): void {
  for (const { index, first } of sameNames(nodes)) {
    const [name, other] = [nodes[index]?.name, nodes[first]?.name];
    if (!name || !other) continue;
    report.add(
      'duplicate-name',
      'error',
      name.range,
      `nodes: there is another name '${name.value}' in this list. Rename one.`,
      { related: [{ range: other.range, message: `The first '${name.value}'.` }] },
    );
  }
}

const defaultPort = 22;

const sameAddresses = twins(
  ({ address, ssh }, port: number) => address && `${ssh.port?.value ?? port} ${normalAddress(address.value)}`,
);

function findSharedAddresses({ nodes, ssh }: ClusterDraft, report: Report): void {
  const common = ssh.port?.value ?? defaultPort;
  for (const { index, first } of sameAddresses(nodes, common)) {
    const [node, other] = [nodes[index], nodes[first]];
    if (!node?.address || !other?.address) continue;
    const name = other.name?.value ?? 'another node';
    report.add(
      'duplicate-address',
      'error',
      node.address.range,
      `${name} has the address ${node.address.value} and the port ${node.ssh.port?.value ?? common} too: two nodes cannot share them. Correct one.`,
      { related: [{ range: other.address.range, message: `The address of ${name}.` }] },
    );
  }
}

function checkReference(
  draft: ClusterDraft,
  byName: ReadonlyMap<string, NodeDraft>,
  { name, range, role }: NodeReference,
  report: Report,
): void {
  const node = byName.get(name);
  if (!node) {
    // Where nodes are missing from the draft, the name may well be theirs.
    if (!draft.canCount || draft.nodes.some((one) => !one.name)) return;
    const meant = nearMiss(name, byName.keys());
    report.add(
      'unknown-node',
      'error',
      range,
      `There is no node '${name}' under nodes.${meant ? ` Did you mean ${meant}?` : ' Add it, or name another.'}`,
      { fixes: meant ? [replaceWith(range, meant)] : [] },
    );
  } else if (role !== undefined && node.hasAllRoles && !node.roles.some(({ value }) => value === role)) {
    report.add(
      'wrong-role',
      'error',
      range,
      `${name} has the roles ${node.roles.map(({ value }) => value).join(', ')}, but here a node with the role ${role} is needed. Add the role, or name another node.`,
      { related: [{ range: node.roles[0]?.range ?? node.range, message: `The roles of ${name}.` }] },
    );
  }
}

const lackingDomain = nodesThat(
  (node, spec: SystemSpec | undefined, key: string) => isStorage(spec, node) && !node.written.has(key),
);

function findMissingDomains({ nodes, spec, redundancy }: ClusterDraft, report: Report): void {
  const domain = redundancy?.failureDomain;
  if (!domain || domain.value === 'host' || domain.value === 'disk') return;
  const key = domain.value;
  for (const node of lackingDomain(nodes, spec, key)) {
    report.add(
      'missing-domain',
      'error',
      node.range,
      `The failure domain is the ${key}, but ${node.name?.value ?? 'this node'} does not say in which ${key} it stands. Write ${key}: …`,
      { related: [{ range: domain.range, message: `failureDomain: ${key}` }] },
    );
  }
}
