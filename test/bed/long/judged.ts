import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { RebuildHistory } from '../../../src/editor/rebuild-history';
import type { ClusterState } from '../../../src/heartbeat/state';
import type { RebuildProgress } from '../../../src/rebuild/progress';
import { eventually } from '../suite';

/** What `status --watch --format json` says of a rebuild in one look. */
export interface Look {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly remaining: number;
  readonly etaSeconds?: number;
}

/** What the system itself counted at a moment (epoch milliseconds). */
export type Counted = readonly [at: number, remaining: number];

/** A bed that can start the command line. */
interface Watched {
  commandLine(
    operator: string,
    args: readonly string[],
  ): { readonly file: string; readonly words: readonly string[]; readonly env: NodeJS.ProcessEnv };
}

/** Seconds between two questions to the system, at most, with the time that an answer takes on a busy machine. */
const GRAIN = 15;

/** Follows the first row of a rebuild with `status --watch`, and draws its chart as the panel does. */
export class Follower {
  readonly looks: Look[] = [];
  /** What stands behind the panel's chart. */
  readonly history = new RebuildHistory();
  private readonly program;
  private what = '';

  constructor(bed: Watched, file: string) {
    const {
      file: program,
      words,
      env,
    } = bed.commandLine('ops', ['status', file, '--watch', '--format', 'json']);
    this.program = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: this.program.stdout }).on('line', (line) => this.hear(line));
  }

  private hear(line: string): void {
    const { at: time, rebuild } = JSON.parse(line) as {
      readonly at: string;
      readonly rebuild: readonly RebuildProgress[];
    };
    const [row] = rebuild;
    if (!row) return;
    const at = new Date(time).getTime();
    this.what = row.what;
    this.looks.push({
      at,
      remaining: row.remaining,
      ...(row.etaSeconds === undefined ? {} : { etaSeconds: row.etaSeconds }),
    });
    // The history takes from a state when it was and its rows.
    this.history.add('bed', { at, rebuild: [row] } as unknown as ClusterState);
  }

  /** Waits until something remains, or nothing any more. */
  async until(something: boolean, timeoutMs: number): Promise<void> {
    await eventually(timeoutMs, () => {
      const remaining = this.looks.at(-1)?.remaining;
      assert(
        remaining !== undefined && remaining > 0 === something,
        `${remaining} remain, and ${something ? 'something' : 'nothing'} should`,
      );
      return Promise.resolve();
    });
  }

  stop(): void {
    this.program.kill('SIGTERM');
    // It may be what enters the bed's namespace for the program: that one ends when nobody reads it.
    this.program.stdout.destroy();
  }

  /** The points of the chart. */
  get chart(): readonly { readonly at: number; readonly remaining: number }[] {
    return this.history.of('bed', this.what)?.points ?? [];
  }
}

/**
 * Holds what was told against what the system counted itself, from a fifth of the way on: each time left is within a
 * quarter of the truth, with two seconds for the distance of two answers. Returns a line with every figure.
 */
export function judge(looks: readonly Look[], counted: readonly Counted[]): string {
  const from = counted.findIndex(([, remaining]) => remaining > 0);
  const end = counted.find(([, remaining], index) => index > from && remaining === 0)?.[0];
  const begin = counted[from]?.[0];
  assert(begin !== undefined && end !== undefined, 'no rebuild from its start to its end');
  const took = (end - begin) / 1000;
  const peak = Math.max(...looks.map(({ remaining }) => remaining));
  const shown = looks.filter(
    ({ at, remaining }) => at > begin && at < end && remaining > 0 && remaining <= 0.8 * peak,
  );
  const told = shown.flatMap(({ at, remaining, etaSeconds }) =>
    etaSeconds === undefined ? [] : [{ remaining, told: etaSeconds, left: (end - at) / 1000 }],
  );
  const rows = told.map((one) => `${one.remaining} left: ${one.told} s, truly ${one.left.toFixed(0)} s`);
  const line = `${peak} in ${took.toFixed(0)} s; ${rows.join('; ')}`;
  assert(took >= 60, `the rebuild took only ${took} s`);
  assert(shown.length >= 8, `only ${shown.length} looks: ${line}`);
  assert(told.length >= shown.length * 0.9, `too often no time left was told: ${line}`);
  const far = told.filter((one) => Math.abs(one.told - one.left) > one.left / 4 + 2);
  assert.deepEqual(far, [], line);
  return line;
}

/** Every point of a chart is what the system counted shortly before, and the last what it counts in the end. */
export function chartIsTrue(
  chart: readonly { readonly at: number; readonly remaining: number }[],
  counted: readonly Counted[],
): void {
  const first = counted[0]?.[0] ?? Infinity;
  const within = chart.filter(({ at }) => at - GRAIN * 1000 > first && at <= (counted.at(-1)?.[0] ?? 0));
  assert(within.length >= 8, `only ${within.length} points`);
  for (const { at, remaining } of within) {
    const lately = counted
      .filter(([when]) => when <= at + 1_000 && when >= at - GRAIN * 1000)
      .map(([, left]) => left);
    assert(
      remaining >= Math.min(...lately) && remaining <= Math.max(...lately),
      `the chart says ${remaining} at ${new Date(at).toISOString()}, the system counted ${lately.join(' ')}`,
    );
  }
  assert.equal(chart.at(-1)?.remaining, counted.at(-1)?.[1], 'the last point of the chart');
}
