import assert from 'node:assert/strict';
import { complete } from '../../../src/cluster/language/completion';
import { template } from '../../../src/cluster/language/template';
import { parse } from '../../../src/cluster/parse';
import { outline } from '../../../src/cluster/language/outline';
import { cursor, lustre, specs, vstorage } from './language';

function labels(marked: string): readonly string[] {
  const { outline: shape, offset } = cursor(marked);
  return [...complete(shape, offset, specs)].sort((a, b) => a.rank - b.rank).map(({ label }) => label);
}

function one(marked: string, label: string) {
  const { outline: shape, offset, text } = cursor(marked);
  const found = complete(shape, offset, specs).find((each) => each.label === label);
  assert.ok(
    found,
    `no ${label} among ${complete(shape, offset, specs)
      .map((each) => each.label)
      .join(', ')}`,
  );
  return { ...found, replaced: text.slice(found.replace.start, found.replace.end) };
}

describe('completion of keys', () => {
  it('proposes at the top what is not there yet, the required first', () => {
    assert.deepEqual(labels('cluster: a\nsystem: lustre\n‸').slice(0, 2), ['nodes', 'lustre']);
    assert.ok(!labels('cluster: a\nsystem: lustre\n‸').includes('redundancy'));
  });

  it('replaces the word that is typed already', () => {
    const found = one('cluster: a\nsystem: moosefs\nredu‸\nnodes: []\n', 'redundancy');
    assert.equal(found.replaced, 'redu');
    assert.equal(found.insert, 'redundancy:\n  $1');
  });

  it('leaves the colon alone where there is one', () => {
    const found = one('cluster: a\nsystem: moosefs\nredu‸:\n  replicas: 2\n', 'redundancy');
    assert.equal(found.insert, 'redundancy');
  });

  for (const [where, marked, some] of [
    [
      'in a map below its key',
      'system: vstorage\nredundancy:\n  ‸\nnodes: []\n',
      ['encoding', 'replicas', 'failureDomain'],
    ],
    [
      'in a map with a word begun',
      'system: vstorage\nredundancy:\n  rep‸\nnodes: []\n',
      ['encoding', 'replicas'],
    ],
    [
      'beside the alternative',
      'system: vstorage\nredundancy:\n  replicas: 3\n  ‸\n',
      ['minReplicas', 'failureDomain', 'fillMargin'],
    ],
    ['in brackets', 'ssh: { ‸ }\n', ['user', 'port', 'become']],
    ['behind a comma in brackets that are open', 'ssh: { user: ops, ‸', ['port', 'become']],
    ['in a word in brackets', 'ssh: { user: ops, po‸ }', ['port']],
    ['in a node', vstorage.replace('    rack: r2\n', '    ‸\n'), ['rack', 'disks']],
    ['behind the dash of a node', 'system: moosefs\nnodes:\n  - ‸\n', ['name', 'address', 'roles']],
    ['in a node in brackets', 'system: moosefs\nnodes:\n  - { name: a, ‸ }\n', ['address', 'roles']],
    ['in a list at the column of its key', 'system: moosefs\nnodes:\n- name: a\n  ‸\n', ['address', 'roles']],
    ['in a disk', vstorage.replace('used: 8TB', '‸'), ['used', 'free', 'tier']],
    ['in the section', lustre.replace('  filesystem: scratch\n', '  ‸\n'), ['filesystem', 'clientMount']],
    ['in a target', `${lustre}      ‸`, ['drbd', 'serviceNodes']],
    ['in the parameters', `${vstorage}    ‸`, ['mds.wd.offline_tout_mnt', 'mds.alloc.fill_margin']],
    [
      'in maintenance, either of two shapes',
      'nodes:\n  - name: a\n    maintenance: { ‸ }\n',
      ['since', 'until'],
    ],
    ['with CRLF', 'system: vstorage\r\nredundancy:\r\n  ‸\r\nnodes: []\r\n', ['encoding', 'failureDomain']],
    ['below a quote that is open', 'cluster: "med\nsystem: vstorage\nredundancy:\n  ‸\n', ['encoding']],
    [
      'below brackets that are open',
      'system: moosefs\nnodes:\n  - { name: a, roles: [master\n  - { name: b, ‸',
      ['address', 'roles'],
    ],
    ['behind an anchor', 'ssh: &login\n  ‸\n', ['user', 'port']],
    ['beside a merge key', 'nodes:\n  - <<: *common\n    ‸\n', ['name', 'address']],
    [
      'in the second document',
      `${lustre}---\ncluster: b\nsystem: vstorage\nredundancy:\n  ‸\n`,
      ['encoding'],
    ],
  ] as const) {
    it(`knows the keys ${where}`, () => {
      const found = labels(marked);
      for (const key of some) assert.ok(found.includes(key), `no ${key} among: ${found.join(', ')}`);
    });
  }

  it('does not propose what is written, nor its alternative', () => {
    const found = labels('system: vstorage\nredundancy:\n  replicas: 3\n  ‸\n  failureDomain: rack\n');
    assert.deepEqual(
      found.filter((key) => ['replicas', 'encoding', 'failureDomain'].includes(key)),
      [],
    );
  });

  it('does not propose what makes no sense beside it', () => {
    assert.ok(!labels('system: vstorage\nredundancy:\n  encoding: 5+2\n  ‸\n').includes('minReplicas'));
    assert.deepEqual(labels(vstorage.replace('used: 8TB', 'used: 8TB, ‸')), ['tier']);
  });

  it('puts a new node below, with what it needs', () => {
    const found = one('system: moosefs\nnodes:\n  ‸\n', '- name, address, roles');
    assert.equal(found.insert, '- name: $1\n  address: $2\n  roles: [$3]');
    assert.equal(
      one('system: moosefs\nnodes: [‸]\n', '{ name, address, roles }').insert,
      '{ name: $1, address: $2, roles: [$3] \\}',
    );
  });

  it('indents what goes below a key behind a dash from the key', () => {
    assert.match(one('nodes:\n  - ‸\n', 'ssh').insert, /^ssh:\n {4}\$1$/);
  });

  it('proposes nothing in comments, block texts, and behind a value', () => {
    assert.deepEqual(labels('cluster: a\n# red‸\n'), []);
    assert.deepEqual(labels('x-note: |\n  red‸\nnodes: []\n'), []);
    assert.deepEqual(labels('cluster: a   ‸\n'), []);
    assert.deepEqual(labels('nodes:\n  -‸\n'), []);
  });
});

describe('completion of values', () => {
  for (const [what, marked, expected] of [
    ['systems', 'system: ‸\n', ['moosefs', 'lustre', 'vstorage']],
    ['true and false', 'protected: t‸\n', ['true', 'false']],
    ['roles that a node has not', 'system: vstorage\nnodes:\n  - { roles: [mds, ‸] }\n', ['cs', 'client']],
    ['roles, the list with them', 'system: vstorage\nnodes:\n  - roles: ‸\n', ['[mds]', '[cs]', '[client]']],
    ['roles in lines', 'system: vstorage\nnodes:\n  - roles:\n      - mds\n      - ‸\n', ['cs', 'client']],
    ['failure domains', 'system: moosefs\nredundancy: { failureDomain: ‸ }\n', ['host']],
    ['racks of other nodes', vstorage.replace('rack: r2', 'rack: ‸'), ['r1']],
    [
      'capacities of other disks',
      `${vstorage.replace('    rack: r2\n', '    disks:\n      - capacity: ‸\n')}`,
      ['10TB'],
    ],
    ['a parameter with the default', vstorage.replace('900000', '‸'), ['900000']],
    [
      'ways of a heartbeat',
      lustre.replace('  targets:', '  heartbeatPaths: [ping, ‸]\n  targets:'),
      ['serial', 'ipmi', 'disk'],
    ],
  ] as const) {
    it(`proposes ${what}`, () => assert.deepEqual(labels(marked), expected));
  }

  it('names the nodes that may be meant, those with the right role first', () => {
    const marked = lustre.replace('primary: oss1', 'primary: ‸');
    assert.deepEqual(labels(marked), ['oss1', 'oss2', 'mgs1']);
    assert.equal(one(marked, 'oss1').detail, 'oss · 192.0.2.3');
  });

  it('replaces within quotes', () => {
    assert.equal(one(lustre.replace('"oss2"', '"os‸"'), 'oss2').replaced, 'os');
  });

  it('puts the encoding without redundancy last: Enter takes the first one', () => {
    const found = labels('system: vstorage\nredundancy:\n  encoding: ‸\n');
    assert.deepEqual([found[0], found.at(-1)], ['1+1', '1+0']);
  });

  it('says what an encoding costs', () => {
    assert.match(
      one('system: vstorage\nredundancy:\n  encoding: ‸\n', '5+2').doc ?? '',
      /1\.4 TB.*7 failure domains/,
    );
  });

  it('gives a number its unit, and a timing its default', () => {
    const found = labels('system: moosefs\nheartbeat:\n  offlineAfter: 90‸\n');
    assert.deepEqual(found.slice(0, 3), ['1m', '90s', '90m']);
  });
});

describe('completion in a new file', () => {
  it('offers a cluster file of each system', () => {
    assert.deepEqual(labels('‸').slice(0, 3), ['moosefs cluster', 'lustre cluster', 'vstorage cluster']);
    assert.match(
      one('moo‸', 'moosefs cluster').insert,
      /^# MooseFS[^]*\ncluster: \$\{1:storage\}\nsystem: moosefs\n/,
    );
  });

  it('offers files that can be read as they are put in', () => {
    for (const spec of specs) {
      const { insert } = one('‸', `${spec.id} cluster`);
      const text = insert.replace('${1:storage}', 'storage').replace(/\\([\\$}])/g, '$1');
      assert.equal(text, template(spec, 'storage'));
      const codes = new Set(parse(text, specs).findings.map(({ code }) => code));
      // What only the person knows is missing: nothing else is wrong.
      codes.delete('missing-key');
      if (spec.sectionRequired) codes.delete('bad-value');
      assert.deepEqual([...codes], []);
    }
  });

  it('offers none once something is written', () => {
    assert.ok(!labels('cluster: a\n‸').some((label) => label.endsWith(' cluster')));
  });
});

describe('completion anywhere', () => {
  const texts = [
    lustre,
    vstorage,
    lustre.replaceAll('\n', '\r\n'),
    'nodes: [{{[,:]}} - "a\n\t- {b: &c *d, "e": \'f\n---\n? [x]\n: |\n  y\n>\n...\n&a !b *c : d',
    '\uFEFF{ cluster: a, system: moosefs, nodes: [ { name: b } ]',
    '- - - a: b\n  - c\n :\n::\n: : :\n#\n"":\n',
  ];
  for (const [index, text] of texts.entries()) {
    it(`never throws and replaces one line around the cursor, text ${index + 1}, cut and whole`, () => {
      for (let offset = 0; offset <= text.length; offset++) {
        for (const given of [text, text.slice(0, offset)]) {
          for (const { replace, insert } of complete(outline(given), offset, specs)) {
            assert.ok(replace.start <= offset && offset <= replace.end, `${index} at ${offset}: ${insert}`);
            assert.doesNotMatch(given.slice(replace.start, replace.end), /\n/);
          }
        }
      }
    });
  }
});
