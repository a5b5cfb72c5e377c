import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Lines } from '../../../src/cluster/lines';
import { parse } from '../../../src/cluster/parse';
import { found, lustre, moosefs, specs, vstorage } from './helpers';
import { computing } from '../computing';

const bytes = (text: string, ...more: number[]): Uint8Array =>
  Buffer.concat([Buffer.from(text), Buffer.from(more)]);

/** Takes a time that a person does not notice. */
function quickly(text: string | Uint8Array): string[] {
  let findings: string[] = [];
  const took = computing(() => (findings = found(text)));
  assert.ok(took < 3_000, `computed for ${took} ms`);
  return findings;
}

describe('text that is hard to read', () => {
  it('a byte order mark counts for no column', () => {
    assert.deepEqual(found('\uFEFFcluster: a b\n').slice(0, 1), ['1:1-1:8 error missing-key']);
    assert.deepEqual(found(bytes('\uFEFFcluster: -a\n')).at(-1), '1:10-1:12 error bad-value');
  });
  it('a CR before LF is no part of the line', () => {
    const text = vstorage({ node: '    rack: -r\n' });
    assert.deepEqual(found(text.replaceAll('\n', '\r\n')), found(text));
    assert.deepEqual(found('cluster: a\r\nsystem: [\r\n'), ['2:9-2:10 error yaml-syntax']);
  });
  it('columns are UTF-16 units', () => {
    assert.deepEqual(found('x-a: {"😀": &n -r}\n' + vstorage({ node: '    rack: *n\n' })), [
      '1:16-1:18 error bad-value',
    ]);
  });
  it('bytes that are not UTF-8 are named, and what stands before them is checked', () => {
    const text = vstorage({ node: '    rack: -r\n' });
    assert.deepEqual(found(bytes(text + '# ', 0xff, 0x0a)), [
      '8:11-8:13 error bad-value',
      '11:3-11:3 error yaml-syntax',
    ]);
    assert.deepEqual(found(bytes('# \u00e4', 0xc3)), ['1:4-1:4 error yaml-syntax']);
    for (const sequence of [
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
      [0x80],
      [0xe2, 0x82],
    ]) {
      assert.deepEqual(found(bytes('# ', ...sequence)), ['1:3-1:3 error yaml-syntax'], sequence.join(' '));
    }
  });
  it('a NUL is named', () => {
    assert.deepEqual(found('cluster: a\0b\n'), ['1:11-1:11 error yaml-syntax']);
    assert.deepEqual(found(bytes('', 0, 1, 2, 3)), ['1:1-1:1 error yaml-syntax']);
  });
  it('UTF-16 is not UTF-8', () =>
    assert.deepEqual(found(Buffer.from('\uFEFFcluster: a\n', 'utf16le')), ['1:1-1:1 error yaml-syntax']));

  it('an alias bomb is one finding, in bounded time', () => {
    let text = 'x-a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n';
    let last = 'a';
    for (const name of 'bcdefghi') {
      text += `x-${name}: &${name} [${Array<string>(9).fill(`*${last}`).join(', ')}]\n`;
      last = name;
    }
    const findings = quickly(text + moosefs());
    assert.equal(findings.length, 1);
    assert.match(findings[0] ?? '', /yaml-syntax/);
  });
  it('a list that contains itself is one finding', () => {
    assert.deepEqual(found('x-a: &a [*a]\n' + moosefs()), ['1:10-1:12 error yaml-syntax']);
    assert.deepEqual(found('x-a: &a { <<: *a }\n' + moosefs()), ['1:15-1:17 error yaml-syntax']);
  });
  it('a thousand nodes that share their disks are no bomb', () => {
    const nodes = Array.from(
      { length: 1000 },
      (_, i) => `  - { name: n${i}, address: h${i}, roles: [cs], disks: *d }\n`,
    );
    const disks = Array.from({ length: 24 }, (_, i) => `  - { path: /dev/sd${i}, capacity: 10TB }\n`);
    const text = `x-disks: &d\n${disks.join('')}cluster: a\nsystem: vstorage\nredundancy: { replicas: 2 }\nnodes:\n${nodes.join('')}`;
    assert.deepEqual(quickly(text), []);
  });
  it('deep nesting is one finding, in bounded time', () => {
    for (const part of ['[', '{a: ', '- ', '? ']) {
      const findings = quickly(part.repeat(5000));
      assert.equal(findings.length, 1, part);
      assert.match(findings[0] ?? '', /yaml-syntax/);
    }
  });
  it('many keys of one name are found without comparing each with each', () => {
    assert.ok(quickly('a: 1\n'.repeat(20_000)).length > 19_000);
  });

  it('a cut file never throws, and every finding lies in the text', () => {
    for (const text of [
      vstorage({ node: '    ssh: { port: 22 }\n', disk: ', used: "8TB"' }),
      moosefs(),
      lustre(),
    ]) {
      for (let length = 0; length <= text.length; length++) assertInside(text.slice(0, length));
    }
  });
  it('no text makes it throw, and every finding lies in the text', () => {
    const piece = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      '&a ',
      '*a',
      '<<: ',
      '"',
      "'",
      '|\n',
      '#',
      '? ',
      '---\n',
      '\t',
      'cluster',
      'nodes',
      'name',
      'roles',
      'disks',
      'ssh',
      '10',
      '\r\n',
      ',',
      '!x ',
      '%YAML 1.1\n',
      '\u{1F600}',
      '...\n',
      'system: vstorage\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => assertInside(pieces.join(''))),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (data) => void parse(data, specs)),
      { numRuns: 500 },
    );
  });
});

function assertInside(text: string): void {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  for (const { range, code } of parse(text, specs).findings) {
    for (const { line, character } of [range.start, range.end]) {
      const length = lines[line]?.length;
      assert.ok(
        length !== undefined && character <= length,
        `${code} at ${line}:${character} in ${JSON.stringify(text)}`,
      );
    }
  }
}

describe('half-written files', () => {
  it('what could be read is checked; the half-written map lacks nothing', () => {
    assert.deepEqual(found(vstorage({ disk: ', used: 11TB' }) + '  - name: cs2\n    address: [\n'), [
      '9:49-9:53 error bad-value',
      '11:14-11:15 error yaml-syntax',
    ]);
  });
  it('each cut of a good file has at most one syntax error and no finding about what was cut', () => {
    const text = vstorage();
    const codes = found(text.slice(0, text.indexOf('10TB') + 2));
    assert.deepEqual(
      codes.map((line) => line.split(' ').at(-1)),
      ['yaml-syntax'],
    );
  });
});

describe('documents, merge keys and directives', () => {
  it('several documents are several clusters; empty ones are skipped', () => {
    const { documents, findings } = parse(`---\n---\n${moosefs()}---\n# nothing\n---\n${vstorage()}`, specs);
    assert.deepEqual(findings, []);
    assert.deepEqual(
      documents.map(({ cluster }) => cluster?.name),
      ['files', 'media'],
    );
  });
  it('an error in one document leaves the other alone', () => {
    const { documents } = parse(`${moosefs().replace('10.0.0.1', '[')}---\n${vstorage()}`, specs);
    assert.deepEqual(
      documents.map(({ hasErrors, cluster }) => [hasErrors, cluster?.name]),
      [
        [true, undefined],
        [false, 'media'],
      ],
    );
  });
  it('an explicit key wins over a merged one and is no duplicate', () => {
    const text = vstorage({ node: '    <<: { rack: r1, row: w1 }\n    rack: r2\n' });
    const { documents, findings } = parse(text, specs);
    assert.deepEqual(findings, []);
    assert.equal(documents[0]?.cluster?.nodes[0]?.rack, 'r2');
    assert.equal(documents[0]?.cluster?.nodes[0]?.row, 'w1');
  });
  it('of several merged maps the earlier wins', () => {
    const text = 'x-a: [&a { rack: r1 }, &b { rack: r2 }]\n' + vstorage({ node: '    <<: [*a, *b]\n' });
    assert.equal(parse(text, specs).documents[0]?.cluster?.nodes[0]?.rack, 'r1');
  });
  it('a mistake that several nodes reach through an alias is reported once, at the anchor', () => {
    const text = `x-disks: &d [{ path: /dev/sdb, capacity: 10 }]
cluster: a
system: vstorage
redundancy: { replicas: 2 }
nodes:
  - { name: a, address: a, roles: [cs], disks: *d }
  - { name: b, address: b, roles: [cs], disks: *d }
`;
    assert.deepEqual(found(text), ['1:42-1:44 error size-without-unit']);
  });
  it('%YAML 1.1 changes nothing: yes is a text, 010 is ten', () => {
    const text = `%YAML 1.1\n---\n${vstorage({ node: '    ssh: { user: yes, port: 010 }\n' })}`;
    const { documents, findings } = parse(text, specs);
    assert.deepEqual(findings, []);
    assert.deepEqual(documents[0]?.cluster?.nodes[0]?.ssh, { user: 'yes', port: 10, become: 'none' });
  });
  it('a number where text belongs counts as it is written', () => {
    const { documents } = parse(vstorage({ node: '    rack: 007\n' }).replace('media', '1.50'), specs);
    assert.equal(documents[0]?.cluster?.nodes[0]?.rack, '007');
    assert.equal(documents[0]?.cluster?.name, '1.50');
  });
});

describe('lines', () => {
  it('every offset is on the line that counting line feeds gives', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '\n', '\r\n', '\r', 'é')), (pieces) => {
        const text = pieces.join('');
        const lines = new Lines(text);
        for (let at = 0; at <= text.length; at++) {
          const before = text.slice(0, at).split('\n');
          const position = lines.position(at);
          assert.equal(position.line, before.length - 1);
          assert.ok(position.character <= (before.at(-1)?.length ?? 0));
        }
      }),
    );
  });
});

describe('what a break in the text explains is not said again', () => {
  const head = 'cluster: a\nsystem: vstorage\nredundancy: { encoding: 1+1 }\nnodes:\n';
  const next = '  - { name: b, address: b, roles: [cs] }\n  - { name: c, address: c, roles: [cs] }\n';
  for (const [title, node, expected] of [
    ['an unclosed map', '  - { name: a, address: a, roles: [cs]\n', ['6:3-6:4 error yaml-syntax']],
    ['an unclosed list', '  - { name: a, address: a, roles: [cs }\n', ['5:39-5:40 error yaml-syntax']],
    [
      'a colon that is missing',
      '  - name: a\n    address: a\n    roles [cs]\n',
      ['7:5-7:15 error yaml-syntax'],
    ],
  ] as const) {
    it(title, () => assert.deepEqual(found(head + node + next), expected));
  }
  it('a mistake further on is found all the same', () => {
    const text = `${head}  - name: a\n    address: a\n    roles [cs]\n  - name: b\n    address: b\n    roles: [cs]\n    colour: red\n`;
    assert.deepEqual(found(text), ['7:5-7:15 error yaml-syntax', '11:5-11:11 warning unknown-key']);
  });
  it('a quote that is never closed names the line on which it opens', () => {
    const [finding] = parse(`${head}  - name: "a\n    address: a\n`, specs).findings;
    assert.equal(finding?.code, 'yaml-syntax');
    assert.deepEqual(
      finding?.related.map(({ range }) => range.start),
      [{ line: 4, character: 10 }],
    );
  });
});
