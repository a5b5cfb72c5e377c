/**
 * Records a real rebuild as the master counts it, twice a second, for the tests of the time left that need no cluster:
 * `npx tsx test/bed/long/record.ts NAME [--rate 6mbit] [--then RATE] [--files 420] [--bytes 700000] [--writers N]` writes
 * test/fixtures/rebuild/NAME.json. `--then` is another rate, from the 30th second on.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Bed } from '../bed';
import { countedByMaster } from './counted';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rate: { type: 'string', default: '6mbit' },
    then: { type: 'string' },
    files: { type: 'string', default: '420' },
    bytes: { type: 'string', default: '700000' },
    writers: { type: 'string', default: '0' },
  },
});
const [name] = positionals;
if (name === undefined) throw new Error('record.ts NAME');

async function main(): Promise<void> {
  const bed = await Bed.start();
  try {
    await bed.load(Number(values.files), Number(values.bytes));
    await bed.shape(values.rate);
    const writers = Array.from({ length: Number(values.writers) }, (_, index) =>
      bed.startWriter(`beside${index}`, 0.5),
    );
    await Promise.all(writers);
    const recorded = countedByMaster(bed);
    await sleep(2_000);
    await bed.powerOff('cs4');
    if (values.then !== undefined) {
      await sleep(30_000);
      await bed.shape(values.then);
    }
    const rows = await recorded;
    const first = rows.findIndex(([, left]) => left > 0);
    const began = rows[first]?.[0] ?? 0;
    const series = rows.slice(first).map(([at, left]) => [at - began, left]);
    const file = resolve(import.meta.dirname, '../../fixtures/rebuild', `${name}.json`);
    const { rate, then, files, bytes, writers: beside } = values;
    writeFileSync(
      file,
      `${JSON.stringify({ unit: 'chunks', load: { rate, then, files, bytes, writers: beside }, series })}\n`,
    );
    process.stdout.write(`${name}: ${series.length} looks in ${(series.at(-1)?.[0] ?? 0) / 1000} s\n`);
  } finally {
    await bed.end();
  }
}

void main();
