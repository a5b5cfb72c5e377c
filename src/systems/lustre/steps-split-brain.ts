import { emptyStep } from '../../failover/blank';
import type { Cluster, Node } from '../../cluster/cluster';
import type { ScriptCheck, Step } from '../../failover/plan';
import { releasedOn, targetCheck } from './checks';
import {
  backupFolder,
  backupScript,
  backupStateScript,
  connectScript,
  disconnectScript,
  resumeSyncScript,
} from './scripts/split-brain';
import type { LustreTarget } from './section';

/** The side is not connected to its peer. */
function apart(target: LustreTarget, node: Node): ScriptCheck {
  return targetCheck(target, node, `${target.drbd} on ${node.name} is not connected`, ({ mirror }) => ({
    holds: mirror !== undefined && mirror.connection !== 'Connected',
    detail: mirror?.connection ?? 'the resource is down',
  }));
}

/** The survivor's copy is good. */
function good(target: LustreTarget, node: Node): ScriptCheck {
  return targetCheck(target, node, `The copy of ${target.drbd} on ${node.name} is good`, ({ mirror }) => ({
    holds: mirror?.disk === 'UpToDate',
    detail: mirror ? `disk ${mirror.disk}` : 'the resource is down',
  }));
}

/** The victim is on the receiving side: the direction, before anything flows. */
function receives(target: LustreTarget, node: Node): ScriptCheck {
  return targetCheck(target, node, `${node.name} is the side that receives`, ({ mirror }) => {
    if (!mirror) return { holds: false, detail: 'the resource is down' };
    const { connection, replication, disk } = mirror;
    const isEqual = replication === 'Established' && disk === 'UpToDate';
    return {
      holds: connection === 'Connected' && (isEqual || /^(SyncTarget|PausedSyncT)$/.test(replication)),
      detail: `${connection}, ${replication}`,
    };
  });
}

/** The person names the side whose data go, before anything is touched. */
export function nameVictim(target: LustreTarget, victim: Node, survivor: Node, losses: string): Step {
  return {
    ...emptyStep,
    id: `name-victim-${target.drbd}`,
    title: `Choose: ${survivor.name} keeps its data, ${victim.name} loses its own`,
    node: victim.name,
    why: losses,
    checks: [apart(target, victim), apart(target, survivor), good(target, survivor)],
    danger: 'data-loss',
    typed: {
      name: victim.name,
      why: `What ${victim.name} alone has of ${target.drbd} will be overwritten. ${losses}`,
    },
  };
}

/** Takes the victim out of its connection for good, until it discards. */
export function disconnectVictim(target: LustreTarget, victim: Node): Step {
  return {
    ...emptyStep,
    id: `disconnect-${target.drbd}`,
    title: `Let ${target.drbd} stand alone on ${victim.name}`,
    node: victim.name,
    why: 'Nothing may flow before the direction is settled.',
    checks: [releasedOn(target, victim)],
    script: disconnectScript(target),
    verify: [apart(target, victim)],
    verifyForMs: 10_000,
  };
}

/** Keeps what the victim has. */
export function backupVictim(
  cluster: Cluster,
  target: LustreTarget,
  victim: Node,
  how: 'snapshot' | 'copy',
  bytes: number,
): Step {
  return {
    ...emptyStep,
    id: `backup-${target.drbd}`,
    title:
      how === 'snapshot'
        ? `Keep a snapshot of what ${victim.name} has`
        : `Copy what ${victim.name} has to ${backupFolder}`,
    node: victim.name,
    why: 'So that somebody can still take single files out of it.',
    checks: [releasedOn(target, victim)],
    script: backupScript(cluster, target, how, bytes),
    timeoutMs: 6 * 3_600_000,
    verify: [
      {
        type: 'script',
        title: `The backup on ${victim.name} is there`,
        node: victim.name,
        script: backupStateScript(cluster, target),
        timeoutMs: 15_000,
        judge: ({ stdout }) => {
          const file = /^kept (.*)$/m.exec(stdout)?.[1];
          return { holds: file !== undefined, detail: file ?? 'there is none' };
        },
      },
    ],
    verifyForMs: 5_000,
  };
}

/** Connects the victim, which discards its data, and then the survivor; the resync stays paused until its direction is seen. */
export function reconnect(
  target: LustreTarget,
  victim: Node,
  survivor: Node,
  isKept: boolean,
): readonly Step[] {
  const takeBack: Step = {
    ...disconnectVictim(target, victim),
    id: `undo-discard-${target.drbd}`,
    title: `Let ${target.drbd} stand alone on ${victim.name} again`,
  };
  return [
    {
      ...emptyStep,
      id: `discard-${target.drbd}`,
      title: `Connect ${target.drbd} on ${victim.name}, which discards its own data`,
      node: victim.name,
      why: isKept
        ? 'Its data are kept aside; from here on it takes those of the other side.'
        : 'There is no backup: what it alone has is gone after this.',
      checks: [
        releasedOn(target, victim),
        apart(target, victim),
        apart(target, survivor),
        good(target, survivor),
      ],
      script: connectScript(target, 'victim'),
      timeoutMs: 90_000,
      danger: 'data-loss',
      typed: {
        name: victim.name,
        why: `${victim.name} discards what it alone has of ${target.drbd}${isKept ? '; a backup is kept there' : ', and there is NO backup'}.`,
      },
      undo: [takeBack],
    },
    {
      ...emptyStep,
      id: `connect-${target.drbd}`,
      title: `Connect ${target.drbd} on ${survivor.name}, and see the direction`,
      node: survivor.name,
      why: `${survivor.name} must be the source; the resync is paused until that is seen.`,
      checks: [good(target, survivor)],
      script: connectScript(target, 'survivor'),
      timeoutMs: 90_000,
      verify: [receives(target, victim)],
      verifyForMs: 30_000,
      danger: 'data-loss',
      undo: [{ ...takeBack, id: `undo-connect-${target.drbd}`, checks: [] }],
    },
    {
      ...emptyStep,
      id: `resume-${target.drbd}`,
      title: `Let the resync of ${target.drbd} flow`,
      node: victim.name,
      why: 'Its direction is right.',
      checks: [receives(target, victim)],
      script: resumeSyncScript(target),
      danger: 'data-loss',
      final: true,
    },
  ];
}
