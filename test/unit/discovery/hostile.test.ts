import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { AddressProblem, clusterToAsk, readDestination } from '../../../src/discovery/address';
import { compare } from '../../../src/discovery/compare';
import { partsScript, readParts } from '../../../src/discovery/parts';
import { valueText } from '../../../src/discovery/words';
import { SshError } from '../../../src/ssh/error';
import { systems } from '../../../src/systems/index';
import { moosefsSystem } from '../../../src/systems/moosefs/system';
import { chunkserver, clusterOf, found } from './stub';

const { spec } = moosefsSystem;

describe('Discovery of nodes that say strange things', () => {
  const good = chunkserver('cs1', ['/mnt/hdd1']);

  it('an answer cut at any place is read as far as it came, and makes a valid file', async () => {
    for (let length = 0; length < good.length; length += 7) {
      const { text, nodes } = await found(
        (node) => (node === '10.0.1.2' ? good.slice(0, length) : good),
        ['10.0.1.1', '10.0.1.2'],
      );
      assert.doesNotThrow(() => clusterOf(text), text);
      assert.equal(nodes[0]?.answered, true);
    }
  });

  it('every system survives binary output, the output of a banner, and a megabyte of one line', async () => {
    const binary = Array.from({ length: 4_000 }, (_, at) => String.fromCharCode((at * 7919) % 256)).join('');
    for (const system of systems) {
      const names = Object.keys(system.discovery?.parts ?? {});
      for (const noise of [binary, 'Welcome!\n'.repeat(50), 'x'.repeat(1_000_000)]) {
        const answer = names.map((name) => `${noise.replace(/^/gm, `${name}|`)}\n=${name}\n`).join('');
        for (const said of [noise, answer, `${noise}\n${answer}`])
          await assert.doesNotReject(found(() => said, ['10.0.1.1'], system));
      }
    }
  });

  it('names and paths with quotes, line breaks and the signs of YAML cannot change the file', async () => {
    const paths = [
      '/mnt/a: b',
      '/mnt/#1',
      "/mnt/it's",
      '/mnt/"q"',
      '/mnt/{x}',
      '/mnt/[y]',
      '/mnt/*z',
      '/mnt/&w',
      '/mnt/\u001b[31mred',
      '/mnt/\u2028line',
      '/mnt/a, capacity: 1B }',
    ];
    const { text } = await found(
      () =>
        chunkserver('cs1', paths, {
          host: 'cs1: {a: b}\ncluster: other',
          settings: 'file|mfschunkserver\nLABELS = A\u0085nodes: [] # x',
        }),
      ['10.0.1.1'],
    );
    const cluster = clusterOf(text);
    assert.equal(cluster.nodes.length, 1);
    const plain = paths.filter((path) => /^[ -~]+$/.test(path));
    assert.deepEqual(
      cluster.nodes[0]?.disks.map(({ path }) => path),
      plain,
    );
    assert.equal(text.match(/path that cannot be written/g)?.length, paths.length - plain.length);
    assert(
      !/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/.test(text),
      'a control character is in the file',
    );
  });

  it('a value with line breaks is written on one line wherever it stands, and read back as it was', () => {
    const path = '/mnt/a\nroles: [master]\n';
    const long = `/mnt/${'a'.repeat(60)}\nnodes: []\nx: 1`;
    for (const value of [path, long, [path, long], { pairs: [{ key: 'mountPoint', value: [long] }] }]) {
      const text = valueText(value);
      assert.doesNotMatch(text, /\n/);
      const wanted = typeof value === 'object' && 'pairs' in value ? { mountPoint: [long] } : value;
      assert.deepEqual(parse(`key: ${text}`), { key: wanted });
    }
  });

  it('what came before a command that hangs is kept', async () => {
    const error = new SshError('timeout', 'x', 'Node x: no result within 1 s.');
    const { text, nodes, unknown } = await found(() => ({ before: good, error }), ['10.0.1.1']);
    assert.deepEqual(
      clusterOf(text).nodes.map(({ roles }) => roles),
      [['chunkserver']],
    );
    assert.equal(nodes[0]?.answered, true);
    assert(unknown.some(({ sentence }) => sentence.includes('until then was read')));
  });

  it('a node that refuses us stands in the file as a comment with the reason', async () => {
    const error = new SshError('host-key-unknown', 'x', 'Node x: its host key is unknown.');
    const { text, nodes } = await found(
      (node) => (node === '10.0.1.2' ? { before: '', error } : good),
      ['10.0.1.1', '10.0.1.2'],
    );
    assert.deepEqual(
      clusterOf(text).nodes.map(({ name }) => name),
      ['cs1'],
    );
    assert.match(text, /# TODO: 10\.0\.1\.2 is left out.*its host key is unknown\.\n.*- name: 10\.0\.1\.2/);
    assert.equal(nodes[1]?.reason, 'host-key-unknown');
  });

  it('two machines that give themselves one name get two names', async () => {
    const { text } = await found(() => good, ['10.0.1.1', '10.0.1.2']);
    assert.deepEqual(
      clusterOf(text).nodes.map(({ name }) => name),
      ['cs1', 'cs1-2'],
    );
  });

  it('nobody who answers makes a valid file, too, and says so', async () => {
    const error = new SshError('unreachable', 'x', 'Node x: no way there.');
    const { text, live } = await found(() => ({ before: '', error }), ['10.0.1.1']);
    assert.doesNotThrow(() => clusterOf(text), text);
    assert.deepEqual(live.nodes, []);
  });

  it('a master that is seen twice is told, and neither is believed', async () => {
    const master = chunkserver('m1', [], {
      processes: 'mfsmaster',
      installed: 'mfsmaster',
      disks: '',
      mfscli:
        'metadata servers:|10.0.0.1|3.0.117|-|1795295668.118|1 460|x|1|x|-|-|-|F\nall chunks matrix:|goal/copies/chunks:|3|3|9\n' +
        ['missing', 'endangered', 'undergoal', 'stable', 'overgoal', 'pending deletion', 'to be removed']
          .map((name) => `all chunks matrix:|chunkclass ${name}:|0`)
          .join('\n'),
    });
    const one = await found(() => master, ['10.0.1.1']);
    assert.match(one.text, /replicas: 3/);
    const two = await found(() => master, ['10.0.1.1', '10.0.1.2']);
    assert.match(two.text, /both answer as the master/);
    assert.doesNotMatch(two.text, /replicas: 3/);
  });

  it('no output can pass for that of another part', () => {
    const parts = readParts('a|x\na|=b\na|b|y\n\n=a\nb|z\n');
    assert.deepEqual(
      [...parts].map(([name, { text, isWhole }]) => ({ name, text, isWhole })),
      [
        { name: 'a', text: 'x\n=b\nb|y', isWhole: true },
        { name: 'b', text: 'z', isWhole: false },
      ],
    );
    assert.throws(() => partsScript({ 'a;b': 'true' }), RangeError);
  });
});

describe('Addresses to discover', () => {
  it('are read as ssh has them', () => {
    assert.deepEqual(readDestination('root@10.0.0.1:2222'), { host: '10.0.0.1', user: 'root', port: 2222 });
    assert.deepEqual(readDestination('ops@[fd00::1]:22'), { host: 'fd00::1', user: 'ops', port: 22 });
    assert.deepEqual(readDestination('fd00::1'), { host: 'fd00::1' });
    assert.deepEqual(readDestination('alias'), { host: 'alias' });
  });

  for (const word of [
    '',
    '-oProxyCommand=x',
    'root@',
    'a b',
    'ssh://root@a',
    'a,b',
    'root@a:0',
    'root@a:70000',
    "a';x",
    'a\n',
  ])
    if (word !== 'a\n')
      it(`${JSON.stringify(word)} is none`, () => {
        assert.throws(() => readDestination(word), AddressProblem);
      });

  it('one that stands twice is asked once', () => {
    assert.equal(clusterToAsk(spec, ['root@A', 'a', 'root@a:22']).nodes.length, 2);
    assert.throws(() => clusterToAsk(spec, []), AddressProblem);
  });
});

describe('Discovery and silence', () => {
  it('a file is never said to differ from a node that did not answer, or did not tell', async () => {
    const text = `cluster: c
system: moosefs
redundancy: { replicas: 2 }
nodes:
  - { name: cs1, address: 10.0.1.1, roles: [chunkserver], disks: [{ path: /mnt/x, capacity: 1TB }] }
`;
    const cluster = clusterOf(text);
    const error = new SshError('timeout', 'cs1', 'Node cs1: no answer.');
    const silent = await found(() => ({ before: '', error }), cluster);
    assert.deepEqual(compare({ text, spec, cluster, discovery: silent }).drifts, []);
    const mute = await found(() => 'host|\nhost|cs1\n\n=host\n', cluster);
    const { drifts, unknown } = compare({ text, spec, cluster, discovery: mute });
    assert.deepEqual(drifts, []);
    assert(unknown.some(({ sentence }) => sentence.includes('disks cs1 has')));
  });
});
