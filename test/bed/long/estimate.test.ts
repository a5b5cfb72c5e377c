import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { eventually, onBed, statusOf } from '../suite';

/** What `status --watch --format json` says of the rebuild in one look. */
interface Look {
  readonly at: number;
  readonly remaining: number;
  readonly etaSeconds?: number;
}

/** Chunks of the file system; half of them have a copy on the chunkserver that goes. */
const files = 420;

onBed('the time left of a real rebuild', (bed) => {
  it('is within a quarter of the truth from a fifth of the way on', async function () {
    this.timeout(300_000);
    const file = await bed().clusterFile();
    await bed().load(files, 700_000);
    await statusOf(bed(), file, 0);
    await bed().shape('6mbit');
    const looks: Look[] = [];
    const {
      file: program,
      words,
      env,
    } = bed().commandLine('ops', ['status', file, '--watch', '--format', 'json']);
    const watch = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      createInterface({ input: watch.stdout }).on('line', (line) => {
        const { at, rebuild } = JSON.parse(line) as {
          readonly at: string | number;
          readonly rebuild: readonly { readonly remaining: number; readonly etaSeconds?: number }[];
        };
        const [row] = rebuild;
        if (row) looks.push({ at: new Date(at).getTime(), ...pick(row) });
      });
      await eventually(20_000, () => Promise.resolve(assert(looks.length > 0, 'the watch says nothing')));
      await bed().powerOff('cs4');
      await eventually(40_000, () =>
        Promise.resolve(assert((looks.at(-1)?.remaining ?? 0) > 0, 'nothing remains to be rebuilt')),
      );
      await eventually(200_000, () =>
        Promise.resolve(assert.equal(looks.at(-1)?.remaining, 0, 'the rebuild did not end')),
      );
    } finally {
      watch.kill('SIGTERM');
      await bed().shape('off');
    }
    judge(looks);
    await bed().verifyLoad();
  });
});

function pick({ remaining, etaSeconds }: Omit<Look, 'at'>): Omit<Look, 'at'> {
  return { remaining, ...(etaSeconds === undefined ? {} : { etaSeconds }) };
}

/** Holds each time left against when the rebuild was really over. */
function judge(looks: readonly Look[]): void {
  const peak = Math.max(...looks.map(({ remaining }) => remaining));
  const from = looks.findIndex(({ remaining }) => remaining > 0);
  const end = looks.findIndex(({ remaining }, index) => index > from && remaining === 0);
  const [first, last] = [looks[from], looks[end]];
  assert(first && last, 'no rebuild from start to end');
  const took = (last.at - first.at) / 1000;
  const told = looks
    .slice(from, end)
    .flatMap(({ at, remaining, etaSeconds }) =>
      remaining <= 0.8 * peak ? [{ left: (last.at - at) / 1000, remaining, etaSeconds }] : [],
    );
  const errors = told.flatMap(({ left, etaSeconds }) =>
    etaSeconds === undefined ? [] : [{ left, off: etaSeconds - left }],
  );
  const rows = told.map(
    ({ left, remaining, etaSeconds }) =>
      `${remaining} left: ${etaSeconds ?? '?'} s, truly ${left.toFixed(0)} s`,
  );
  console.log(`      ${peak} chunks in ${took.toFixed(0)} s; ${rows.join('; ')}`);
  assert(took >= 60, `the rebuild took only ${took} s`);
  assert(errors.length >= told.length * 0.9, 'too often no time left was told');
  // The master is asked every four seconds: on average the end was two seconds before it was seen.
  const bad = errors.filter(({ left, off }) => Math.abs(off) > left / 4 + 2);
  assert.deepEqual(bad, [], rows.join('\n'));
}
