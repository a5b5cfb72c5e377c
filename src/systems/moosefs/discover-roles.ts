import { isMoosefsMount, type MoosefsAnswer } from './discover-read';

/** What others say of a node's roles. */
export interface RoleEvidence {
  /** The master has it as a chunkserver, connected or not. */
  readonly isConnected: boolean;
  readonly virtualAddress: string | undefined;
}

export interface Roles {
  /** Absent: the node did not tell its processes. */
  readonly roles?: readonly string[];
  /** Roles of programs that are installed. */
  readonly possible: readonly string[];
  /** Roles that a candidate has anyhow, whether it is one now or is set up to be one. */
  readonly implied: readonly string[];
  readonly notes: readonly string[];
}

const programs = {
  mfsmaster: 'master',
  mfsmetalogger: 'metalogger',
  mfschunkserver: 'chunkserver',
  mfsmount: 'client',
} as const;

/**
 * The roles of a node by what runs there. A metalogger beside a ucarp is a candidate for the master; a program that is
 * only installed makes a role possible and no more.
 */
export function rolesOf(
  { node, host, facts }: MoosefsAnswer,
  { isConnected, virtualAddress }: RoleEvidence,
): Roles {
  const possible = Object.entries(programs).flatMap(([program, role]) =>
    facts.installed?.has(program) ? [role] : [],
  );
  const { processes } = host;
  const mounted = host.mounts?.some(isMoosefsMount) === true;
  if (!processes)
    return { ...(isConnected ? { roles: ['chunkserver'] } : {}), possible, implied: [], notes: [] };
  const ucarp = facts.ucarps.find(({ address }) => address === virtualAddress);
  const isCandidate = processes.has('mfsmaster') || (ucarp !== undefined && possible.includes('master'));
  const isStopped = !processes.has('mfschunkserver') && (isConnected || (facts.disks?.length ?? 0) > 0);
  const roles = [
    ...(isCandidate ? ['master'] : []),
    ...(processes.has('mfsmetalogger') && !isCandidate ? ['metalogger'] : []),
    ...(processes.has('mfschunkserver') || isStopped ? ['chunkserver'] : []),
    ...(processes.has('mfsmount') || mounted ? ['client'] : []),
  ];
  const labels = facts.settings.get('mfschunkserver')?.get('LABELS');
  const isStandby = roles.includes('metalogger') && possible.includes('master');
  return {
    roles,
    possible: [...new Set([...possible, ...(isCandidate ? ['metalogger'] : [])])],
    implied: isCandidate || possible.includes('master') ? ['metalogger'] : [],
    notes: [
      ...(isStopped ? [`TODO: mfschunkserver is set up on ${node.name}, but does not run.`] : []),
      ...(isStandby
        ? [
            `TODO: mfsmaster is installed on ${node.name}, too: add the role master if it may become the master.`,
          ]
        : []),
      ...(isCandidate && ucarp && hooksOf(ucarp) !== ''
        ? [`ucarp with skew ${ucarp.skew} calls ${hooksOf(ucarp)}.`]
        : []),
      ...(isCandidate && !ucarp && virtualAddress !== undefined
        ? [`TODO: no ucarp for ${virtualAddress} runs on ${node.name}.`]
        : []),
      ...(labels !== undefined && roles.includes('chunkserver') ? [`Labels: ${labels}.`] : []),
    ],
  };
}

function hooksOf({ up, down }: { readonly up?: string; readonly down?: string }): string {
  return [up, down].filter((hook) => hook !== undefined).join(' and ');
}
