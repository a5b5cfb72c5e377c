import { emptyStep } from '../../failover/blank';
import type { Node } from '../../cluster/cluster';
import { promotionUnder, type Doubt } from '../../failover/doubt';
import type { Check, Step } from '../../failover/plan';
import { inStep, mayBePromoted, mountedOn, recovered, releasedOn, roleOn, withoutPartner } from './checks';
import {
  bringUpScript,
  demoteScript,
  mountScript,
  promoteScript,
  seeLostScript,
  umountScript,
  waitRecoveryScript,
  waitSyncScript,
} from './scripts/target';
import type { LustreTarget } from './section';

/** Seconds: Lustre's hard limit of a recovery is 900, and extensions come on top. */
export const recoverySeconds = 1_200;
/** Seconds that a plan waits for a resync; a longer one is waited for outside. */
export const syncSeconds = 900;

/** The first look of the evidence; the second is taken while the next steps go on, and counts for the promotion (safety 4, 6). */
export function proveGone(node: Node, checks: readonly Check[]): Step {
  return {
    ...emptyStep,
    id: `prove-${node.name}-gone`,
    title: `Prove that ${node.name} is gone`,
    node: node.name,
    why: `${node.name} may still write, and two nodes that write at once destroy a file system.`,
    checks: checks.map((check) => (check.type === 'gone' ? { ...check, first: true } : check)),
  };
}

/** Sees the mirrors of a node lose their partner, read twice. */
export function seeLost(targets: readonly LustreTarget[], node: Node, gone: Node): Step {
  const mirrored = targets.filter(({ drbd }) => drbd !== undefined);
  return {
    ...emptyStep,
    id: `see-lost-${node.name}`,
    title: `See the mirrors on ${node.name} lose ${gone.name}, twice, 10 s apart`,
    node: node.name,
    why: 'Right after a death DRBD still says “Connected” for 6 to 7 s; one that stays connected lives.',
    script: seeLostScript(mirrored),
    timeoutMs: 90_000,
    verify: mirrored.map((target) => withoutPartner(target, node)),
    verifyForMs: 5_000,
  };
}

/** Unmounts a target on the node that serves it; mounting it there again is the way back. */
export function umount(target: LustreTarget, from: Node, to: Node, checks: readonly Check[]): Step {
  const out = mountedOn(target, from, false);
  return {
    ...emptyStep,
    id: `umount-${target.name}`,
    title: `Unmount ${target.name} on ${from.name}`,
    node: from.name,
    why: 'It writes everything out, and the clients wait from here on. Never with -f, which evicts them all.',
    checks,
    script: umountScript(target),
    timeoutMs: 180_000,
    verify: [out],
    verifyForMs: 10_000,
    danger: 'disruptive',
    doneWhen: [out],
    undo: [
      {
        ...mount(target, from, [releasedOn(target, to)]),
        id: `undo-umount-${target.name}`,
        title: `Mount ${target.name} on ${from.name} again`,
        final: false,
        undo: [],
      },
    ],
  };
}

/** Makes the mirror Secondary on the old node. */
export function demote(target: LustreTarget, from: Node, to: Node): Step {
  const released = releasedOn(target, from);
  return {
    ...emptyStep,
    id: `demote-${target.name}`,
    title: `Make ${target.drbd} Secondary on ${from.name}`,
    node: from.name,
    why: 'Only one side may be Primary.',
    checks: [mountedOn(target, from, false)],
    script: demoteScript(target),
    timeoutMs: 90_000,
    verify: [released],
    verifyForMs: 10_000,
    danger: 'disruptive',
    doneWhen: [released],
    undo: [
      {
        ...promote(target, from, [releasedOn(target, to)], undefined),
        id: `undo-demote-${target.name}`,
        title: `Make ${target.drbd} Primary on ${from.name} again`,
        undo: [],
      },
    ],
  };
}

/** Makes the mirror Primary on the new node: the promotion that safety speaks of. */
export function promote(
  target: LustreTarget,
  to: Node,
  proof: readonly Check[],
  doubt: Doubt | undefined,
): Step {
  const isPrimary = roleOn(target, to, 'Primary');
  return {
    ...emptyStep,
    id: `promote-${target.name}`,
    title: `Make ${target.drbd} Primary on ${to.name}`,
    node: to.name,
    checks: [mayBePromoted(target, to), ...proof],
    script: promoteScript(target),
    timeoutMs: 90_000,
    verify: [isPrimary],
    verifyForMs: 10_000,
    ...promotionUnder(
      doubt,
      to.name,
      'A mirror must be Primary before it can be mounted. Nothing here ever forces it.',
    ),
    doneWhen: [isPrimary],
    undo: [
      {
        ...emptyStep,
        id: `undo-promote-${target.name}`,
        title: `Make ${target.drbd} Secondary on ${to.name} again`,
        node: to.name,
        why: 'Nothing was mounted there, so nothing was written.',
        checks: [mountedOn(target, to, false)],
        script: demoteScript(target),
        timeoutMs: 90_000,
        verify: [releasedOn(target, to)],
        verifyForMs: 10_000,
        doneWhen: [releasedOn(target, to)],
      },
    ],
  };
}

/** Mounts a target on the new node; from then on clients write there. */
export function mount(target: LustreTarget, to: Node, proof: readonly Check[], doubt?: Doubt): Step {
  const here = mountedOn(target, to, true);
  return {
    ...emptyStep,
    id: `mount-${target.name}`,
    title: `Mount ${target.name} on ${to.name}`,
    node: to.name,
    checks: [...(target.drbd === undefined ? [] : [roleOn(target, to, 'Primary')]), ...proof],
    script: mountScript(target),
    timeoutMs: 330_000,
    verify: [here],
    verifyForMs: 10_000,
    ...promotionUnder(
      doubt,
      to.name,
      'From here on it is served there. A clean mount may take 10 s and more: multi-mount protection waits.',
    ),
    doneWhen: [here],
    final: true,
    undo: [
      {
        ...emptyStep,
        id: `undo-mount-${target.name}`,
        title: `Unmount ${target.name} on ${to.name} again`,
        node: to.name,
        why: 'The mount failed: whatever is left of it goes.',
        script: umountScript(target),
        timeoutMs: 180_000,
        verify: [mountedOn(target, to, false)],
        verifyForMs: 10_000,
        doneWhen: [mountedOn(target, to, false)],
      },
    ],
  };
}

/** Brings a resource up on a node that was restarted, and waits until both copies are good. */
export function bringUp(target: LustreTarget, node: Node, other: Node): readonly Step[] {
  return [
    {
      ...emptyStep,
      id: `up-${target.name}`,
      title: `Bring ${target.drbd} up on ${node.name}`,
      node: node.name,
      why: 'After a restart of its node a resource is down until somebody brings it up. It becomes no Primary by that.',
      checks: [mountedOn(target, node, false)],
      script: bringUpScript(target),
      timeoutMs: 90_000,
      verify: [roleOn(target, node, 'Secondary')],
      verifyForMs: 10_000,
    },
    waitSync(target, node, other),
  ];
}

/** Waits until both copies are good and connected. */
export function waitSync(target: LustreTarget, node: Node, other: Node): Step {
  return {
    ...emptyStep,
    id: `sync-${target.name}`,
    title: `Wait until ${target.drbd} is good on both sides`,
    node: node.name,
    why: 'A copy that is not complete cannot be served.',
    script: waitSyncScript(target, syncSeconds),
    timeoutMs: (syncSeconds + 60) * 1000,
    verify: [inStep(target, node), inStep(target, other)],
    verifyForMs: 20_000,
  };
}

/** Waits until the clients have come back to the targets that moved to a node. */
export function waitRecovery(node: Node, devices: readonly string[]): readonly Step[] {
  if (devices.length === 0) return [];
  return [
    {
      ...emptyStep,
      id: `recovery-${node.name}`,
      title: `Wait for the recovery of ${devices.join(', ')} on ${node.name}`,
      node: node.name,
      why: 'Clients send again what was not written yet. It ends when all are back, or by itself after at most 15 min.',
      script: waitRecoveryScript(devices, recoverySeconds),
      timeoutMs: (recoverySeconds + 60) * 1000,
      verify: devices.map((device) => recovered(node, device)),
      verifyForMs: 10_000,
      doneWhen: devices.map((device) => recovered(node, device)),
    },
  ];
}
