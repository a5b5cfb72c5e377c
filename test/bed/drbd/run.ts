/**
 * Failovers of a Lustre target on real DRBD. Options: `--quick` (what `npm test` plays), `--rows ID,ID` (the beginning of
 * ids), `--beds N` (how many pairs of machines at once; one unless told otherwise).
 * The table goes to standard output; STANDBY_TEST_RESULT names a file for the figures, as the mocha reporter writes it.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { drbdProblem, makeGuest, namespaceProblem } from './needs';
import { play, type Played } from './play';
import type { Row } from './row';
import { rows } from './rows';
import { head, missingRow, tableRow } from './table';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rows: { type: 'string' },
    beds: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
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
  process.stderr.write(`drbd: no such row; there are ${rows.map(({ id }) => id).join(', ')}\n`);
  process.exit(2);
}

async function main(): Promise<void> {
  const problem = drbdProblem() ?? (await namespaceProblem());
  const began = Date.now();
  if (problem === undefined) await makeGuest();
  const whyNot = (row: Row) => (problem === undefined ? row.missing : `no DRBD here: ${problem}`);
  const missing = chosen.filter((row) => whyNot(row) !== undefined);
  const results: Played[] = [];
  const repeated: Played[] = [];

  say(head());
  for (const row of missing) say(missingRow(row, whyNot(row) ?? ''));
  const queue = chosen.filter((row) => whyNot(row) === undefined);
  const playOne = async (row: Row) => {
    let played = await play(row);
    say(tableRow(played));
    // A story that did not come off (a machine that was too busy, say) gets a second chance and is counted, unless rows were
    // asked for by name; what was unsafe gets none.
    if (played.failure !== undefined && !played.isUnsafe && wanted === undefined) {
      repeated.push(played);
      played = await play(row);
      say(tableRow(played));
    }
    results.push(played);
    if (played.failure !== undefined) say(`    ${played.failure.replaceAll('\n', '\n    ')}`);
  };
  await Promise.all(
    Array.from({ length: Math.min(Number(values.beds), queue.length) }, async () => {
      for (let row = queue.shift(); row; row = queue.shift()) await playOne(row);
    }),
  );

  const failed = results.filter(({ failure }) => failure !== undefined);
  for (const { row, failure, told } of failed) say(`\n✗ ${row.id}\n${failure}\n${told}`);
  for (const { row, failure } of repeated) say(`\nplayed twice: ${row.id}: the first time ${failure}`);
  if (values.verbose) for (const { row, told } of results) say(`\n${row.id}\n${told}`);
  const stats = {
    passes: results.length - failed.length,
    failures: failed.length,
    pending: missing.length,
  };
  say(
    `\nDRBD: ${stats.passes} safe, ${stats.failures} not, ${stats.pending} not reached, ${repeated.length} played twice, of ${chosen.length} rows in ${Math.round((Date.now() - began) / 1000)} s`,
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

// As mocha's --exit: what a row left open must not keep the run from ending. Standard output is written at once here.
void main().then(() => process.exit());
