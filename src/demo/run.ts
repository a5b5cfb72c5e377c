import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { formatDuration, readDuration } from '../cluster/duration';
import { startDemo, type Demo } from './server';
import type { Simulator } from './simulator';
import { mostNamedHosts } from './workspace';

/** Time runs no faster: what is waited for should still be seen. */
export const mostTimeFactor = 600;

/** More time does not pass at once, in milliseconds. */
const mostPassedMs = 86_400_000;

export interface DemoRun {
  readonly simulators: readonly Simulator[];
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
export async function runDemo({ simulators, dir, input, output, signal, onReady }: DemoRun): Promise<void> {
  const demo = await startDemo(simulators, { dir });
  const say = (text: string) => output.write(`${text}\n`);
  const lines = createInterface({ input, terminal: false });
  try {
    say(greeting(demo));
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

function greeting({ simulators, dir, place, sshConfig }: Demo): string {
  const files = simulators.map((simulator) => {
    const { fileName, nodeNames, timeFactor = 1 } = simulator;
    const pace = timeFactor === 1 ? '' : `, ${timeFactor} times as fast as the world`;
    return `Cluster file: ${join(dir, fileName)} (${nodeNames.length} nodes${pace})`;
  });
  const [first = ''] = place.ports.keys();
  return [
    `The demo runs ${place.ports.size} simulated nodes on 127.0.0.1.`,
    `Workspace: ${dir}`,
    ...files,
    ...(place.ports.size <= mostNamedHosts ? [`Ask a node: ssh -F ${sshConfig} ${first}`] : []),
    'Type help for what you can do to it, quit to end it.',
  ].join('\n');
}

/** Does what one line of the prompt says, and tells what happened. */
export async function command(
  demo: Demo,
  [verb = '', node = '', ...rest]: readonly string[],
): Promise<string> {
  const { simulators } = demo;
  if (verb === '') return '';
  if (verb === 'help') return help(simulators);
  if (verb === 'status') return status(simulators);
  if (verb === 'pass') return pass(demo, [node, ...rest].join(' '));
  if (verb === 'speed') return speed(demo, [node, ...rest].join(' '));
  const ofAll = nodeVerbs[verb];
  const knowing = ofAll
    ? simulators
    : simulators.filter(({ actions }) => actions.some((each) => each.verb === verb));
  if (knowing.length === 0) return `There is no command ${verb}. Try help.`;
  const owner = knowing.find(({ nodeNames }) => nodeNames.includes(node));
  if (!owner || rest.length > 0)
    return `${verb} wants the name of one node: ${knowing.flatMap(({ nodeNames }) => nodeNames).join(', ')}.`;
  return ofAll
    ? ofAll.act(demo, node, owner)
    : (owner.actions.find((each) => each.verb === verb)?.act(node) ?? '');
}

/** What can be done to a node of every cluster. */
const nodeVerbs: Readonly<
  Record<
    string,
    { readonly doc: string; act(demo: Demo, node: string, owner: Simulator): string | Promise<string> }
  >
> = {
  kill: {
    doc: 'switch a node off, as if its power failed',
    async act(demo, node) {
      await demo.setPower(node, false);
      return `${node} is off: it went silent.`;
    },
  },
  start: {
    doc: 'switch it on again',
    async act(demo, node) {
      await demo.setPower(node, true);
      return `${node} is on.`;
    },
  },
  cut: {
    doc: 'cut its network: it goes on by itself, its console says on, and nobody reaches it',
    async act(demo, node, owner) {
      if (!owner.hasPower(node)) return `${node} is off.`;
      await demo.cutNetwork(node);
      return `${node} is cut off: it has power, and nobody reaches it.`;
    },
  },
  fill: {
    doc: 'clients write until its disks are nearly full',
    act: (_, node, owner) => owner.fill(node),
  },
  heal: {
    doc: 'power, network, disks and processes are well again',
    async act(demo, node) {
      await demo.heal(node);
      return `${node} is well again.`;
    },
  },
};

async function speed(demo: Demo, text: string): Promise<string> {
  const factor = Number(text.replace(/[x×]/, ''));
  if (text === '' || !Number.isInteger(factor) || factor < 1 || factor > mostTimeFactor)
    return `speed wants how much faster than the world time shall run, 1 to ${mostTimeFactor}, such as speed 60.`;
  const able = demo.simulators.filter((each) => 'setTimeFactor' in each);
  for (const simulator of able) await demo.setTimeFactor(simulator, factor);
  return able.length === 0
    ? 'No cluster here can run faster than the world.'
    : `${able.map(clusterOf).join(', ')}: time runs ${factor} times as fast as the world.`;
}

function pass(demo: Demo, text: string): string {
  const read = readDuration(text);
  const ms = 'value' in read ? read.value : undefined;
  if (ms === undefined || ms <= 0 || ms > mostPassedMs)
    return 'pass wants a duration of a day at most, such as pass 15m.';
  demo.pass(ms);
  return `${formatDuration(ms)} have passed.`;
}

function status(simulators: readonly Simulator[]): string {
  return simulators
    .flatMap((simulator) => [
      ...titles(simulators, simulator),
      ...simulator.nodeNames.map((name) => `${name.padEnd(5)} ${condition(simulator, name)}`),
    ])
    .join('\n');
}

function condition(simulator: Simulator, node: string): string {
  if (!simulator.hasPower(node)) return 'off';
  return simulator.isUp(node) ? 'on' : 'cut off';
}

function help(simulators: readonly Simulator[]): string {
  const line = (usage: string, doc: string) => `${usage.padEnd(24)} ${doc}`;
  return [
    ...Object.entries(nodeVerbs).map(([verb, { doc }]) => line(`${verb} NODE`, doc)),
    line('speed N', 'time runs N times as fast as the world, where waits are long'),
    line('pass DURATION', 'let that much time of the clusters pass at once, such as pass 15m'),
    line('status', 'which nodes have power'),
    line('quit', 'end the demo'),
    ...simulators.flatMap((simulator) => [
      ...titles(simulators, simulator),
      ...simulator.actions.map(({ verb, doc }) => line(`${verb} NODE`, doc)),
    ]),
  ].join('\n');
}

/** The name of a cluster and its nodes as a heading, where there are several. */
function titles(all: readonly Simulator[], { fileName, nodeNames }: Simulator): readonly string[] {
  return all.length === 1 ? [] : [`${clusterOf({ fileName })}: ${nodeNames.join(', ')}`];
}

/** The name of a simulator's cluster. */
export function clusterOf({ fileName }: Pick<Simulator, 'fileName'>): string {
  return fileName.replace(/\.cluster\.yaml$/, '');
}
