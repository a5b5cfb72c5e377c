import { nodesWithRole, type Cluster, type Node } from '../../cluster/cluster';
import { promotionUnder, type Doubt } from '../../failover/doubt';
import type { Check, Step } from '../../failover/plan';
import { addressOn, clusterBack, dryRunReached, masterLiveOn, noMasterOn, ucarpOn } from './checks';
import { canaryScript } from './scripts/canary';
import {
  dryRunScript,
  promoteScript,
  rehearsalScript,
  restartMasterScript,
  stopMasterScript,
  tidyScript,
  unpromoteScript,
} from './scripts/metadata';
import { startUcarpScript, stopUcarpScript, takeAddressScript, type UcarpOptions } from './scripts/ucarp';
import { moosefsSection } from './section';
import { base } from './step-base';

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

/** Removes the scratch folder of a dry run. */
export function tidy(cluster: Cluster, node: Node): Step {
  return {
    ...base,
    id: `tidy-${node.name}`,
    title: `Remove what the dry run left on ${node.name}`,
    node: node.name,
    why: 'Its copy of the metadata is of no more use.',
    script: tidyScript(cluster, node),
  };
}

/** Before anything moves: do the files of the chosen node add up? */
export function rehearse(cluster: Cluster, winner: Node): Step {
  return {
    ...base,
    id: 'rehearse',
    title: `Rehearse the restore on ${winner.name}, on a copy`,
    node: winner.name,
    why: 'The master serves meanwhile. Files that do not add up must be found out before it is stopped.',
    script: rehearsalScript(cluster, winner),
    timeoutMs: 600_000,
    undo: [tidy(cluster, winner)],
  };
}

/** Ends the living master; its restart in place is the way back. */
export function stopMaster(
  cluster: Cluster,
  master: Node,
  version: number,
  checks: readonly Check[],
  others: readonly Check[],
): Step {
  return {
    ...base,
    id: 'stop-master',
    title: `Stop the master on ${master.name} in an orderly way`,
    node: master.name,
    why: 'It saves everything and tells its metaloggers. From here on clients wait, until the new master answers.',
    checks: [addressOn(cluster, master, true), ...checks],
    script: stopMasterScript(cluster, master),
    timeoutMs: 600_000,
    verify: [noMasterOn(cluster, master)],
    verifyForMs: 10_000,
    danger: 'disruptive',
    undo: [
      addressBack(cluster, master),
      { ...restartMaster(cluster, master, version, others), id: 'undo-stop-master' },
    ],
  };
}

/** Waits until the only ucarp that is left has given its node the address. */
export function addressBack(cluster: Cluster, master: Node): Step {
  return {
    ...base,
    id: 'address-back',
    title: `See the virtual address come back to ${master.name}`,
    node: master.name,
    why: 'Its ucarp stands for election alone now.',
    verify: [addressOn(cluster, master, true)],
    verifyForMs: 20_000,
  };
}

/** Tries the restore; it ends when the address has arrived, too. */
export function dryRun(cluster: Cluster, winner: Node, version: number): Step {
  const reached = dryRunReached(cluster, winner, version);
  const ready = [reached, addressOn(cluster, winner, true)];
  return {
    ...base,
    id: 'dry-run',
    title: `Try the restore on ${winner.name}, on a copy`,
    node: winner.name,
    why: 'A metalogger whose files do not add up must be found out before it is promoted. Meanwhile the address arrives.',
    script: dryRunScript(cluster, winner),
    timeoutMs: 600_000,
    verify: ready,
    verifyForMs: 60_000,
    doneWhen: ready,
    undo: [tidy(cluster, winner)],
  };
}

export function withdraw(
  cluster: Cluster,
  other: Node,
  checks: readonly Check[],
  { skew, ...ucarp }: UcarpOptions & { readonly skew?: number } = {},
): Step {
  const out = [ucarpOn(cluster, other, undefined), addressOn(cluster, other, false)];
  return {
    ...base,
    id: `withdraw-${other.name}`,
    title: `Take ${other.name} out of the election for the address`,
    node: other.name,
    why: 'ucarp chooses by skew and address, not by metadata: only the chosen node may stand for election.',
    checks,
    script: stopUcarpScript(cluster, other, ucarp),
    verify: out,
    verifyForMs: 5_000,
    danger: 'disruptive',
    doneWhen: out,
    ...(skew !== undefined && { undo: [rejoinElection(cluster, other, skew)] }),
  };
}

export function takeAddress(
  cluster: Cluster,
  winner: Node,
  checks: readonly Check[],
  { skew, ...ucarp }: UcarpOptions & { readonly skew?: number } = {},
): Step {
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
    script: takeAddressScript(cluster, winner, ucarp),
    // ucarp waits deadratio × advbase, 3 × 1 s unless configured otherwise, before it takes the address (ucarp(8)).
    // The dry run goes on meanwhile, and waits for it.
    verify: held.slice(0, 1),
    verifyForMs: 10_000,
    danger: 'disruptive',
    doneWhen: held,
    ...(skew !== undefined && { undo: takenBack(cluster, winner, skew) }),
  };
}

/** The chosen node gives the address up, and then stands for election as before. */
function takenBack(cluster: Cluster, winner: Node, skew: number): readonly Step[] {
  const idle = [noMasterOn(cluster, winner)];
  return [
    {
      ...withdraw(cluster, winner, idle),
      id: 'undo-take-address',
      title: `Take the address from ${winner.name} again`,
    },
    { ...rejoinElection(cluster, winner, skew), id: `rejoin-election-${winner.name}` },
  ];
}

export function promote(
  cluster: Cluster,
  winner: Node,
  version: number,
  checks: readonly Check[],
  doubt: Doubt | undefined,
): Step {
  const live = [masterLiveOn(cluster, winner, 'dry-run'), addressOn(cluster, winner, true)];
  return {
    ...base,
    id: 'promote',
    title: `Make ${winner.name} the master`,
    node: winner.name,
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
    ...promotionUnder(
      doubt,
      winner.name,
      'Its metadata was in step with the master as last seen; the restore of these very files was tried.',
    ),
    doneWhen: live,
    final: true,
    undo: [
      {
        ...metaloggerBack(cluster, winner),
        id: 'undo-promote',
        title: `Put the files of ${winner.name} back`,
      },
    ],
  };
}

/** Takes back what a promotion did that started no master. */
export function metaloggerBack(cluster: Cluster, node: Node): Step {
  return {
    ...base,
    id: `metalogger-back-${node.name}`,
    title: `Let the metalogger on ${node.name} go on`,
    node: node.name,
    why: 'A promotion stopped it and started no master: it may go on from the files that were there before.',
    checks: [noMasterOn(cluster, node)],
    script: unpromoteScript(cluster, node),
    timeoutMs: 60_000,
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
