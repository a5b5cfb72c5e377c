import assert from 'node:assert/strict';
import { UnreadableError } from '../../../src/heartbeat/probe';
import { chunkKinds, csStates, type CsReading } from '../../../src/systems/vstorage/observation';
import { readStat } from '../../../src/systems/vstorage/reader-stat';
import { Random } from './random';

/** What is true of one chunk service, in the words that are printed. */
interface Truth {
  readonly id: number;
  readonly state: string;
  readonly host: string;
  readonly cells: ReadonlyMap<string, string>;
}

const units = ['G', 'GB', 'GiB', 'T', 'TB', 'TiB', ''];
const optional = [
  'SPACE',
  'AVAIL',
  'REPLICAS',
  'UNIQUE',
  'IOWAIT',
  'IOLAT(ms)',
  'QDEPTH',
  'FLAGS',
  'TIER',
  'ZONE',
  'RESERVED',
];

function truths(random: Random): Truth[] {
  const unit = random.pick(units);
  return Array.from({ length: random.whole(1, 9) }, (_, index) => {
    const space = random.whole(100, 999) / 10;
    const free = Math.floor(space * random.next() * 10) / 10;
    const host = random.pick([
      `vs${index}:41021`,
      `n${index}.example:3801`,
      `10.0.0.${index}`,
      `10.1.0.${index}:999`,
    ]);
    return {
      id: 1025 + index,
      state: random.pick(csStates),
      host: host.split(':')[0] ?? '',
      cells: new Map([
        ['CSID', String(1025 + index)],
        ['HOST', host],
        ['SPACE', `${space}${unit}`],
        ['AVAIL', `${free}${unit}`],
        ['REPLICAS', String(random.whole(0, 99_999))],
        ['UNIQUE', String(random.whole(0, 9))],
        ['IOWAIT', `${random.whole(0, 100)}%`],
        ['IOLAT(ms)', `${random.whole(0, 90)}/${random.whole(0, 900)}`],
        ['QDEPTH', `${random.whole(0, 90) / 10}`],
        ['FLAGS', random.chance(0.3) ? '' : random.pick(['JCc', 'H', 'sT', 'J'])],
        ['TIER', String(random.whole(0, 3))],
        ['ZONE', random.pick(['a1', '7', 'x/y', '12%'])],
        ['RESERVED', String(random.whole(0, 999))],
      ]),
    };
  });
}

/** A table of some columns in some order. */
function print(rows: readonly Truth[], columns: readonly string[], random: Random): string[] {
  const line = (cells: readonly string[]) =>
    ' '.repeat(random.whole(0, 3)) +
    cells.map((cell) => cell.padEnd(random.whole(cell.length, 14))).join(' ');
  return [
    line(columns),
    ...rows.map((row) =>
      line(columns.map((name) => (name === 'STATUS' ? row.state : (row.cells.get(name) ?? '')))),
    ),
  ];
}

function chunkLines(counts: readonly (readonly [string, number])[], random: Random): string[] {
  const lines: string[] = [];
  let line = `Chunks:${random.chance(0.5) ? ' [OK]' : ''}`;
  counts.forEach(([kind, number], index) => {
    const percent = random.chance(0.8) ? ` (${random.whole(0, 100)}%)` : '';
    line += ` ${number}${percent} ${kind}${index < counts.length - 1 ? ',' : ''}`;
    if (!random.chance(0.25)) return;
    lines.push(line);
    line = ' '.repeat(random.whole(1, 12));
  });
  return line.trim() === '' ? lines : [...lines, line];
}

/** Something happens to a line on its way: words are lost, doubled, split, or put among others; or a line is lost. */
function damage(lines: readonly string[], random: Random): string[] {
  return lines.flatMap((line) => {
    if (!random.chance(0.25)) return [line];
    const words = line.split(/(?<=\s)(?=\S)/);
    const at = random.whole(0, words.length - 1);
    switch (random.whole(0, 5)) {
      case 0:
        return [words.filter((_, index) => index !== at).join('')];
      case 1:
        return [words.slice(0, at).join('')];
      case 2:
        return [words.slice(at).join('')];
      case 3:
        return [
          [
            ...words.slice(0, at),
            `${random.pick(['???', '<garbage>', 'Broadcast message'])} `,
            ...words.slice(at),
          ].join(''),
        ];
      case 4:
        return [];
      default:
        return [line, random.pick(['', 'client_loop: send disconnect', 'Warning: clock skew of 3 s'])];
    }
  });
}

function bytes(text: string | undefined): bigint | undefined {
  const match = /^(\d+)(?:\.(\d))?([GT])/.exec(text ?? '');
  if (!match) return undefined;
  const tenths = BigInt(`${match[1]}${match[2] ?? '0'}`);
  return (tenths * 1024n ** (match[3] === 'G' ? 3n : 4n)) / 10n;
}

/** What a reading says that is not so. */
function wrong(cs: CsReading, truth: Truth | undefined, isDamaged: boolean): string[] {
  if (!truth) return [`CS ${cs.id} is not there`];
  const number = (name: string) => Number(truth.cells.get(name)?.replace('%', ''));
  const expected: Record<string, unknown> = {
    id: truth.id,
    state: truth.state,
    host: truth.host,
    space: bytes(truth.cells.get('SPACE')),
    free: bytes(truth.cells.get('AVAIL')),
    replicas: number('REPLICAS'),
    unique: number('UNIQUE'),
    ioWaitPercent: number('IOWAIT'),
    tier: number('TIER'),
    flags: truth.cells.get('FLAGS'),
  };
  return Object.entries(cs).flatMap(([key, value]) => {
    // Flags that were lost without a trace look like none.
    if (isDamaged && key === 'flags' && value === '') return [];
    // Of what could not be made out, only that is said.
    if (
      value === undefined ||
      value === expected[key] ||
      (key === 'state' && value === 'unknown') ||
      key === 'word'
    )
      return [];
    return [`CS ${cs.id}: ${key} is ${String(value)}, not ${String(expected[key])}`];
  });
}

function play(seed: number, isDamaged: boolean): string[] {
  const random = new Random(seed);
  const rows = truths(random);
  const chosen = optional.filter(() => random.chance(0.7));
  const others = ['STATUS', 'HOST', ...chosen.filter((name) => name !== 'FLAGS')];
  const order = random.chance(0.5) ? others : random.shuffle(others);
  // The vendor's tables have the flags last.
  const columns = ['CSID', ...order, ...(chosen.includes('FLAGS') ? ['FLAGS'] : [])];
  const counts = random
    .shuffle(chunkKinds)
    .slice(0, random.whole(1, chunkKinds.length))
    .map((kind) => [kind, random.whole(0, 50_000)] as const);
  const table = print(rows, columns, random);
  const head = [`Cluster 'f': degraded`, ...chunkLines(counts, random), ''];
  const [header = '', ...body] = table;
  // A damaged header is another edition, of which nobody knows the columns: only rows are damaged here.
  const text = [
    ...(isDamaged ? damage(head, random) : head),
    header,
    ...(isDamaged ? damage(body, random) : body),
  ].join(random.chance(0.1) ? '\r\n' : '\n');
  let report;
  try {
    report = readStat(text);
  } catch (error) {
    return error instanceof UnreadableError ? [] : [String(error)];
  }
  const found = (report.chunkServices ?? []).flatMap((cs) =>
    wrong(
      cs,
      rows.find(({ id }) => id === cs.id),
      isDamaged,
    ),
  );
  for (const [kind, number] of Object.entries(report.chunks))
    if (!counts.some(([name, count]) => name === kind && count === number))
      found.push(`${kind} is ${number}`);
  if (!isDamaged) {
    if (report.chunkServices?.length !== rows.length)
      found.push(`${report.chunkServices?.length} rows of ${rows.length}`);
    if (Object.keys(report.chunks).length !== counts.length) found.push('chunk kinds are missing');
    for (const cs of report.chunkServices ?? [])
      for (const [key, name] of [
        ['replicas', 'REPLICAS'],
        ['unique', 'UNIQUE'],
        ['tier', 'TIER'],
        ['host', 'HOST'],
      ] as const)
        if (columns.includes(name) && cs[key] === undefined) found.push(`CS ${cs.id}: ${key} is missing`);
  }
  return found.length === 0 ? [] : [...found, text];
}

const runs = Number(process.env['FUZZ_RUNS'] ?? 600);

describe('reader of vstorage stat, on random editions', function () {
  this.timeout(600_000);

  for (const isDamaged of [false, true])
    it(
      isDamaged
        ? 'says nothing wrong of lines that lost words or got others'
        : 'reads columns in any order, dropped and added',
      () => {
        const start = Number(process.env['FUZZ_SEED'] ?? 1);
        for (let seed = start; seed < start + runs; seed++) {
          const found = play(seed, isDamaged);
          assert.deepEqual(found, [], `FUZZ_SEED=${seed}`);
        }
      },
    );
});
