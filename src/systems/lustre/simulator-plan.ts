import type { Cluster, Node } from '../../cluster/cluster';
import type { SimulatedAnswer } from '../../demo/simulator';
import { clientStateScript, forgetRemountScript, lazyRemountScript, remountScript } from './scripts/clients';
import { haAwayScript, haBackScript, haStateScript } from './scripts/ha';
import {
  backupScript,
  backupStateScript,
  connectScript,
  disconnectScript,
  resumeSyncScript,
} from './scripts/split-brain';
import { surveyScript } from './scripts/survey';
import {
  abortRecoveryScript,
  bringUpScript,
  demoteScript,
  mountScript,
  promoteScript,
  recoveryStateScript,
  seeLostScript,
  targetStateScript,
  umountScript,
  waitRecoveryScript,
  waitSyncScript,
} from './scripts/target';
import { deviceOf, lustreSection, targetsOf, type LustreTarget } from './section';
import type { SimulatedHost } from './simulator-host';
import { clusterName, deviceBytes } from './simulator-layout';
import type { Outcome } from './simulator-mirror';
import { clientState, haState, serverSurvey, targetState } from './simulator-plan-text';
import type { SimulatedState } from './simulator-state';
import { recoveryText } from './simulator-text';
import { recoverySeconds, syncSeconds } from './steps';

/** What a script does to the simulated cluster; `say` shows output before the end. */
export type PlanCommand = (
  state: SimulatedState,
  host: SimulatedHost,
  say: (text: string) => void,
) => SimulatedAnswer | Promise<SimulatedAnswer>;

const answer = (stdout: string): SimulatedAnswer => ({ exitCode: 0, stdout, stderr: '' });
const failure = (stderr: string, exitCode = 1): SimulatedAnswer => ({
  exitCode,
  stdout: '',
  stderr: `${stderr}\n`,
});
const became = (outcome: Outcome, said: string): SimulatedAnswer =>
  outcome.ok ? answer(`${said}\n`) : failure(outcome.said, outcome.code);

/** Every choice of some of these, in their order: a plan may be about any of them together. */
function choices<T>(all: readonly T[]): readonly (readonly T[])[] {
  return all.reduce<readonly (readonly T[])[]>(
    (found, each) => [...found, ...found.map((some) => [...some, each])],
    [[]],
  );
}

/**
 * Every script that plans build for a node of the simulated cluster, with its effect. A script is known by being equal to
 * what its builder makes; nothing here reads shell.
 */
export function planCommands(cluster: Cluster, node: Node): ReadonlyMap<string, PlanCommand> {
  const commands = new Map<string, PlanCommand>();
  const section = lustreSection(cluster);
  const targets = targetsOf(section, node.name);
  if (targets.length === 0) {
    for (const [script, command] of clientCommands(cluster)) commands.set(script, command);
    return commands;
  }
  commands.set(surveyScript(cluster, node), (state, host) => answer(serverSurvey(state, host)));
  for (const target of targets)
    for (const [script, command] of targetCommands(cluster, target)) commands.set(script, command);
  for (const some of choices(targets)) {
    commands.set(seeLostScript(some), seeLost(some));
    commands.set(
      waitRecoveryScript(
        some.map((target) => deviceOf(section, target)),
        recoverySeconds,
      ),
      waitRecovery(some),
    );
  }
  commands.set(recoveryStateScript(), (state, host) => answer(`${recoveryText(state, host)}end\n`));
  commands.set(haStateScript(cluster), (state, host) =>
    answer([...haState(state, host), 'end', ''].join('\n')),
  );
  commands.set(haAwayScript(cluster, 'heartbeat'), heartbeatAway);
  commands.set(haBackScript(cluster, 'heartbeat'), heartbeatBack);
  return commands;
}

function targetCommands(cluster: Cluster, target: LustreTarget): readonly (readonly [string, PlanCommand])[] {
  const { name, drbd = '', mountPoint } = target;
  return [
    [
      targetStateScript(target),
      (state, host) => answer([...targetState(state, host, target), 'end', ''].join('\n')),
    ],
    [
      umountScript(target),
      async (state, host) => {
        if (!host.mounts.has(name)) return answer(`nothing is mounted on ${mountPoint}\n`);
        await state.sleep(1_000, host);
        return became(state.umount(host.name, name), `${mountPoint} is unmounted`);
      },
    ],
    [
      demoteScript(target),
      (state, host) =>
        host.mounts.has(name)
          ? failure(`${mountPoint} is still mounted here`)
          : became(state.secondary(host.name, drbd), `${drbd} is Secondary here`),
    ],
    [
      promoteScript(target),
      async (state, host) => {
        await state.sleep(500, host);
        return became(state.primary(host.name, drbd), `${drbd} is Primary here`);
      },
    ],
    [
      mountScript(target),
      async (state, host, say) => {
        if (host.mounts.has(name)) return answer(`${mountPoint} is mounted already\n`);
        say('mounting; multi-mount protection may take 10 s and more\n');
        await state.sleep(4_000, host);
        return became(state.mount(host.name, name), `${target.device} is mounted on ${mountPoint}`);
      },
    ],
    [bringUpScript(target), (state, host) => became(state.up(host.name, drbd), `${drbd} is up here`)],
    [waitSyncScript(target, syncSeconds), waitSync(target)],
    [
      abortRecoveryScript(deviceOf(lustreSection(cluster), target)),
      (state) => {
        state.abortRecovery(name);
        return answer('');
      },
    ],
    ...splitBrainCommands(cluster, target),
  ];
}

function seeLost(targets: readonly LustreTarget[]): PlanCommand {
  return async (state, host, say) => {
    const areLost = () =>
      targets.every((target) => {
        const side = state.mirrorOf(target).side(host.name);
        return side.isUp && side.connection !== 'Connected';
      });
    for (let waited = 0; !areLost(); waited += 500) {
      if (waited > 30_000) return failure('a resource is down here, or still has its partner');
      await state.sleep(500, host);
    }
    say('the partner is lost; it is read again in 10 s\n');
    await state.sleep(10_000, host);
    return areLost()
      ? answer('without partner, read twice\n')
      : failure('the partner is back: that node lives');
  };
}

function waitSync(target: LustreTarget): PlanCommand {
  return async (state, host, say) => {
    const mirror = state.mirrorOf(target);
    for (let waited = 0; waited < syncSeconds * 1000; waited += 2_000) {
      const side = mirror.side(host.name);
      if (side.connection === 'StandAlone') return failure(`${target.drbd} stands alone`);
      if (mirror.isConnected && !mirror.sync) return answer(`${target.drbd} is UpToDate on both sides\n`);
      if (mirror.sync)
        say(
          `${mirror.replication(side)}: ${(100 * (1 - side.outOfSync / mirror.sync.total)).toFixed(1)} % done\n`,
        );
      await state.sleep(2_000, host);
    }
    return failure('the resync goes on: start this plan again when it is through');
  };
}

function waitRecovery(targets: readonly LustreTarget[]): PlanCommand {
  return async (state, host, say) => {
    let before = '';
    for (let waited = 0; waited < recoverySeconds * 1000; waited += 2_000) {
      const open = targets.filter(({ name }) => state.recoveries.get(name)?.endedAt === undefined);
      if (open.length === 0) return answer('recovery is over\n');
      const line = open
        .map(({ name }) => {
          const { clients = [] } = state.recoveries.get(name) ?? {};
          return `${name}: ${clients.filter((each) => state.connected(name).includes(each)).length} of ${clients.length} clients are back\n`;
        })
        .join('');
      if (line !== before) say(line);
      before = line;
      await state.sleep(2_000, host);
    }
    return failure('recovery goes on');
  };
}

const mark = `${clusterName}.heartbeat`;

const heartbeatAway: PlanCommand = async (state, host) => {
  if (!host.heartbeat?.running) return answer('Heartbeat does not run here\n');
  host.kept.set(mark, '');
  await state.sleep(2_000, host);
  // As it does when it is stopped in an orderly way: it lets go of what it holds.
  for (const name of [...host.mounts]) {
    state.umount(host.name, name);
    state.secondary(host.name, state.target(name).drbd ?? '');
  }
  host.heartbeat.running = false;
  return answer('Heartbeat is stopped here\n');
};

const heartbeatBack: PlanCommand = (_state, host) => {
  if (!host.kept.delete(mark)) return answer('nothing was taken away here\n');
  if (host.heartbeat) host.heartbeat.running = true;
  return answer('Heartbeat runs here again\n');
};

function clientCommands(cluster: Cluster): readonly (readonly [string, PlanCommand])[] {
  const kept = `${clusterName}.remount`;
  const remount = (state: SimulatedState, host: SimulatedHost) => {
    state.umountClient(host.name);
    state.mountClient(host.name);
  };
  return [
    [clientStateScript(cluster), (state, host) => answer(clientState(state, host))],
    [
      remountScript(cluster),
      (state, host) => {
        host.kept.set(kept, 'running');
        void state.sleep(3_000, host).then(() => {
          remount(state, host);
          host.kept.set(kept, 'done');
        });
        return answer('unmount and mount have begun\n');
      },
    ],
    [
      lazyRemountScript(cluster),
      (state, host) => {
        remount(state, host);
        host.kept.set(kept, 'done');
        return answer('mounted anew\n');
      },
    ],
    [
      forgetRemountScript(cluster),
      (_state, host) => {
        host.kept.delete(kept);
        return answer('');
      },
    ],
  ];
}

function splitBrainCommands(
  cluster: Cluster,
  target: LustreTarget,
): readonly (readonly [string, PlanCommand])[] {
  const { name, drbd = '' } = target;
  const kept = `${clusterName}-${drbd}.last`;
  const file = `/var/tmp/standby-backup/${clusterName}-${drbd}.img`;
  return [
    [
      disconnectScript(target),
      (state, host) => {
        state.disconnect(host.name, drbd);
        return answer(`${drbd} stands alone here\n`);
      },
    ],
    [
      backupScript(cluster, target, 'copy', deviceBytes),
      async (state, host) => {
        if (host.mounts.has(name)) return failure('it is still mounted: a copy would not be whole');
        await state.sleep(5_000, host);
        host.kept.set(kept, file);
        return answer(`kept as ${file}\n`);
      },
    ],
    [
      backupStateScript(cluster, target),
      (_state, host) => answer(`${host.kept.has(kept) ? `kept ${host.kept.get(kept)}\n` : ''}end\n`),
    ],
    [
      connectScript(target, 'victim'),
      (state, host) => {
        const outcome = state.connect(host.name, drbd, true);
        return became(outcome, `${drbd}: Connecting`);
      },
    ],
    [
      connectScript(target, 'survivor'),
      async (state, host) => {
        state.connect(host.name, drbd);
        await state.sleep(2_000, host);
        const mirror = state.mirror(drbd);
        return answer(`${drbd}: ${mirror.replication(mirror.side(host.name))}\n`);
      },
    ],
    [resumeSyncScript(target), () => answer(`the resync of ${drbd} may flow\n`)],
  ];
}
