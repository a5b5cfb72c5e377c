import assert from 'node:assert/strict';
import type { Cluster } from '../../../src/cluster/cluster';
import {
  UnreadableError,
  type ClusterReading,
  type NodeReading,
  type Probe,
} from '../../../src/heartbeat/probe';
import { moosefsFacts } from '../../../src/systems/moosefs/probes-facts';
import { moosefsProbes } from '../../../src/systems/moosefs/probes';
import { bedCluster, everything, liveStates, node, recorded, result } from './fixtures';

const probe = (id: string): Probe => {
  const found = moosefsProbes.node.find((each) => each.id === id);
  assert.ok(found);
  return found;
};
const nodeOf = (name: string, cluster: Cluster = bedCluster) => {
  const found = cluster.nodes.find((each) => each.name === name);
  assert.ok(found);
  return found;
};
const end = '\nstandby:end\n';

const services = (name: string, processes: string, addresses: string): NodeReading =>
  probe('moosefs-services').read(
    result({ stdout: `${processes}\nstandby:addresses\n${addresses}${end}` }),
    bedCluster,
    nodeOf(name),
  );
const master = (name: string, text: string): NodeReading =>
  probe('moosefs-master').read(result({ stdout: text + end }), bedCluster, nodeOf(name));

const lo = '1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever';
const running = (name: string): NodeReading =>
  services(name, 'process|mfschunkserver|7 (mfschunkserver) S 1 7 7', lo);

describe('MooseFS probes', () => {
  it('list the services of a role even when they are stopped', () => {
    const m1 = services(
      'm1',
      ['process|mfsmaster|48 (mfsmaster) S 1 48 48 0', 'process|ucarp|50 (ucarp) Z 1', 'ucarp|50|10|50'].join(
        '\n',
      ),
      recorded('01-healthy/m1_ip_a.txt'),
    );
    assert.deepEqual(m1.services, [
      { name: 'mfsmaster', state: 'running' },
      { name: 'mfsmetalogger', state: 'stopped' },
      { name: 'ucarp', state: 'stopped' },
    ]);
    assert.equal(moosefsFacts(m1).skew, 50);
    assert.deepEqual(
      moosefsFacts(m1).addresses?.map(({ address }) => address),
      ['127.0.0.1', '10.77.0.11', '10.77.0.99'],
    );
    assert.deepEqual(services('cl1', '', lo).services, [{ name: 'mfsmount', state: 'stopped' }]);
  });

  it('call a process that a signal stopped neither running nor stopped (safety 5)', () => {
    const m1 = services('m1', 'process|mfsmaster|48 (mfsmaster) T 1 48 48 0', lo);
    assert.equal(m1.services?.[0]?.state, 'failed');
  });

  it('take the skew of the ucarp for the cluster’s own vhid', () => {
    const text = 'ucarp|1|11|3\nucarp|2|10|unknown\nucarp|3|12|4';
    assert.equal(moosefsFacts(services('m1', text, lo)).skew, undefined);
    assert.equal(moosefsFacts(services('m1', text.replace('unknown', '50'), lo)).skew, 50);
  });

  it('refuse an answer that was cut off, and say what came instead', () => {
    const read = (stdout: string, stderr = '') =>
      probe('moosefs-services').read(result({ stdout, stderr }), bedCluster, nodeOf('m1'));
    for (const text of ['', 'process|mfsmaster|48 (mfsm', `standby:addresses\n${lo}`])
      assert.throws(() => read(text), UnreadableError);
    assert.throws(
      () => read('', 'sh: 1: Syntax error'),
      (error: Error) => error instanceof UnreadableError && error.message.includes('Syntax error'),
    );
    assert.throws(() => read(`standby:addresses${end}`, 'sh: ip: not found'), /ip addr.*expected.*found/s);
  });

  it('ask df and mfscli only where they belong', () => {
    const asked = (id: string) =>
      bedCluster.nodes
        .filter((each) => probe(id).script(bedCluster, each) !== undefined)
        .map(({ name }) => name);
    assert.deepEqual(asked('moosefs-disks'), ['cs1', 'cs2', 'cs3', 'cs4']);
    assert.deepEqual(asked('moosefs-master'), ['m1', 'm2', 'm3']);
    const servicesOf = (name: string) =>
      moosefsProbes.node.filter(
        (each) => each.id === 'moosefs-services' && each.script(bedCluster, nodeOf(name)) !== undefined,
      ).length;
    for (const { name } of bedCluster.nodes) assert.equal(servicesOf(name), 1, name);
  });

  it('ask mfscli of one candidate: of a running master, first where the virtual address is', () => {
    const candidates = (heard: Record<string, NodeReading>) =>
      probe('moosefs-master').candidates?.(bedCluster, new Map(Object.entries(heard)));
    const process = 'process|mfsmaster|48 (mfsmaster) S 1 48 48 0';
    const stopped = services('m1', 'process|mfsmetalogger|48 (mfsmetalogger) S 1 48 48 0', lo);
    const alone = services('m2', process, lo);
    const holder = services('m1', process, recorded('01-healthy/m1_ip_a.txt'));
    assert.deepEqual(candidates({ m1: stopped, m2: alone, m3: stopped, cs1: alone }), ['m2']);
    assert.deepEqual(candidates({ m1: alone, m2: holder }), ['m2', 'm1']);
    assert.deepEqual(candidates({ m2: stopped, m3: {} }), ['m3'], 'what its processes are is not known');
    assert.deepEqual(candidates({}), []);
  });

  it('read the recorded df, by the paths of the cluster file', () => {
    const [header = '', one = '', two = ''] = recorded('01-healthy/cs1_df.txt').split('\n');
    const stdout = `disk|0\n${header}\n${one}\ndisk|1\n${header}\n${two}${end}`;
    const { disks } = probe('moosefs-disks').read(result({ stdout }), bedCluster, nodeOf('cs1'));
    assert.deepEqual(disks, [
      { path: '/mnt/hdd1', capacity: 201326592n, used: 61718528n },
      { path: '/mnt/hdd2', capacity: 201326592n, used: 59695104n },
    ]);
  });

  it('find no master in a dead one’s answer, and an error in no answer', () => {
    assert.deepEqual(master('m1', recorded('09-master-process-dead/mfscli_poll_pipe.txt')), {});
    assert.deepEqual(master('m1', 'standby:no-master'), {});
    const broken = result({ stdout: 'standby:end\n', stderr: 'sh: 1: mfscli: not found' });
    assert.throws(() => probe('moosefs-master').read(broken, bedCluster, nodeOf('m1')), /mfscli: not found/);
    assert.throws(() => master('m1', recorded('01-healthy/mfscli_SIM_pipe.txt')), /all chunks matrix/);
  });
});

describe('What MooseFS nodes say together', () => {
  const combined = (heard: Record<string, NodeReading>, cluster = bedCluster) =>
    moosefsProbes.combine(cluster, new Map(Object.entries(heard)), { at: 0 });

  for (const state of liveStates)
    it(`names the master, its version and the chunkservers of ${state}`, () => {
      const name = state.endsWith('m2') ? 'm2' : 'm1';
      const reading = combined({ [name]: master(name, everything(state)) });
      assert.deepEqual(reading?.primary, [{ what: 'master', node: name }]);
      const facts = reading.facts as {
        metadata: { node: string; version: number; clock: number };
        chunkservers: { connected: string[]; disconnected: string[] };
        metaloggers: string[];
      };
      assert.equal(facts.metadata.node, name);
      assert.ok(facts.metadata.version > 1000 && facts.metadata.clock > 1.79e12);
      assert.equal(facts.chunkservers.connected.length + facts.chunkservers.disconnected.length, 4);
      assert.ok(facts.metaloggers.includes('m3'));
      assert.doesNotThrow(() => JSON.stringify(reading.facts));
    });

  it('8: dates the metadata by the question to the master', () => {
    const said = { ...master('m1', everything('01-healthy')), factsAt: { master: 1_700 } };
    assert.deepEqual(combined({ m1: said })?.factsAt, { metadata: 1_700 });
    assert.equal(combined({ m1: running('m1') })?.factsAt, undefined);
  });

  it('sees two masters as two, though only one of them is asked', () => {
    const second = services('m2', 'process|mfsmaster|48 (mfsmaster) S 1 48 48 0', lo);
    const reading = combined({ m1: master('m1', everything('01-healthy')), m2: second });
    assert.deepEqual(reading?.primary, [
      { what: 'master', node: 'm1' },
      { what: 'master', node: 'm2' },
    ]);
    assert.deepEqual(combined({ m2: second })?.primary, [], 'a process that answers nobody is no master yet');
  });

  it('reports a rebuild: remaining, how much is at risk, and all chunks as the total', () => {
    const reading = combined({ m1: master('m1', everything('03-rebuilding')) });
    assert.deepEqual(reading?.rebuild, [
      { what: 'under-goal chunks', unit: 'chunks', total: 200, remaining: 75, servers: 3, atRisk: 75 },
    ]);
  });

  it('says which chunkservers get copies while something is rebuilt, and never who sends them', () => {
    const at = (asked: number) => ({
      m1: { ...master('m1', everything('03-rebuilding')), factsAt: { master: asked } },
    });
    const look = (asked: number, previous?: ClusterReading) =>
      moosefsProbes.combine(bedCluster, new Map(Object.entries(at(asked))), {
        at: asked,
        ...(previous ? { previous } : {}),
      });
    const first = look(1_000);
    assert.ok(first);
    assert.equal(first.rebuild[0]?.flow, undefined, 'one answer says nothing of what has changed');
    assert.equal(look(5_000, first)?.rebuild[0]?.flow, undefined, 'nobody holds more than before');
    const less = (first.disks?.['cs1'] ?? []).map((disk) => ({ ...disk, used: (disk.used ?? 0n) - 1n }));
    const second = look(5_000, { ...first, disks: { ...first.disks, cs1: less } });
    assert.deepEqual(second?.rebuild[0]?.flow, { from: [], to: ['cs1'] });
    assert.deepEqual(look(5_000, second)?.rebuild[0]?.flow, second.rebuild[0].flow, 'the same answer again');
    assert.equal(look(9_000, second)?.rebuild[0]?.flow, undefined);
  });

  it('says that goal 3 on two chunkservers waits for ever', () => {
    const text = everything('17-goal3-only-2-servers');
    const head = 'metadata servers:|10.78.0.11|3.0.117|-|1795295668.1|1 460|-|1|-|-|-|-|F\n';
    const [row] = combined({ m1: master('m1', head + text) })?.rebuild ?? [];
    assert.equal(row?.state, 'waiting');
    assert.equal(row.remaining, 76);
    assert.equal(row.atRisk, 0);
    assert.match(row.note ?? '', /goal 3 needs 3 chunkservers, 2 connected/);
  });

  it('is held while a chunkserver is in temporary maintenance, connected or not', () => {
    const text = everything('03-rebuilding');
    const gone = text.replace('|cs2|9422|1|maintenance_off', '|cs2|9422|1|maintenance_temp_on');
    const here = text.replace('|3.0.117|2|maintenance_off', '|3.0.117|2|maintenance_tmp_on');
    for (const changed of [gone, here]) {
      assert.notEqual(changed, text);
      assert.equal(combined({ m1: master('m1', changed) })?.rebuild[0]?.state, 'held');
    }
    const healthy = everything('01-healthy').replace('|0|maintenance_off', '|0|maintenance_tmp_on');
    assert.equal(combined({ m1: master('m1', healthy) })?.rebuild[0]?.state, undefined);
  });

  const missing = everything('03-rebuilding').replace('chunkclass missing:|0', 'chunkclass missing:|91');

  it('does not raise “missing” while a running chunkserver has not registered', () => {
    const all = { m1: master('m1', missing), cs1: running('cs1'), cs2: running('cs2'), cs3: running('cs3') };
    const rows = combined({ ...all, cs4: running('cs4') })?.rebuild;
    assert.equal(rows?.length, 1);
    assert.equal(rows[0]?.state, 'waiting', 'not complete: nobody knows yet');
    assert.match(rows[0].note ?? '', /91 not found yet.*: cs2/);
  });

  it('does raise it when the chunkserver is gone', () => {
    const rows = combined({ m1: master('m1', missing), cs1: running('cs1') })?.rebuild;
    assert.deepEqual(
      rows?.map(({ what, remaining, state }) => [what, remaining, state]),
      [
        ['under-goal chunks', 75, undefined],
        ['missing chunks', 91, 'waiting'],
      ],
    );
  });

  it('makes two masters two entries', () => {
    const reading = combined({
      m1: master('m1', everything('03-rebuilding')),
      m2: master('m2', everything('11-after-promotion-m2')),
    });
    assert.deepEqual(
      reading?.primary.map((each) => each.node),
      ['m1', 'm2'],
    );
    // the one that the chunkservers follow speaks for the cluster
    assert.equal((reading.facts as { metadata: { node: string } }).metadata.node, 'm2');
  });

  it('matches disks by address and path, a damaged one with its state', () => {
    const disks = combined({ m1: master('m1', everything('06-disk-damaged')) })?.disks;
    assert.deepEqual(disks?.['cs3'], [
      { path: '/mnt/hdd1', capacity: 201326592n, used: 97718272n, state: 'damaged' },
      { path: '/mnt/hdd2', capacity: 201326592n, used: 95850496n, state: 'ok' },
    ]);
    assert.deepEqual(Object.keys(disks), ['cs1', 'cs2', 'cs3', 'cs4']);
  });

  it('matches nodes that the file names by a forwarded address, through the addresses they report', () => {
    const cluster = {
      ...bedCluster,
      nodes: bedCluster.nodes.map((each) => ({ ...each, address: '127.0.0.1' })),
    };
    const at = (ip: string) => `2: eth0    inet ${ip}/24 scope global eth0\\       valid_lft forever`;
    const heard = {
      m1: master('m1', everything('01-healthy')),
      cs1: services('cs1', '', `${lo}\n${at('10.77.0.101')}`),
      cs2: services('cs2', '', `${lo}\n${at('10.77.0.102')}`),
    };
    assert.deepEqual(Object.keys(combined(heard, cluster)?.disks ?? {}), ['cs1', 'cs2']);
  });

  it('keeps what the master’s resolver says when no node is meant', () => {
    const text = everything('01-healthy').replace('chunk servers:|cs1|', 'chunk servers:|(unresolved)|');
    const facts = combined({ m1: master('m1', text.replace('|cs2|', '|cs2.example.net|')) })?.facts as {
      chunkservers: { connected: string[] };
    };
    assert.deepEqual(facts.chunkservers.connected, ['(unresolved)', 'cs2', 'cs3', 'cs4']);
  });

  it('tells the skews also when no master lives, and nothing when nobody answers', () => {
    const m2 = services('m2', 'ucarp|5|10|50', lo);
    assert.deepEqual(combined({ m2 }), {
      primary: [],
      mirrors: [],
      rebuild: [],
      // One fact a node, so that a silent one keeps its own while others answer (safety 12).
      facts: { skews: { m2: 50 }, 'skew of m2': 50 },
    });
    assert.equal(combined({}), undefined);
  });

  it('does not let a node’s name reach into objects', () => {
    const cluster = { ...bedCluster, nodes: [node('__proto__', ['master'], { address: '10.0.0.1' })] };
    const services = probe('moosefs-services');
    const reading = services.read(
      result({ stdout: `ucarp|5|10|50\nstandby:addresses\n${lo}${end}` }),
      cluster,
      cluster.nodes[0] ?? node('x', []),
    );
    const facts = moosefsProbes.combine(cluster, new Map([['__proto__', reading]]), { at: 0 })?.facts;
    assert.deepEqual(Object.keys(facts?.['skews'] as object), ['__proto__']);
  });
});
