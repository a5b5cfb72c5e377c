import { findNode, type Cluster } from '../../cluster/cluster';
import type { SimulatedAnswer } from '../../demo/simulator';
import { discoveryScript } from '../../discovery/script';
import { disksAnswer, disksScript } from '../../heartbeat/disks-probe';
import { vstorageParts } from './discover-parts';
import { discoveryAnswer } from './discover-simulated';
import {
  configScript,
  endMark,
  eventsScript,
  noVinfraMark,
  serviceScript,
  statScript,
  vinfraScript,
} from './probes-scripts';
import type { SimulatedHost } from './simulator-host';
import { planCommands } from './simulator-plan-commands';
import type { SurveyPart } from './scripts/survey';
import type { VstorageState } from './simulator-state';
import { configText, eventText, statText } from './simulator-text';
import { csOn, diskList, nodeList, overview } from './simulator-vinfra';

/** What a simulated node does for one script. */
export type Command = (
  state: VstorageState,
  host: SimulatedHost,
  say: (text: string) => void,
) => SimulatedAnswer;

/** A command that succeeded. */
export const answer = (stdout: string): SimulatedAnswer => ({ exitCode: 0, stdout, stderr: '' });

/** The scripts that a simulated node knows, by their whole text: those of the probes and of the plans. */
export function commandsOf(
  cluster: Cluster,
  node: string,
  state: VstorageState,
): ReadonlyMap<string, Command> {
  const commands = new Map<string, Command>();
  const probes: Readonly<Record<SurveyPart, Command>> = {
    stat: (now) => clocked(now, statText(now)),
    config: (now) => clocked(now, statText(now) && configText(now)),
    events: (now) => clocked(now, statText(now) && eventText(now)),
    vinfra: (now) => answer(`${vinfraAnswer(now)}${endMark}\n`),
    services: (now, host) => answer(`${processes(now, host)}${endMark}\n`),
  };
  commands.set(discoveryScript({ parts: vstorageParts }), (now, host) => answer(discoveryAnswer(now, host)));
  commands.set(statScript(cluster), probes.stat);
  commands.set(configScript(cluster), probes.config);
  commands.set(eventsScript(cluster), probes.events);
  commands.set(vinfraScript(), probes.vinfra);
  commands.set(serviceScript(), probes.services);
  for (const [script, command] of planCommands(cluster, node, state, probes)) commands.set(script, command);
  const declared = findNode(cluster, node);
  const disks = declared && disksScript(declared);
  if (disks !== undefined) commands.set(disks, diskAnswer);
  return commands;
}

/** An answer of `vstorage` under the node's clock; where no MDS answers, timeout(1) ends it. */
function clocked({ now }: VstorageState, text: string | undefined): SimulatedAnswer {
  return answer(`clock|${Math.floor(now / 1000)}|+0000\n${text ?? ''}${endMark}\n`);
}

function vinfraAnswer(state: VstorageState): string {
  if (!state.layout.vinfra) return `${noVinfraMark}\n`;
  if (state.master === undefined) return 'standby:overview\nstandby:nodes\nstandby:disks\n';
  return `standby:overview\n${overview(state)}standby:nodes\n${nodeList(state)}standby:disks\n${diskList(state)}`;
}

function processes(state: VstorageState, host: SimulatedHost): string {
  const ready = host.isReady(state.now);
  const services = state.services.filter((cs) => cs.host === host && !cs.dropped);
  const running = [
    ...(ready && host.runsMds ? [['mdsd', 901] as const] : []),
    ...(ready && host.runsCs ? services.map(({ id }) => ['csd', id] as const) : []),
    ...(ready && host.mounted ? [['vstorage-mount', 877] as const] : []),
  ];
  return running.map(([name, pid]) => `process|${name}|${pid} (${name}) S 1 ${pid} ${pid} 0 -1\n`).join('');
}

const diskAnswer: Command = (state, host) =>
  answer(
    disksAnswer(
      host.node.disks.map(({ path, capacity }, index) => {
        const cs = csOn(state, host, index);
        return { path, size: capacity, used: cs ? state.usedOn(cs) : 0n };
      }),
    ),
  );
