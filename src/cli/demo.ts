import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LargeSimulator } from '../demo/large';
import { runDemo } from '../demo/run';
import type { Simulator } from '../demo/simulator';
import { systems } from '../systems/index';
import type { Context } from './context';
import { Exit, UsageError, type ExitStatus } from './exit';
import type { Invocation } from './invocation';

type Arguments = Extract<Invocation, { command: 'demo' }>;

/** Runs the simulated clusters until Ctrl-C or `quit`. */
export async function demo({ dir, nodes }: Arguments, { signal }: Context): Promise<ExitStatus> {
  await runDemo({
    simulator: nodes === undefined ? await simulated() : new LargeSimulator(nodes),
    dir: dir ?? (await mkdtemp(join(tmpdir(), 'standby-demo-'))),
    input: process.stdin,
    output: process.stdout,
    signal,
  });
  return Exit.fine;
}

async function simulated(): Promise<Simulator> {
  const [first] = systems.flatMap(({ simulator }) => (simulator ? [simulator] : []));
  if (!first) throw new UsageError('This version of Standby has no simulated cluster.');
  return new (await first())();
}
