import assert from 'node:assert/strict';
import fc from 'fast-check';
import { childOf, type Entry } from '../../../src/cluster/language/entry';
import { outline } from '../../../src/cluster/language/outline';
import { symbols, type Symbol } from '../../../src/cluster/language/symbols';
import { lustre, vstorage } from './language';
import { computing } from '../computing';

/** The shape in few words: `key=value`, `key{…}`, `-…`. */
function shape(entry: Entry): string {
  const inner = entry.children.map(shape).join(' ');
  const own = entry.key ? entry.key.text : entry.isItem ? '-' : '';
  const value = entry.value ? `=${entry.value.text}` : entry.alias ? `=*${entry.alias.text}` : '';
  return `${own}${value}${inner === '' ? '' : `{${inner}}`}`;
}

function shapes(text: string): readonly string[] {
  return outline(text).documents.map(shape);
}

describe('outline', () => {
  for (const [what, text, expected] of [
    [
      'maps and lists in lines',
      'a: 1\nb:\n  - c: 2\n    d:\n      e: 3\n  - 4\n',
      '{a=1 b{-{c=2 d{e=3}} -=4}}',
    ],
    ['a list at the column of its key', 'b:\n- c: 1\n- d: 2\ne: 3\n', '{b{-{c=1} -{d=2}} e=3}'],
    [
      'brackets, over several lines',
      'a: { b: 1, c: [x, {d: y}],\n  e: 2 }\nf: 3\n',
      '{a{b=1 c{-=x -{d=y}} e=2} f=3}',
    ],
    ['brackets below their key', 'nodes:\n  [{ a: 1 }, { a: 2 }]\n', '{nodes{-{a=1} -{a=2}}}'],
    ['a file in brackets', '{ a: 1, b: [2] }\n', '{a=1 b{-=2}}'],
    ['quotes', "\"a b\": \"c: # d\"\n'e': 'f''g'\n", "{a b=c: # d e=f''g}"],
    ['comments', '# a\nb: 1 # c: 2\n  # d\ne: f#g\n', '{b=1 e=f#g}'],
    ['block texts', 'a: |\n  b: 1\n\n  c: 2\nd: >-\n  e\nf: 3\n', '{a d f=3}'],
    [
      'anchors, aliases, tags and merge keys',
      'a: &x { b: 1 }\nc: *x\nd:\n  <<: *x\n  e: !!str 2\n',
      '{a{b=1} c=*x d{<<=*x e=2}}',
    ],
    ['CRLF', 'a: 1\r\nb:\r\n  - c: 2\r\n', '{a=1 b{-{c=2}}}'],
    ['a byte order mark', '\uFEFFa: 1\n', '{a=1}'],
    [
      'brackets that are never closed',
      'a:\n  - { b: 1, c: [x\n  - { b: 2 }\nd: 3\n',
      '{a{-{b=1 c{-=x}} -{b=2}} d=3}',
    ],
    ['a quote that is never closed', 'a: "b\nc: 1\n', '{a=b c=1}'],
    ['a word without a colon', 'a: 1\nred\nb: 2\n', '{a=1 =red b=2}'],
    ['colons within values', 'a: http://b:80/c\nd: 10:20\n', '{a=http://b:80/c d=10:20}'],
  ] as const) {
    it(`reads ${what}`, () => assert.deepEqual(shapes(text), [expected]));
  }

  it('tells documents apart', () => {
    assert.deepEqual(shapes('---\na: 1\n---\nb: 2\n'), ['{a=1}', '{b=2}']);
  });

  it('gives places without quotes', () => {
    const text = 'a: "bc"\n';
    const value = childOf(outline(text).documents[0], 'a')?.value;
    assert.equal(text.slice(value?.start, value?.end), 'bc');
  });

  it('takes long lines and deep brackets in its stride', () => {
    const took = computing(() => {
      outline(`a: [${'b, '.repeat(500_000)}`);
      outline('['.repeat(200_000));
      outline(`a: ${'{'.repeat(200_000)}\n`.repeat(3));
      outline(`${'"'.repeat(300_001)}: x\n`);
      outline(`${'a b '.repeat(300_000)}\n`);
    });
    assert.ok(took < 10_000, `${took} ms`);
  });

  it('never throws, keeps every place within the text, and every child within its parent’s start', () => {
    const piece = fc.constantFrom(
      'a',
      ': ',
      ':',
      '\n',
      '  ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '"',
      "'",
      '#',
      '|',
      '>',
      '&x ',
      '*x',
      '---\n',
      '\r\n',
      '\t',
      'name: b\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        const visit = (entry: Entry): void => {
          assert.ok(
            entry.start >= (entry.parent?.start ?? 0) && entry.end <= text.length && entry.start <= entry.end,
          );
          for (const token of [entry.key, entry.value, entry.alias]) {
            if (token) assert.equal(text.slice(token.start, token.end).endsWith(token.text), true);
          }
          entry.children.forEach(visit);
        };
        outline(text).documents.forEach(visit);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('symbols', () => {
  const flat = (all: readonly Symbol[]): readonly string[] =>
    all.flatMap((each) => [each.name, ...flat(each.children)]);

  it('are the keys, the nodes with their disks, and the targets', () => {
    const names = flat(symbols(outline(vstorage)));
    for (const name of [
      'cluster',
      'redundancy',
      'encoding',
      'nodes',
      'cs1',
      '/dev/sdb',
      'cs2',
      'mds.wd.offline_tout',
    ]) {
      assert.ok(names.includes(name), `${name} is not among ${names.join(', ')}`);
    }
    const targets = symbols(outline(lustre)).find(({ name }) => name === 'lustre')?.children;
    assert.equal(targets?.find(({ name }) => name === 'targets')?.children[0]?.detail, 'oss1 · oss2');
  });

  it('leave the disks out of a list of thousands of nodes', () => {
    const listed = (count: number) =>
      flat(
        symbols(outline(`nodes:\n${'  - { name: n, disks: [{ path: /dev/sdb }] }\n'.repeat(count)}`)),
      ).filter((name) => name === '/dev/sdb').length;
    assert.deepEqual([listed(2_000), listed(2_001)], [2_000, 0]);
  });

  it('have a row for each of several clusters', () => {
    assert.deepEqual(
      symbols(outline(`${lustre}---\n${vstorage}`)).map(({ name, detail }) => [name, detail]),
      [
        ['scratch', 'lustre'],
        ['media', 'vstorage'],
      ],
    );
  });

  it('have their selection within their range, children within their parents, also in broken text', () => {
    const check = (all: readonly Symbol[], start: number, end: number): void => {
      for (const { range, selection, children, name } of all) {
        assert.ok(start <= range.start && range.end <= end, `${name} is outside`);
        assert.ok(range.start <= selection.start && selection.end <= range.end, `the selection of ${name}`);
        check(children, range.start, range.end);
      }
    };
    const all = `${lustre}---\n${vstorage}`;
    for (let cut = 0; cut <= all.length; cut++) check(symbols(outline(all.slice(0, cut))), 0, cut);
  });
});
