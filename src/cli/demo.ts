import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDemo } from '../demo/run';
import { systems } from '../systems/index';
import type { Context } from './context';
import { Exit, UsageError, type ExitStatus } from './exit';
import type { Invocation } from './invocation';

type Arguments = Extract<Invocation, { command: 'demo' }>;

/** Runs the simulated clusters until Ctrl-C or `quit`. */
export async function demo({ dir }: Arguments, { signal }: Context): Promise<ExitStatus> {
  const [first] = systems.flatMap(({ simulator }) => (simulator ? [simulator] : []));
  if (!first) throw new UsageError('This version of Standby has no simulated cluster.');
  const Simulator = await first();
  await runDemo({
    simulator: new Simulator(),
    dir: dir ?? (await mkdtemp(join(tmpdir(), 'standby-demo-'))),
    input: process.stdin,
    output: process.stdout,
    signal,
  });
  return Exit.fine;
}
