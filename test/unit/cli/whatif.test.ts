import assert from 'node:assert/strict';
import { readBandwidth } from '../../../src/rebuild/what-if/bandwidth';
import { Desk } from './built';

const tenNodes = `cluster: media
system: vstorage
redundancy: { encoding: 5+2 }
nodes:
${Array.from(
  { length: 10 },
  (_, index) =>
    `  - { name: n${index}, address: 10.0.0.${index + 1}, roles: [${index < 5 ? 'mds, ' : ''}cs], rack: r${index % 2}, disks: [{ path: /d, capacity: 10TB, used: 9TB }] }`,
).join('\n')}
`;

describe('standby whatif', function () {
  this.timeout(60_000);
  let desk: Desk;
  before(async () => {
    desk = await Desk.make();
    await desk.write('ten.yaml', tenNodes);
    await desk.write('blind.yaml', tenNodes.replaceAll(', used: 9TB', ''));
  });
  after(() => desk.clear());

  it('says in sentences what comes of it, and exits 0 where it is survivable', async () => {
    const { code, stdout, stderr } = await desk.run(
      'whatif',
      'ten.yaml',
      '--lose',
      'n7',
      '--bandwidth',
      '10Gbit',
    );
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(stdout.split('\n'), [
      'media (vstorage) without n7:',
      '  No data is lost: a chunk loses at most 1 of its 7 pieces, and 2 may be lost.',
      '  Writes go on.',
      '  It can rebuild itself: 9 TB are written anew. For each byte it reads 5: 45 TB over the network.',
      '  That takes at least 67 min.',
      '  This is survivable.',
      '',
    ]);
  });

  it('exits 1 where data is lost, where nothing can be rebuilt, and where the cluster stops', async () => {
    const json = async (lose: string) => {
      const { code, stdout } = await desk.run('whatif', 'ten.yaml', '--lose', lose, '--format', 'json');
      const { safe, lost, tiers, consequences } = JSON.parse(stdout) as {
        safe: boolean;
        lost: string[];
        tiers: { dataLost: string; rebuild: { able: string; missing?: number } }[];
        consequences: { what: string; effect: string }[];
      };
      return { code, safe, lost, tier: tiers[0], effects: consequences.map(({ effect }) => effect) };
    };
    const rack = await json('rack=r1');
    assert.deepEqual(rack.lost, ['n1', 'n3', 'n5', 'n7', 'n9']);
    assert.deepEqual(
      [rack.code, rack.safe, rack.tier?.dataLost, rack.tier?.rebuild.able, rack.effects],
      [1, false, 'certain', 'too-few-domains', ['weaker']],
    );
    const two = await json('n7,n8');
    assert.deepEqual(
      [two.code, two.tier?.dataLost, two.tier?.rebuild],
      // 90 TB of pieces on eight nodes of 10 TB
      [1, 'no', { able: 'no-room', missing: 10e12 }],
    );
    const services = await json('n0,n1,n2');
    assert.deepEqual([services.code, services.effects], [1, ['stopped']]);
  });

  it('does not call safe what it cannot know', async () => {
    const { code, stdout } = await desk.run('whatif', 'blind.yaml', '--lose', 'n7');
    assert.equal(code, 1);
    assert.match(stdout, /Whether it can rebuild itself shows once every disk has its capacity and usage\./);
  });

  it('counts a node without disks in every tier that the others have', async () => {
    const text = tenNodes
      .replace('5+2', '1+1')
      .replaceAll('used: 9TB', 'used: 1TB, tier: 1')
      .replace(/(name: n7.*), disks: .*/, '$1 }');
    await desk.write('tiers.yaml', text);
    const { code, stdout } = await desk.run('whatif', 'tiers.yaml', '--lose', 'n7,n8');
    assert.match(stdout, /Data may be lost: up to 2 of the 2 pieces/);
    assert.equal(code, 1);
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['whatif ten.yaml', /needs --lose NODE/],
    [
      'whatif ten.yaml --lose n77',
      /ten\.yaml: The cluster media has no node or domain 'n77'\. It has n0, n1,/,
    ],
    ['whatif ten.yaml --lose rakc=r1', /no node or domain 'rakc=r1'\. Did you mean 'rack=r1'\?/],
    ['whatif ten.yaml --lose n1 --bandwidth 10', /10 is not a bandwidth.*10Gbit/],
    ['whatif nowhere.yaml --lose n1', /no such file/],
  ];
  for (const [line, message] of wrong) {
    it(`exits 2 for: ${line}`, async () => {
      const { code, stdout, stderr } = await desk.run(...line.split(' '));
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, message);
    });
  }

  it('reads bandwidths of networks and of tools', () => {
    assert.deepEqual(
      ['10Gbit', '100 Mbit', '1.5GB/s', '1MiB/s', '0Gbit', '-1Gbit', '10', 'Gbit', '10gbit'].map(
        readBandwidth,
      ),
      [1.25e9, 1.25e7, 1.5e9, 1_048_576, undefined, undefined, undefined, undefined, undefined],
    );
  });
});
