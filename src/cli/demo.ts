import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LargeSimulator } from '../demo/large';
import { plainAnswers } from '../systems/vstorage/plain-answers';
import { runDemo } from '../demo/run';
import type { Simulator } from '../demo/simulator';
import { nearMiss } from '../cluster/near';
import { systems } from '../systems/index';
import type { Context } from './context';
import { Exit, UsageError, type ExitStatus } from './exit';
import type { Invocation } from './invocation';

type Arguments = Extract<Invocation, { command: 'demo' }>;

/** Runs the simulated clusters until Ctrl-C or `quit`. */
export async function demo(
  { dir, nodes, systems: wanted }: Arguments,
  { signal }: Context,
): Promise<ExitStatus> {
  await runDemo({
    simulators:
      nodes === undefined ? await simulated(wanted) : [new LargeSimulator(nodes, Date.now(), plainAnswers())],
    dir: dir ?? (await mkdtemp(join(tmpdir(), 'standby-demo-'))),
    input: process.stdin,
    output: process.stdout,
    signal,
  });
  return Exit.fine;
}

/** The simulated clusters of all systems, or of those that are wanted. Throws `UsageError`. */
async function simulated(wanted: readonly string[]): Promise<readonly Simulator[]> {
  const able = systems.flatMap(({ spec, simulator }) => (simulator ? [{ id: spec.id, simulator }] : []));
  const ids = able.map(({ id }) => id);
  for (const name of wanted) {
    if (ids.includes(name)) continue;
    const near = nearMiss(name, ids);
    const meant = near === undefined ? '' : ` Did you mean ${near}?`;
    throw new UsageError(
      `demo: there is no simulated cluster of '${name}'.${meant} There are ${ids.join(', ')}.`,
    );
  }
  const chosen = able.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  return Promise.all(chosen.map(async ({ simulator }) => new (await simulator())()));
}
