import type { Random } from './random';

/** What is fed to the checker: text as an editor holds it, or bytes as a disk does. */
export type Input = string | Uint8Array;

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

const encoder = new TextEncoder();

/** Pieces that have meaning to YAML or to a reader of files. */
const pieces = [
  '&a ', '*a', '!t ', '!!binary x', '<<: *a\n', '- ', ': ', '? ', '|\n', '>-\n', '"', "'", '[', ']', '{', '}', ',',
  '\n', '\r\n', '\r', '\t', '#', '---\n', '...\n', '%YAML 1.1\n', '%TAG ! x\n', '\u2028', '\uFEFF', '\u{1F4BE}', '\u0085',
  '~', 'null', '.inf', '.nan', '-0', '0x10', '1e999', '9'.repeat(400), '__proto__: 1\n', 'constructor: {}\n', 'toString: x\n',
  'nodes:\n', 'system: lustre\n', 'cluster:\n', 'roles: []\n',
] as const; // prettier-ignore

const splice = (bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array =>
  Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);

const insert =
  (text: (random: Random) => string): Mutation =>
  (bytes, random) =>
    splice(bytes, random.below(bytes.length + 1), 0, encoder.encode(text(random)));

/** A line of the text, with its end. */
function line(bytes: Uint8Array, random: Random): { start: number; end: number } {
  const middle = random.below(bytes.length + 1);
  const start = middle === 0 ? 0 : bytes.lastIndexOf(10, middle - 1) + 1;
  const next = bytes.indexOf(10, middle);
  return { start, end: next === -1 ? bytes.length : next + 1 };
}

/** All that one step can do to a file. */
export const mutations: Readonly<Record<string, Mutation>> = {
  truncate: (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  behead: (bytes, random) => bytes.slice(random.below(bytes.length + 1)),
  flip: (bytes, random) => {
    const flipped = bytes.slice();
    for (let count = 1 + random.below(8); count > 0 && flipped.length > 0; count--) {
      const at = random.below(flipped.length);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
    }
    return flipped;
  },
  piece: insert((random) => random.of(pieces)),
  pieces: insert((random) => Array.from({ length: 6 }, () => random.of(pieces)).join('')),
  nul: insert(() => '\0'),
  invalidUtf8: (bytes, random) =>
    splice(
      bytes,
      random.below(bytes.length + 1),
      0,
      Uint8Array.from(random.of([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5], [0xe2, 0x82]])),
    ),
  cutOut: (bytes, random) =>
    splice(bytes, random.below(bytes.length + 1), random.below(200), new Uint8Array()),
  doubleLine: (bytes, random) => {
    const { start, end } = line(bytes, random);
    return splice(bytes, end, 0, bytes.subarray(start, end));
  },
  doublePart: (bytes, random) => {
    const start = random.below(bytes.length + 1);
    return splice(bytes, random.below(bytes.length + 1), 0, bytes.subarray(start, start + random.below(400)));
  },
  indent: (bytes, random) =>
    splice(bytes, line(bytes, random).start, 0, encoder.encode(' '.repeat(random.below(7)))),
  crlf: (bytes) => Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
  deepFlow: insert((random) =>
    random.of(['[', '{a: ', '[{a: ']).repeat(random.of([50, 99, 101, 2000, 100_000])),
  ),
  deepBlock: insert((random) => {
    const depth = random.of([50, 101, 800]);
    return `\n${Array.from({ length: depth }, (_, at) => `${' '.repeat(at)}k:`).join('\n')}\n`;
  }),
  deepDashes: insert((random) => `\n${'- '.repeat(random.of([99, 3000, 50_000]))}\n`),
  aliasBomb: insert((random) => {
    const levels = random.of([3, 9, 30]);
    const rows = Array.from(
      { length: levels },
      (_, level) =>
        `x-b${level + 1}: &b${level + 1} [${Array.from({ length: 9 }, () => `*b${level}`).join(', ')}]`,
    );
    return `\nx-b0: &b0 [a, b, c, d]\n${rows.join('\n')}\nnodes: *b${levels}\n`;
  }),
  mergeBomb: insert((random) => {
    const levels = random.of([3, 12, 40]);
    const rows = Array.from(
      { length: levels },
      (_, level) => `x-m${level + 1}: &m${level + 1} { <<: [*m${level}, *m${level}] }`,
    );
    return `\nx-m0: &m0 { a: 1 }\n${rows.join('\n')}\nssh: *m${levels}\n`;
  }),
  selfAlias: insert(() => '\nx-s: &s [*s, { <<: *s }]\nssh: *s\n'),
  manyKeys: insert(
    (random) =>
      `\n${Array.from({ length: random.of([100, 5000]) }, (_, at) => `k${at % 977}: v`).join('\n')}\n`,
  ),
  manyDocuments: insert((random) => '\n---\ncluster: a\n'.repeat(random.of([3, 500]))),
  manyAnchors: insert(
    (random) =>
      `\nx-a: [${Array.from({ length: random.of([50, 3000]) }, (_, at) => `&a${at} v, *a${at}`).join(', ')}]\n`,
  ),
};

/** Rare ones: each makes megabytes. */
export const hugeMutations: Readonly<Record<string, Mutation>> = {
  longLine: insert(() => 'x'.repeat(10_000_000)),
  longQuoted: insert(() => `"${'y '.repeat(5_000_000)}"`),
  longComment: insert(() => ` #${'z'.repeat(10_000_000)}\n`),
  longSpaces: insert(() => ' '.repeat(10_000_000)),
  longTabs: insert(() => '\t'.repeat(1_000_000)),
  longNumber: insert(() => '7'.repeat(10_000_000)),
  blankLines: insert(() => '\n'.repeat(1_000_000)),
};
