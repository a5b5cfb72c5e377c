import assert from 'node:assert/strict';
import { Bed, type BedOptions } from './bed';
import { bedProblem } from './needs';
import type { Ended } from './programs';

/** The part of `status --format json` that these tests read. */
export interface Status {
  readonly cluster: string;
  readonly nodes: readonly {
    readonly name: string;
    readonly liveness: string;
    readonly verdict?: string;
    readonly services: readonly { readonly name: string; readonly state: string }[];
    readonly disks: readonly { readonly path: string; readonly capacity?: number; readonly used?: number }[];
  }[];
  readonly primary: readonly { readonly what: string; readonly node: string }[];
  readonly rebuild: readonly { readonly what: string; readonly remaining: number; readonly state: string }[];
  readonly findings: readonly { readonly code: string; readonly severity: string }[];
}

let problem: Promise<string | undefined> | undefined;

/**
 * A suite with a real cluster of its own, built before the first test and removed after the last. Where none
 * can be built its tests are skipped, and the reason is printed.
 */
export function onBed(title: string, tests: (bed: () => Bed) => void, options?: BedOptions): void {
  describe(title, () => {
    let bed: Bed | undefined;
    before(async function () {
      this.timeout(240_000);
      const why = await (problem ??= bedProblem());
      if (why !== undefined) {
        console.log(`      skipped, no real cluster here: ${why}`);
        this.skip();
      }
      bed = await Bed.start(options);
    });
    after(function () {
      this.timeout(90_000);
      bed?.stop();
    });
    tests(() => {
      assert(bed, 'the bed was not built');
      return bed;
    });
  });
}

/** The answer of `status --format json`; its exit status has to be the expected one. */
export async function statusOf(
  bed: Bed,
  file: string,
  exit: number,
  ...more: readonly string[]
): Promise<Status> {
  const ended = await bed.cli(['status', file, '--format', 'json', ...more], { timeoutMs: 120_000 });
  assert.equal(ended.code, exit, told(ended));
  return JSON.parse(ended.stdout) as Status;
}

/** Both streams of a program, for the message of an assertion. */
export function told({ code, stdout, stderr }: Ended): string {
  return `exit ${code}\n--- stdout\n${stdout}\n--- stderr\n${stderr}`;
}

/** Asks until the answer passes; throws the last failure when the time is over. */
export async function eventually<T>(timeoutMs: number, ask: () => Promise<T>): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** Fails while anything of a run is left on a node: the cluster's lock, a scratch folder. */
export async function nothingLeft(bed: Bed, nodes: readonly string[]): Promise<void> {
  for (const node of nodes) {
    const left = await bed.sh(
      node,
      'ls -d /run/standby/*.lock /var/tmp/standby-* /tmp/standby* 2>/dev/null || true',
    );
    assert.equal(left.trim(), '', `left on ${node}`);
  }
}
