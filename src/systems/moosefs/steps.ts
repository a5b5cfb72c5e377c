import { nodesWithRole, type Cluster, type Node } from '../../cluster/cluster';
import type { Check, Step } from '../../failover/plan';
import { addressOn, clusterBack, dryRunReached, masterLiveOn, ucarpOn } from './checks';
import { canaryScript } from './scripts/canary';
import { dryRunScript, promoteScript, restartMasterScript, tidyScript } from './scripts/metadata';
import { startUcarpScript, stopUcarpScript, takeAddressScript } from './scripts/ucarp';
import { moosefsSection } from './section';

const base = {
  checks: [],
  script: '',
  timeoutMs: 30_000,
  verify: [],
  verifyForMs: 0,
  danger: 'none',
  doneWhen: [],
} as const;

/** The first look of the evidence; the second is taken while the next steps go on, and counts for the promotion (safety 4, 6). */
export function proveGone(node: Node, checks: readonly Check[]): Step {
  return {
    ...base,
    id: `prove-${node.name}-gone`,
    title: `Prove that ${node.name} is gone`,
    node: node.name,
    why: `${node.name} may still be the master, and two masters at once lose writes.`,
    checks: checks.map((check) => (check.type === 'gone' ? { ...check, first: true } : check)),
  };
}

export function dryRun(cluster: Cluster, winner: Node, version: number): Step {
  const reached = dryRunReached(cluster, winner, version);
  return {
    ...base,
    id: 'dry-run',
    title: `Try the restore on ${winner.name}, on a copy`,
    node: winner.name,
    why: 'A metalogger whose files do not add up must be found out before anything moves.',
    script: dryRunScript(cluster, winner),
    timeoutMs: 600_000,
    verify: [reached],
    verifyForMs: 5_000,
    doneWhen: [reached],
  };
}

export function withdraw(cluster: Cluster, other: Node, checks: readonly Check[]): Step {
  const out = [ucarpOn(cluster, other, undefined), addressOn(cluster, other, false)];
  return {
    ...base,
    id: `withdraw-${other.name}`,
    title: `Take ${other.name} out of the election for the address`,
    node: other.name,
    why: 'ucarp chooses by skew and address, not by metadata: only the chosen node may stand for election.',
    checks,
    script: stopUcarpScript(cluster, other),
    verify: out,
    verifyForMs: 5_000,
    danger: 'disruptive',
    doneWhen: out,
  };
}

export function takeAddress(cluster: Cluster, winner: Node, checks: readonly Check[]): Step {
  const held = [ucarpOn(cluster, winner, 1), addressOn(cluster, winner, true)];
  return {
    ...base,
    id: 'take-address',
    title: `Give ${winner.name} the virtual address, at skew 1`,
    node: winner.name,
    why:
      'At skew 1 it keeps the address when the old master comes back: at equal skews ucarp once gave it to a ' +
      'stale master, and 61 of 146 acknowledged writes were gone.',
    checks,
    script: takeAddressScript(cluster, winner),
    verify: held,
    // ucarp waits deadratio × advbase, 3 × 1 s unless configured otherwise, before it takes the address (ucarp(8)).
    verifyForMs: 60_000,
    danger: 'disruptive',
    doneWhen: held,
  };
}

export function promote(
  cluster: Cluster,
  winner: Node,
  version: number,
  checks: readonly Check[],
  stale: string | undefined,
): Step {
  const live = [masterLiveOn(cluster, winner, 'dry-run'), addressOn(cluster, winner, true)];
  return {
    ...base,
    id: 'promote',
    title: `Make ${winner.name} the master`,
    node: winner.name,
    why: stale
      ? `Only if nothing better is left: ${stale}.`
      : 'Its metadata was in step with the master as last seen; the restore of these very files was tried.',
    checks: [
      dryRunReached(cluster, winner, version),
      ucarpOn(cluster, winner, 1),
      addressOn(cluster, winner, true),
      ...checks,
    ],
    script: promoteScript(cluster, winner),
    timeoutMs: 600_000,
    verify: live,
    verifyForMs: 60_000,
    danger: stale ? 'data-loss' : 'disruptive',
    ...(stale && { typed: { name: winner.name, why: `${winner.name} may lack writes: ${stale}` } }),
    doneWhen: live,
  };
}

export function rejoinElection(cluster: Cluster, other: Node, skew: number): Step {
  const back = [ucarpOn(cluster, other, skew), addressOn(cluster, other, false)];
  return {
    ...base,
    id: `rejoin-election-${other.name}`,
    title: `Let ${other.name} stand for election again`,
    node: other.name,
    why: 'Without it, nothing would take the address over when the new master fails in its turn.',
    script: startUcarpScript(cluster, other, skew),
    verify: back,
    verifyForMs: 10_000,
    doneWhen: back,
  };
}

export function restartMaster(cluster: Cluster, node: Node, version: number, checks: readonly Check[]): Step {
  const live = [masterLiveOn(cluster, node, version), addressOn(cluster, node, true)];
  return {
    ...base,
    id: 'restart-master',
    title: `Start the master on ${node.name} again`,
    node: node.name,
    why: 'Only its process died: its own files are complete, and ucarp, which watches hosts, did not move.',
    checks: [addressOn(cluster, node, true), ...checks],
    script: restartMasterScript(cluster, node),
    timeoutMs: 600_000,
    verify: live,
    verifyForMs: 60_000,
    danger: 'disruptive',
    doneWhen: live,
  };
}

export function seeTheClusterBack(cluster: Cluster, master: Node, chunkservers: number): Step {
  return {
    ...base,
    id: 'cluster-back',
    title: 'See the chunkservers come back',
    node: master.name,
    why: 'They find the new master by the address; until all have registered, chunks look missing.',
    script: tidyScript(cluster, master),
    verify: [clusterBack(cluster, master, chunkservers)],
    verifyForMs: 60_000,
  };
}

/** Write and read a file where a client mounts the file system; none without such a client. */
export function canary(cluster: Cluster, skip: ReadonlySet<string>): readonly Step[] {
  const client = nodesWithRole(cluster, 'client').find(({ name }) => !skip.has(name));
  if (!client || moosefsSection(cluster).mountPoint === undefined) return [];
  return [
    {
      ...base,
      id: 'canary',
      title: `Write and read a file on ${client.name}`,
      node: client.name,
      why: 'The only proof that counts for the users: a client writes, syncs and reads again.',
      script: canaryScript(cluster),
      optional: true,
    },
  ];
}
