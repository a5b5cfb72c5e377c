import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { startDemo, type Demo } from './server';
import type { Simulator } from './simulator';
import { mostNamedHosts } from './workspace';

export interface DemoRun {
  readonly simulator: Simulator;
  readonly dir: string;
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Ends the demo. */
  readonly signal?: AbortSignal;
  /** Called once the workspace is written and the nodes answer. */
  readonly onReady?: (demo: Demo) => void;
}

/**
 * Runs the demo until `quit` or the signal: one command a line, such as `kill cs3`. It goes on when its input
 * ends, because it may have been started without a terminal.
 */
export async function runDemo({ simulator, dir, input, output, signal, onReady }: DemoRun): Promise<void> {
  const demo = await startDemo(simulator, { dir });
  const say = (text: string) => output.write(`${text}\n`);
  const lines = createInterface({ input, terminal: false });
  try {
    say(`The demo runs ${simulator.nodeNames.length} simulated nodes on 127.0.0.1.`);
    say(`Workspace: ${demo.dir}`);
    say(`Cluster file: ${join(demo.dir, simulator.fileName)}`);
    if (simulator.nodeNames.length <= mostNamedHosts)
      say(`Ask a node: ssh -F ${demo.sshConfig} ${simulator.nodeNames[0] ?? ''}`);
    say('Type help for what you can do to it, quit to end it.');
    onReady?.(demo);
    await new Promise<void>((end) => {
      if (signal?.aborted) return end();
      signal?.addEventListener('abort', () => end(), { once: true });
      lines.on('line', (line) => {
        const words = line.trim().split(/\s+/);
        if (words[0] === 'quit' || words[0] === 'exit') return end();
        void command(demo, words).then((answer) => answer !== '' && say(answer));
      });
    });
  } finally {
    lines.close();
    await demo.dispose();
  }
}

/** Does what one line of the prompt says, and tells what happened. */
export async function command(
  demo: Demo,
  [verb = '', node = '', ...rest]: readonly string[],
): Promise<string> {
  const { simulator } = demo;
  if (verb === '') return '';
  if (verb === 'help') return help(simulator);
  if (verb === 'status')
    return simulator.nodeNames
      .map((name) => `${name.padEnd(5)} ${simulator.isUp(name) ? 'on' : 'off'}`)
      .join('\n');
  const action = simulator.actions.find((each) => each.verb === verb);
  if (verb !== 'kill' && verb !== 'start' && !action) return `There is no command ${verb}. Try help.`;
  if (!simulator.nodeNames.includes(node) || rest.length > 0)
    return `${verb} wants the name of one node: ${simulator.nodeNames.join(', ')}.`;
  if (action) return action.act(node);
  await demo.setPower(node, verb === 'start');
  return verb === 'start' ? `${node} is on.` : `${node} is off: it went silent.`;
}

function help({ actions }: Simulator): string {
  const all = [
    { verb: 'kill', doc: 'switch a node off, as if its power failed' },
    { verb: 'start', doc: 'switch it on again' },
    ...actions,
  ].map(({ verb, doc }) => [`${verb} NODE`, doc] as const);
  return [...all, ['status', 'which nodes have power'] as const, ['quit', 'end the demo'] as const]
    .map(([usage, doc]) => `${usage.padEnd(24)} ${doc}`)
    .join('\n');
}
