import { findNode, type Cluster } from '../../cluster/cluster';
import type { SimulatedAnswer } from '../../demo/simulator';
import { discoveryScript } from '../../discovery/script';
import { lustreParts } from './discover-parts';
import { discoveryAnswer } from './discover-simulated';
import { clientScript, detailScript, lustreScript, storageScript } from './probes-scripts';
import type { SimulatedHost } from './simulator-host';
import { planCommands } from './simulator-plan';
import type { SimulatedState } from './simulator-state';
import { clientAnswer, detailAnswer, lustreAnswer, storageAnswer } from './simulator-text';

/** What a script does to the simulated cluster; `say` shows output before the end. */
export type Command = (
  state: SimulatedState,
  host: SimulatedHost,
  say: (text: string) => void,
) => SimulatedAnswer | Promise<SimulatedAnswer>;

const answer = (stdout: string): SimulatedAnswer => ({ exitCode: 0, stdout, stderr: '' });

/**
 * Every script that probes build for a node of the simulated cluster, with its effect. A script is known by being equal
 * to what its builder makes; nothing here reads shell.
 */
export function commandsOf(cluster: Cluster, nodeName: string): Map<string, Command> {
  const node = findNode(cluster, nodeName);
  const commands = new Map<string, Command>();
  if (!node) return commands;
  const add = (script: string | undefined, text: (state: SimulatedState, host: SimulatedHost) => string) => {
    if (script !== undefined) commands.set(script, (state, host) => answer(text(state, host)));
  };
  add(discoveryScript({ parts: lustreParts }), discoveryAnswer);
  add(storageScript(cluster, node), storageAnswer);
  add(detailScript(cluster, node), detailAnswer);
  add(lustreScript(cluster, node), lustreAnswer);
  add(clientScript(cluster, node), clientAnswer);
  for (const [script, command] of planCommands(cluster, node)) commands.set(script, command);
  return commands;
}
