import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { usualSizes } from '../../../src/cluster/chunk';
import { IncrementalParser } from '../../../src/cluster/incremental';
import type { NodeDraft } from '../../../src/cluster/draft';
import { parse, type ParsedFile } from '../../../src/cluster/parse';
import { check, judge } from '../../../src/rules/check';
import { systems } from '../../../src/systems/index';
import { clusterText } from '../../bench/cluster-text';
import { seedFiles } from '../../fuzz/seeds';

const specs = systems.map(({ spec }) => spec);

/** A file with enough nodes that some are left out of a reading, and some of each kind that must not be. */
function longFile({ column, eol, isTailed }: { column: number; eol: string; isTailed: boolean }): string {
  const dash = ' '.repeat(column);
  const node = (at: number): string[] => [
    `- name: n${at}`,
    ...(at % 7 === 3 ? ['  # a comment', ''] : []),
    `  address: 10.0.0.${at + 1}`,
    ...(at === 4 ? ['  roles: &roles [cs]'] : at === 9 ? ['  roles: *roles'] : ['  roles: [cs, client]']),
    ...(at === 6 ? ['  console: |', '    ipmitool status', ''] : []),
    ...(at === 11 ? ['  console: "ipmitool', '    power status"'] : []),
    `  rack: r${at % 5}`,
    '  disks:',
    `    - { path: /dev/sdb, capacity: 10TB, used: ${at % 9}TB }`,
    ...(at % 4 === 1 ? ['    - path: /dev/sdb', '      capacity: 4'] : []),
  ];
  const lines = [
    'cluster: long',
    'system: vstorage',
    'redundancy: { encoding: 5+2, failureDomain: rack }',
    'nodes: # all of them',
    ...Array.from({ length: 18 }, (_, at) => node(at).map((line) => (line === '' ? '' : dash + line))).flat(),
    ...(isTailed ? ['vstorage:', '  parameters:', '    mds.wd.offline_tout: 900000'] : []),
  ];
  return lines.join(eol) + eol;
}

const starts = [
  longFile({ column: 2, eol: '\n', isTailed: false }),
  longFile({ column: 0, eol: '\n', isTailed: true }),
  longFile({ column: 2, eol: '\r\n', isTailed: true }),
  ...seedFiles,
];

const pieces = [
  '\n', '\r\n', ' ', '  ', '-', '- ', '\n  - name: n3\n    address: h\n    roles: [cs]\n', '\n- name: n5\n', '#', ' # x', ':', ': ',
  '"', "'", '[', ']', '{', '}', ',', '|', '&a ', '*a', '*roles', '!t ', '<<: *roles', '---\n', '...\n', '\t', 'x', '7', 'TB', 'rack', 'nodes:\n',
  'system: moosefs\n', 'x-a: &a [cs]\n', '? ', '\0', 'é', '>-\n', '\nfoo: bar\n',
]; // prettier-ignore

type Edit = (text: string) => string;

const spot = fc.double({ min: 0, max: 1, noNaN: true });
const at = (text: string, where: number): number => Math.floor(where * text.length);
const lineAt = (text: string, where: number): [number, number] => {
  const middle = at(text, where);
  const next = text.indexOf('\n', middle);
  return [text.lastIndexOf('\n', middle - 1) + 1, next === -1 ? text.length : next + 1];
};

const single: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(spot, fc.constantFrom(...pieces)).map(([where, piece]): Edit => {
    return (text) => text.slice(0, at(text, where)) + piece + text.slice(at(text, where));
  }),
  fc.tuple(spot, fc.nat({ max: 12 })).map(([where, length]): Edit => {
    return (text) => text.slice(0, at(text, where)) + text.slice(at(text, where) + length);
  }),
  // At the borders of items is where it is hard.
  fc.tuple(spot, fc.constantFrom(...pieces, '')).map(([where, piece]): Edit => {
    return (text) => {
      const [start] = lineAt(text, where);
      return text.slice(0, start) + piece + text.slice(start);
    };
  }),
  spot.map((where): Edit => {
    return (text) => {
      const [start, end] = lineAt(text, where);
      return text.slice(0, start) + text.slice(end);
    };
  }),
  fc.tuple(spot, fc.integer({ min: 1, max: 9 })).map(([where, lines]): Edit => {
    return (text) => {
      const [start] = lineAt(text, where);
      const part = text.slice(start).split('\n').slice(0, lines).join('\n');
      return `${text.slice(0, start)}${part}\n${text.slice(start)}`;
    };
  }),
  fc.tuple(spot, spot).map(([from, to]): Edit => {
    return (text) => {
      const [start, end] = lineAt(text, from);
      const rest = text.slice(0, start) + text.slice(end);
      const [target] = lineAt(rest, to);
      return rest.slice(0, target) + text.slice(start, end) + rest.slice(target);
    };
  }),
  fc.tuple(spot, fc.constantFrom('n1', 'n2', '10.0.0.1', '5TB', '', 'cs', '9')).map(([where, word]): Edit => {
    return (text) => {
      const found = /[\w.]+/g;
      found.lastIndex = at(text, where);
      const match = found.exec(text);
      return match ? text.slice(0, match.index) + word + text.slice(match.index + match[0].length) : text;
    };
  }),
);

/** A whole node, or several, moved or copied to another place of the list. */
const moves: fc.Arbitrary<Edit> = fc
  .tuple(fc.nat({ max: 20 }), fc.integer({ min: 1, max: 3 }), fc.nat({ max: 20 }), fc.boolean())
  .map(([from, count, to, isCopy]): Edit => {
    return (text) => {
      const nodes = text.split(/^(?= *- name)/m);
      const part = nodes.slice(1 + from, 1 + from + count);
      const rest = isCopy ? nodes : [...nodes.slice(0, 1 + from), ...nodes.slice(1 + from + count)];
      return [...rest.slice(0, 1 + to), ...part, ...rest.slice(1 + to)].join('');
    };
  });

const edits: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 5, arbitrary: single },
  { weight: 1, arbitrary: moves },
  // In several places at once, as renaming does and several cursors do.
  {
    weight: 1,
    arbitrary: fc.array(single, { minLength: 2, maxLength: 4 }).map(
      (several): Edit =>
        (text) =>
          several.reduce((now, edit) => edit(now), text),
    ),
  },
);

/** Edits one after another. Half of what breaks the text is taken back at once, as people do. */
const sequence = fc.record({
  start: fc.constantFrom(...starts),
  steps: fc.array(fc.record({ edit: edits, keepBroken: fc.boolean() }), { minLength: 1, maxLength: 12 }),
  // Small chunks, so that a few nodes make many: with splits, joints and moves.
  sizes: fc.constantFrom({ most: 3, fewest: 2 }, { most: 6, fewest: 4 }, usualSizes),
});

/** The same with every place worked out that is worked out late. */
function worked<T extends ParsedFile>(file: T): T {
  const keys: readonly (keyof NodeDraft)[] = [
    'range', 'name', 'address', 'roles', 'hasAllRoles', 'ssh', 'disks', 'hasAllDisks', 'maintenance', 'console',
    'rack', 'row', 'room', 'written',
  ]; // prettier-ignore
  const plain = (node: NodeDraft) =>
    Object.fromEntries(keys.flatMap((key) => (node[key] === undefined ? [] : [[key, node[key]]])));
  return {
    ...file,
    documents: file.documents.map(({ draft, ...document }) => {
      return { ...document, draft: { ...draft, nodes: draft.nodes.map(plain) } };
    }),
  };
}

describe('reading an edit', function () {
  this.timeout(120_000);

  it('says exactly what reading the whole text says, for any sequence of edits', () => {
    let incremental = 0;
    let whole = 0;
    fc.assert(
      fc.property(sequence, ({ start, steps, sizes }) => {
        const parser = new IncrementalParser(specs, undefined, sizes);
        parser.parse(start);
        let text = start;
        for (const { edit, keepBroken } of steps) {
          const next = edit(text);
          const parsed = parser.parse(next);
          if (parser.wasIncremental) {
            incremental++;
            assert.deepStrictEqual(worked(parsed), worked(parse(next, specs)));
            assert.deepStrictEqual(worked(judge(parsed, systems)), worked(check(next, systems)));
          } else whole++;
          if (keepBroken || !parsed.documents[0]?.hasErrors) text = next;
        }
      }),
      { numRuns: Number(process.env['EDIT_RUNS'] ?? 80) },
    );
    assert.ok(incremental > whole / 4, `${incremental} of ${incremental + whole} readings were incremental`);
  });

  it('reads one item of a thousand, not the whole file', () => {
    const parser = new IncrementalParser(specs);
    const text = clusterText(1000);
    parser.parse(text);
    const edited = text.replace('name: cs500\n', 'name: cs5000\n');
    const parsed = parser.parse(edited);
    assert.equal(parser.wasIncremental, true);
    assert.equal(parsed.documents[0]?.draft.nodes[500]?.name?.value, 'cs5000');
    assert.deepStrictEqual(parsed, parse(edited, specs));
  });
});
