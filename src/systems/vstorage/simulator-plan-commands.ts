import { findNode, type Cluster } from '../../cluster/cluster';
import type { SimulatedAnswer } from '../../demo/simulator';
import type { SimulatedHost } from './simulator-host';
import type { Command } from './simulator-commands';
import { failed, maintain, releaseDisk, releaseNode, assignDisk, typed } from './simulator-shell';
import type { VstorageState } from './simulator-state';
import { deviceOf, diskId, nodeId } from './simulator-vinfra';
import {
  assignDiskScript,
  maintenanceScript,
  releaseDiskScript,
  releaseNodeScript,
  stopServicesScript,
  unmountScript,
} from './scripts/actions';
import { partsOf, surveyScript, type SurveyPart } from './scripts/survey';

/** The scripts of the plans on a node; `answers` holds those of the probes, of which the survey is made. */
export function planCommands(
  cluster: Cluster,
  node: string,
  state: VstorageState,
  answers: Readonly<Record<SurveyPart, Command>>,
): ReadonlyMap<string, Command> {
  const commands = new Map<string, Command>();
  const declared = findNode(cluster, node);
  if (declared) {
    commands.set(surveyScript(cluster, declared), (now, host, say) => {
      const parts = partsOf(declared).map((part) => `@@ ${part}\n${answers[part](now, host, say).stdout}`);
      return { exitCode: 0, stdout: `${parts.join('')}@@ end\n`, stderr: '' };
    });
  }
  for (const about of state.hosts.values()) {
    const id = nodeId(state, about);
    for (const verb of ['precheck', 'start', 'stop'] as const)
      commands.set(
        maintenanceScript(verb, id),
        task((now) => maintain(now, about, verb)),
      );
    commands.set(
      releaseNodeScript(id),
      task((now) => releaseNode(now, about)),
    );
    for (const disk of about.node.disks.keys()) {
      const device = deviceOf(disk);
      commands.set(
        releaseDiskScript(id, diskId(about, disk)),
        task((now) => releaseDisk(now, about, device)),
      );
      for (const tier of [0, 1, 2, 3])
        commands.set(
          assignDiskScript(id, device, tier),
          task((now) => assignDisk(now, about, device)),
        );
    }
  }
  commands.set(unmountScript(cluster), (_now, host) => switched(() => (host.mounted = false)));
  commands.set(stopServicesScript('mds'), (_now, host) => switched(() => (host.runsMds = false)));
  commands.set(stopServicesScript('cs'), (_now, host) => switched(() => (host.runsCs = false)));
  return commands;
}

function switched(change: () => void): SimulatedAnswer {
  change();
  return { exitCode: 0, stdout: '', stderr: '' };
}

/** What the scripts around vinfra print. */
function task(run: (state: VstorageState) => SimulatedAnswer): Command {
  return (state) => {
    if (!state.layout.vinfra) return failed('vinfra is not here, or may not be used', 127);
    if (state.master === undefined) return failed('no MDS of the cluster answers', 1);
    const said = run(state);
    if (said.exitCode !== 0) return said;
    const { task_id: id } = JSON.parse(said.stdout) as { readonly task_id: string };
    const isOver = state.tasks.get(id)?.isOver() ?? true;
    return {
      exitCode: 0,
      stdout: `task ${id}\n${isOver ? 'the task is through' : 'the task goes on'}\n`,
      stderr: '',
    };
  };
}

/** A script of several `vstorage` commands, one a line; undefined when it is anything else. */
export function commandLines(
  state: VstorageState,
  host: SimulatedHost,
  script: string,
): SimulatedAnswer | undefined {
  const lines = script.split('\n').filter((line) => line !== 'set -e');
  if (!lines.every((line) => /^(timeout \d+ vstorage |systemctl start vstorage-csd)/.test(line)))
    return undefined;
  for (const line of lines) {
    if (line.startsWith('systemctl')) continue;
    const said = typed(state, host, line.replace(/^timeout \d+ /, ''));
    if (said === undefined || said.exitCode !== 0) return said;
  }
  return { exitCode: 0, stdout: '', stderr: '' };
}
