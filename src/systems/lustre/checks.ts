import type { Cluster, Node } from '../../cluster/cluster';
import type { GoneCheck, Judgement, ScriptCheck } from '../../failover/plan';
import { UnreadableError } from '../../heartbeat/probe';
import type { ExecResult } from '../../ssh/connection';
import type { DrbdReading, Recovery } from './observation';
import { readRecovery } from './reader-lctl';
import { clientStateScript } from './scripts/clients';
import { haStateScript, type Manager } from './scripts/ha';
import { recoveryStateScript, targetStateScript } from './scripts/target';
import type { LustreTarget } from './section';
import { readClient, readHa, readTargetState, type ClientSurvey, type TargetState } from './survey';

const checkTimeoutMs = 25_000;

const wrong = (detail: string): Judgement => ({ holds: false, detail });
const right = (detail: string): Judgement => ({ holds: true, detail });

/** What a reader made of an answer; an answer that cannot be read is no yes. */
function read<T>(result: ExecResult | undefined, reader: (text: string) => T): T | string {
  if (!result) return 'no answer';
  try {
    return reader(result.stdout);
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return `${error.message} (exit code ${result.exitCode}): ${result.stderr.trim().slice(-200)}`;
  }
}

/** A check of what one node has of a target. */
export function targetCheck(
  target: LustreTarget,
  node: Node,
  title: string,
  judge: (state: TargetState) => Judgement,
): ScriptCheck {
  return {
    type: 'script',
    title,
    node: node.name,
    script: targetStateScript(target),
    timeoutMs: checkTimeoutMs,
    judge: (result) => {
      const state = read(result, readTargetState);
      return typeof state === 'string' ? wrong(state) : judge(state);
    },
  };
}

/** Why nothing can be said of a mirror; undefined when its state was read. */
const unread = ({ mirrorProblem }: TargetState): string | undefined =>
  mirrorProblem === undefined ? undefined : `drbdsetup gives no answer that could be used: ${mirrorProblem}`;

const said = (mirror: DrbdReading | undefined): string =>
  mirror
    ? `${mirror.role}, disk ${mirror.disk}, ${mirror.connection}, the other side ${mirror.peerRole} with disk ${mirror.peerDisk}`
    : 'the resource is down';

/** The target is, or is not, mounted on a node. */
export function mountedOn(target: LustreTarget, node: Node, expected: boolean): ScriptCheck {
  return targetCheck(
    target,
    node,
    `${target.name} is ${expected ? '' : 'not '}mounted on ${node.name}`,
    ({ mounted, elsewhere }) => {
      if (!expected && elsewhere !== undefined) return wrong(`its device is mounted on ${elsewhere}`);
      return {
        holds: (mounted !== undefined) === expected,
        detail: mounted === undefined ? 'it is not mounted' : `${mounted} is mounted there`,
      };
    },
  );
}

/** The old node has let go: not mounted, not Primary (safety 2, "released"). */
export function releasedOn(target: LustreTarget, node: Node): ScriptCheck {
  const what = target.drbd === undefined ? 'not mounted' : 'not mounted, and its mirror is not Primary';
  return targetCheck(target, node, `${node.name} has let go of ${target.name}: ${what}`, (state) => {
    const problem = unread(state);
    if (problem !== undefined) return wrong(problem);
    if (state.mounted !== undefined || state.elsewhere !== undefined)
      return wrong(`it is still mounted on ${state.elsewhere ?? target.mountPoint}`);
    if (state.mirror && state.mirror.role !== 'Secondary') return wrong(`its mirror is ${state.mirror.role}`);
    return right(target.drbd === undefined ? 'it is not mounted' : said(state.mirror));
  });
}

/** The mirror has a role on a node. */
export function roleOn(target: LustreTarget, node: Node, role: 'Primary' | 'Secondary'): ScriptCheck {
  return targetCheck(target, node, `${target.drbd} is ${role} on ${node.name}`, (state) => {
    const problem = unread(state);
    if (problem !== undefined) return wrong(problem);
    return { holds: state.mirror?.role === role, detail: said(state.mirror) };
  });
}

/**
 * Both copies are good and connected, as this node sees them: an orderly switch loses nothing. `diskless` names the side
 * that works without its own disk, through the other's: its mirror is broken, but the other copy has everything.
 */
export function inStep(target: LustreTarget, node: Node, diskless?: 'own' | 'peer'): ScriptCheck {
  return targetCheck(
    target,
    node,
    `${target.drbd} is connected and good on both sides, as ${node.name} sees it`,
    (state) => {
      const { mirror } = state;
      if (!mirror) return wrong(unread(state) ?? 'the resource is down');
      const good = (disk: string, side: 'own' | 'peer') =>
        disk === (side === diskless ? 'Diskless' : 'UpToDate');
      return {
        holds:
          mirror.connection === 'Connected' &&
          mirror.replication === 'Established' &&
          good(mirror.disk, 'own') &&
          good(mirror.peerDisk, 'peer') &&
          (mirror.outOfSync ?? 0) === 0,
        detail: `${said(mirror)}, ${mirror.outOfSync ?? 0} bytes out of sync`,
      };
    },
  );
}

/** The survivor's own copy is good, nothing is mounted, and no Primary is on the other side. */
export function mayBePromoted(target: LustreTarget, node: Node): ScriptCheck {
  return targetCheck(
    target,
    node,
    `The copy of ${target.drbd} on ${node.name} is good, and it sees no other Primary`,
    (state) => {
      const { mirror } = state;
      if (!mirror) return wrong(unread(state) ?? 'the resource is down');
      return {
        holds: mirror.disk === 'UpToDate' && mirror.peerRole !== 'Primary' && state.mounted === undefined,
        detail: `${said(mirror)}${state.mounted === undefined ? '' : `, and ${state.mounted} is mounted`}`,
      };
    },
  );
}

/** The survivor has lost its partner: one that is still connected lives. */
export function withoutPartner(target: LustreTarget, node: Node): ScriptCheck {
  return targetCheck(target, node, `${target.drbd} on ${node.name} has no partner any more`, (state) => {
    const { mirror } = state;
    if (!mirror) return wrong(unread(state) ?? 'the resource is down');
    return { holds: mirror.connection !== 'Connected', detail: said(mirror) };
  });
}

/** Nodes that are asked whether they reach a silent server: in a large cluster a few are as good as all. */
const witnessesAtMost = 8;

/** A silent server is gone, as its console says: for mirrored or shared storage nothing less counts (safety 2). */
export function gone(node: Node, witnesses: readonly Node[], holds?: boolean): GoneCheck {
  return {
    type: 'gone',
    title: `${node.name} is off: its console says so and no other node reaches it`,
    node: node.name,
    console: node.console ?? '',
    witnesses: witnesses.slice(0, witnessesAtMost).map(({ name }) => name),
    ...(holds !== undefined && { holds }),
  };
}

const isOver = ({ status }: Recovery): boolean => status === 'COMPLETE' || status === 'INACTIVE';

/** Where a recovery stands, in words. */
export function recoveryText(recovery: Recovery): string {
  const { status, said: word, completed, connected, clients, remainingSeconds, evicted } = recovery;
  const back = status === 'COMPLETE' ? completed : (connected ?? completed);
  return [
    status === 'unknown' ? word : status,
    ...(back === undefined ? [] : [`${back}${clients === undefined ? '' : ` of ${clients}`} clients`]),
    ...(remainingSeconds === undefined ? [] : [`${remainingSeconds} s left`]),
    ...(evicted === undefined || evicted === 0 ? [] : [`${evicted} evicted`]),
  ].join(', ');
}

/** The recovery of a target is over. */
export function recovered(node: Node, device: string): ScriptCheck {
  return {
    type: 'script',
    title: `The recovery of ${device} is over`,
    node: node.name,
    script: recoveryStateScript(),
    timeoutMs: checkTimeoutMs,
    judge: (result) => {
      const lines = result.stdout.split('\n');
      if (!lines.includes('end')) return wrong(`no complete answer: ${result.stderr.trim().slice(-200)}`);
      const found = read(result, () =>
        readRecovery(`${lines.filter((line) => line !== 'end').join('\n')}\n`),
      );
      if (typeof found === 'string') return wrong(found);
      const recovery = found.find((each) => each.device === device);
      if (!recovery) return wrong(`${device} does not tell its recovery yet`);
      return { holds: isOver(recovery), detail: recoveryText(recovery) };
    },
  };
}

/** An HA manager is out of the way on a node, or at work again. */
export function managerOn(cluster: Cluster, node: Node, manager: Manager, atWork: boolean): ScriptCheck {
  const name = manager === 'heartbeat' ? 'Heartbeat' : 'Pacemaker';
  return {
    type: 'script',
    title: atWork ? `${name} is at work again on ${node.name}` : `${name} is out of the way on ${node.name}`,
    node: node.name,
    script: haStateScript(cluster),
    timeoutMs: 45_000,
    judge: (result) => {
      const lines = result.stdout.split('\n');
      if (!lines.includes('end')) return wrong(`no complete answer: ${result.stderr.trim().slice(-200)}`);
      const { heartbeat, pacemaker } = readHa(lines);
      if (manager === 'heartbeat')
        return {
          holds: (heartbeat?.running ?? false) === atWork,
          detail: heartbeat?.running ? 'it runs' : 'it does not run',
        };
      if (!pacemaker) return wrong('Pacemaker does not answer');
      return {
        holds: pacemaker.maintenance !== atWork,
        detail: pacemaker.maintenance ? 'in maintenance mode' : 'not in maintenance mode',
      };
    },
  };
}

/** What a client says of targets, against the connections that it had before they moved. */
export function clientFollowed(
  cluster: Cluster,
  client: { readonly node: Node; readonly survey: ClientSurvey },
  devices: readonly string[],
): ScriptCheck {
  const { node, survey } = client;
  const before = new Map(survey.imports.map((each) => [each.device, each.currentConnection]));
  return {
    type: 'script',
    title: `${node.name} is connected to ${devices.join(', ')} again`,
    node: node.name,
    script: clientStateScript(cluster),
    timeoutMs: 45_000,
    judge: (result) => {
      const now = read(result, readClient);
      if (typeof now === 'string') return wrong(now);
      if (now.remount?.startsWith('failed')) return wrong(now.remount);
      if (now.mounted === undefined) return wrong('the file system is not mounted there');
      if (now.isMute) return wrong('lctl is not installed there: nobody can tell');
      for (const device of devices) {
        // A file system that was mounted anew has two imports of a target for a moment.
        const found = now.imports.filter((each) => each.device === device);
        const full = found.find(({ state }) => state === 'FULL');
        if (!full) {
          const states = found.map(({ state }) => state ?? 'unknown').join(', ');
          return wrong(`${device}: ${states === '' ? 'no connection' : states}`);
        }
        const old = before.get(device);
        if (old !== undefined && full.currentConnection === old)
          return wrong(`${device}: FULL, but still at ${old}`);
      }
      return right(`FULL: ${devices.join(', ')}`);
    },
  };
}
