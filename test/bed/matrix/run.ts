/**
 * The fault matrix of failovers on real clusters. Options: `--quick` (one row of each class of faults),
 * `--rows ID,ID` (the beginning of ids), `--beds N` (how many clusters at once; three unless told otherwise).
 * The table goes to standard output; STANDBY_TEST_RESULT names a file for the figures, as the mocha reporter writes it.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { bedProblem, onPath } from '../needs';
import { play, type Played } from './play';
import type { Row } from './row';
import { rows } from './rows';
import { head, missingRow, tableRow } from './table';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rows: { type: 'string' },
    beds: { type: 'string', default: '3' },
  },
});
const say = (text: string) => process.stdout.write(`${text}\n`);

// A bed is taken down when the process exits, whatever ends it.
process.once('SIGINT', () => process.exit(130));
process.setMaxListeners(30);

const wanted = values.rows?.split(',');
const chosen = rows.filter(({ id, quick }) =>
  wanted ? wanted.some((start) => id.startsWith(start)) : !values.quick || quick === true,
);
if (chosen.length === 0) {
  process.stderr.write(`matrix: no such row; there are ${rows.map(({ id }) => id).join(', ')}\n`);
  process.exit(2);
}

/** Why a row is not played, or undefined. */
function whyNot({ missing, program }: Row, problem: string | undefined): string | undefined {
  if (problem !== undefined) return `no real cluster here: ${problem}`;
  if (program !== undefined && !onPath(program)) return `${program} is not installed`;
  return missing;
}

async function main(): Promise<void> {
  const problem = await bedProblem();
  const began = Date.now();
  const results: Played[] = [];
  const repeated: Played[] = [];
  const missing: { readonly row: Row; readonly why: string }[] = chosen.flatMap((row) => {
    const why = whyNot(row, problem);
    return why === undefined ? [] : [{ row, why }];
  });
  const playable = chosen.filter((row) => whyNot(row, problem) === undefined);

  say(head());
  for (const { row, why } of missing) say(missingRow(row, why));
  const playOne = async (row: Row) => {
    let played = await play(row);
    say(tableRow(played));
    // The limit is for the plan: a machine that was busy with something else gets two more chances. A story that did
    // not come off (a daemon that did not start in time, say) gets one, and is counted; what was unsafe gets none.
    for (let again = 0; again < 2 && played.onlySlow; again++) {
      played = await play(row);
      say(tableRow(played));
    }
    if (played.failure !== undefined && !played.unsafe && !played.onlySlow) {
      repeated.push(played);
      played = await play(row);
      say(tableRow(played));
    }
    results.push(played);
  };
  // What is measured in seconds is played last and alone: other clusters would slow it down.
  const queue = playable.filter(({ maxHang }) => maxHang === undefined);
  await Promise.all(
    Array.from({ length: Math.min(Number(values.beds), queue.length) }, async () => {
      for (let row = queue.shift(); row; row = queue.shift()) await playOne(row);
    }),
  );
  for (const row of playable.filter(({ maxHang }) => maxHang !== undefined)) await playOne(row);

  const failed = results.filter(({ failure }) => failure !== undefined);
  for (const { row, failure, told } of failed) say(`\n✗ ${row.id}\n${failure}\n${told}`);
  for (const { row, failure, told } of repeated)
    say(`\nplayed twice: ${row.id}: the first time ${failure}\n${told}`);
  for (const { row, longestHang = 0 } of results.filter((played) => played.row.maxHang !== undefined)) {
    say(`\n${row.id}: the client hung for ${(longestHang / 1000).toFixed(1)} s at most`);
  }
  const stats = {
    passes: results.length - failed.length,
    failures: failed.length,
    pending: missing.length,
  };
  say(
    `\nfault matrix: ${stats.passes} safe, ${stats.failures} not, ${stats.pending} not reached, ${repeated.length} played twice, of ${chosen.length} rows in ${Math.round((Date.now() - began) / 1000)} s`,
  );
  const resultFile = process.env['STANDBY_TEST_RESULT'];
  if (resultFile !== undefined)
    writeFileSync(
      resultFile,
      JSON.stringify({
        stats,
        failed: failed.map(({ row, failure }) => ({ title: row.id, why: failure })),
      }),
    );
  process.exitCode = stats.failures > 0 ? 1 : 0;
}

void main();
