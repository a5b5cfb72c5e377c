import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster, Node } from '../../../src/cluster/cluster';
import {
  UnreadableError,
  type ClusterReading,
  type NodeReading,
  type Probe,
} from '../../../src/heartbeat/probe';
import { estimateAll } from '../../../src/rebuild/estimate';
import type { SystemRow } from '../../../src/systems/system-row';
import { vstorageClusterFacts } from '../../../src/systems/vstorage/facts';
import { vstorageProbes } from '../../../src/systems/vstorage/probes';
import { vstorageFacts } from '../../../src/systems/vstorage/probes-facts';
import { flagWords, vstorageRows } from '../../../src/systems/vstorage/rows';
import { plainCluster } from '../plain-cluster';

const fixture = (name: string) => readFileSync(join(__dirname, '../../fixtures/vstorage', name), 'utf8');
const start = Date.parse('2026-11-21T20:00:00Z');
const minute = 60_000;

const node = (name: string, roles: readonly string[], paths: readonly string[] = ['/vstorage/d1']): Node => ({
  name,
  address: `${name}.example`,
  roles,
  ssh: { become: 'none' },
  disks: paths.map((path) => ({ path, capacity: 10_000_000_000_000n, tier: 0 })),
});

const cluster: Cluster = plainCluster(
  'stor',
  [node('st1', ['mds', 'cs']), node('st2', ['mds', 'cs']), node('st3', ['mds', 'cs']), node('st4', ['cs'])],
  {
    system: 'vstorage',
    heartbeat: {
      interval: 5000,
      inactiveAfter: 15_000,
      offlineAfter: 900_000,
      maintenanceOfflineAfter: 1_800_000,
      witnesses: 3,
    },
    redundancy: { pieces: 3, tolerance: 2, failureDomain: 'host' },
    section: { name: 'stor1', parameters: { 'mds.wd.offline_tout_mnt': 1_200_000 } },
  },
);
const nodeOf = (name: string): Node => cluster.nodes.find((one) => one.name === name) ?? assert.fail(name);
const probe = (id: string): Probe => vstorageProbes.node.find((one) => one.id === id) ?? assert.fail(id);

/** What a node says when it is asked at a time of ours, with its clock ahead by some milliseconds. */
function read(id: string, text: string, at: number, ahead = 0): NodeReading {
  const clock = `clock|${Math.round((at + ahead) / 1000)}|+0000\n`;
  const stdout = `${id === 'vstorage-vinfra' ? '' : clock}${text}${text.endsWith('\n') ? '' : '\n'}standby:end\n`;
  const reading = probe(id).read(
    { exitCode: 0, stdout, stderr: '', truncated: false },
    cluster,
    nodeOf('st1'),
  );
  return {
    ...reading,
    factsAt: Object.fromEntries(Object.keys(reading.facts ?? {}).map((key) => [key, at])),
  };
}

/** The cluster as a row of answers shows it. */
class Watch {
  reading: ClusterReading | undefined;

  constructor(private readonly watched: Cluster = cluster) {}

  hear(at: number, answers: Readonly<Record<string, NodeReading>>): void {
    this.reading = vstorageProbes.combine(this.watched, new Map(Object.entries(answers)), {
      at,
      ...(this.reading ? { previous: this.reading } : {}),
    });
  }

  rows(now: number): readonly SystemRow[] {
    const { rebuild } = estimateAll(new Map(), this.reading?.rebuild ?? [], now);
    return vstorageRows(
      {
        cluster: this.watched,
        at: now,
        nodes: [],
        rebuild,
        observerLost: false,
        ...(this.reading ? { reading: this.reading } : {}),
      },
      now,
    );
  }

  headline(now: number): string | undefined {
    return this.rows(now).find(({ id }) => id === 'redundancy')?.description;
  }

  get facts() {
    return vstorageClusterFacts(this.reading);
  }
}

const everyRow = (rows: readonly SystemRow[]): readonly SystemRow[] =>
  rows.flatMap((row) => [row, ...everyRow(row.children ?? [])]);
const healthy = fixture('01-stat-healthy.txt');
const inactive = fixture('04-stat-inactive.txt');

describe('probes of vstorage', () => {
  it('ask one node for the cluster, those with an MDS first, and few', () => {
    const heard = new Map(['st4', 'st3', 'st2', 'st1'].map((name) => [name, {}] as const));
    assert.deepEqual(probe('vstorage-stat').candidates?.(cluster, heard), ['st1', 'st2', 'st3', 'st4']);
    assert.deepEqual(probe('vstorage-stat').candidates?.(cluster, new Map([['st4', {}]])), ['st4']);
  });

  it('end by themselves where no MDS answers, quote the name of the cluster, and have no password', () => {
    const odd = { ...cluster, section: { name: "a'; reboot" } };
    const scripts = vstorageProbes.node.flatMap((one) => one.script(odd, nodeOf('st1')) ?? []);
    assert.ok(scripts.some((script) => script.includes(`timeout 6 vstorage -c 'a'\\''; reboot' stat`)));
    assert.ok(scripts.every((script) => !/PASSWORD=|--vinfra-password/.test(script)));
  });

  it('tell a node without vstorage, and half an answer, from a cluster', () => {
    const bad =
      (stdout: string, stderr = '') =>
      () =>
        probe('vstorage-stat').read(
          { exitCode: 0, stdout, stderr, truncated: false },
          cluster,
          nodeOf('st1'),
        );
    assert.throws(bad('clock|1700000000|+0000\nstandby:end\n', 'timeout: vstorage: not found'), /not found/);
    assert.throws(bad(`clock|1700000000|+0000\n${healthy}`), UnreadableError);
  });

  it('leave vinfra alone where there is none, and read what each of its answers says', () => {
    const vinfra = probe('vstorage-vinfra');
    const say = (stdout: string) =>
      vinfra.read({ exitCode: 0, stdout, stderr: '', truncated: false }, cluster, nodeOf('st1'));
    assert.deepEqual(say('standby:no-vinfra\nstandby:end\n'), {});
    const partly = say(
      `standby:overview\nUnauthorized\nstandby:nodes\n${fixture('22-vinfra-nodes.json')}standby:disks\nusage: vinfra\nstandby:end\n`,
    );
    assert.deepEqual(Object.keys(vstorageFacts(partly).vinfra ?? {}), ['nodes']);
    assert.throws(
      () => say('standby:overview\nstandby:nodes\nstandby:disks\nstandby:end\n'),
      UnreadableError,
    );
  });

  it('call a process stopped only where another of vstorage shows that the names are right', () => {
    const say = (stdout: string) =>
      probe('vstorage-services').read(
        { exitCode: 0, stdout: `${stdout}standby:end\n`, stderr: '', truncated: false },
        cluster,
        nodeOf('st1'),
      ).services;
    assert.deepEqual(say('process|csd|7 (csd) S 1 7\n'), [
      { name: 'mdsd', state: 'stopped' },
      { name: 'csd', state: 'running' },
    ]);
    assert.deepEqual(say(''), [
      { name: 'mdsd', state: 'unknown' },
      { name: 'csd', state: 'unknown' },
    ]);
  });
});

describe('a vstorage cluster over time', () => {
  it('counts down by the cluster’s clock, also when another node with another clock takes over', () => {
    const watch = new Watch();
    watch.hear(start, { st2: read('vstorage-stat', healthy, start) });
    assert.equal(watch.headline(start), 'nothing to rebuild');
    watch.hear(start + 5000, { st2: read('vstorage-stat', inactive, start + 5000) });
    // Silent for 15 s already when the cluster calls it inactive.
    assert.equal(watch.headline(start + 5000), 'rebuild starts in 14 min 50 s (st1)');
    assert.equal(watch.headline(start + 5000 + 10 * minute), 'rebuild starts in 4 min 50 s (st1)');
    const later = start + 5 * minute;
    watch.hear(later, { st3: read('vstorage-stat', inactive, later, 90_000) });
    assert.equal(watch.headline(later), 'rebuild starts in 9 min 50 s (st1)');
    assert.equal(watch.reading?.rebuild[0]?.dueAt, start - 10_000 + 15 * minute);
  });

  it('says “at most” where it was silent when Standby first looked, until the cluster’s log tells', () => {
    const watch = new Watch();
    const stat = () => read('vstorage-stat', inactive, start);
    watch.hear(start, { st2: stat() });
    assert.equal(watch.headline(start), 'rebuild starts in at most 14 min 50 s (st1)');
    const log = 'TIME SYS SEV MESSAGE\n2026-11-21 19:55:00 MDS WRN CS#1025 is inactive\n';
    const events = read('vstorage-events', log, start);
    watch.hear(start, { st2: { ...stat(), facts: { ...stat().facts, ...events.facts } } });
    assert.equal(watch.headline(start), 'rebuild starts in 9 min 50 s (st1)');
  });

  it('takes the thresholds from the cluster, else from the file, else its own, and says from where', () => {
    const watch = new Watch();
    const stat = read('vstorage-stat', healthy, start);
    watch.hear(start, { st2: stat });
    assert.deepEqual(
      [watch.facts.vstorage?.thresholds.offlineTimeout, watch.facts.vstorage?.thresholds.maintenanceTimeout],
      [
        { value: 900_000, source: 'default' },
        { value: 1_200_000, source: 'file' },
      ],
    );
    const config = read('vstorage-config', fixture('17-get-config.txt'), start);
    watch.hear(start, { st2: { ...stat, facts: { ...stat.facts, ...config.facts } } });
    assert.deepEqual(watch.facts.vstorage?.thresholds.offlineTimeout, { value: 300_000, source: 'cluster' });
    assert.equal(watch.reading?.parameters?.['mds.wd.max_offline_cs_hosts'], 2);
    const row = everyRow(watch.rows(start)).find(({ id }) => id === 'thresholds:offlineTimeout');
    assert.equal(row?.description, '5 min (read from the cluster)');
    // An old edition counts services, and a value with a unit is none.
    const old = read('vstorage-config', fixture('18-get-config-old.txt'), start);
    const other = new Watch();
    other.hear(start, { st2: { ...stat, facts: { ...stat.facts, ...old.facts } } });
    assert.deepEqual(other.facts.vstorage?.thresholds.maxOffline, { value: 3, source: 'cluster', by: 'cs' });
    assert.equal(other.facts.vstorage.thresholds.offlineTimeout.source, 'default');
  });

  it('stops counting while no majority of the MDS is there, and says so', () => {
    const watch = new Watch();
    watch.hear(start, { st2: read('vstorage-stat', healthy, start) });
    watch.hear(start + 5000, { st2: read('vstorage-stat', inactive, start + 5000) });
    const lost = start + minute;
    watch.hear(lost, { st2: { services: [{ name: 'mdsd', state: 'running' }] }, st4: {} });
    assert.match(watch.headline(lost + 30_000) ?? '', /^no MDS majority for 30 s: 1 of 3 alive, 2 needed/);
    assert.equal(watch.reading?.rebuild[0]?.state, 'disconnected');
    assert.ok(
      everyRow(watch.rows(lost)).every(({ tone }) => tone !== 'good'),
      'nothing old looks well',
    );
    const back = lost + 3 * minute;
    watch.hear(back, { st2: read('vstorage-stat', inactive, back) });
    // A minute had run before, less the 10 s of the first answers: the three minutes do not count.
    assert.equal(watch.headline(back), 'rebuild starts in 13 min 50 s (st1)');
  });

  it('holds during maintenance and tells when that took too long', () => {
    const watch = new Watch();
    const held = fixture('08-stat-maintenance.txt');
    watch.hear(start, {
      st2: read('vstorage-stat', held, start),
      st1: { services: [{ name: 'csd', state: 'running' }] },
    });
    assert.equal(watch.facts.process?.stage, 'rebuilding');
    watch.hear(start + 5000, { st2: read('vstorage-stat', held, start + 5000) });
    assert.equal(watch.headline(start + 5000), 'held: maintenance, 20 min left (st1)');
    assert.equal(watch.reading?.rebuild[0]?.state, 'held');
    const over = start + 24 * minute;
    const gone = fixture('05-stat-rebuilding.txt');
    watch.hear(over, { st2: read('vstorage-stat', gone, over) });
    const texts = everyRow(watch.rows(over)).map(
      ({ label, description }) => `${label}: ${description ?? ''}`,
    );
    assert.ok(
      texts.some((text) =>
        text.startsWith('maintenance of st1 overran by 4 min: the cluster has given it up'),
      ),
      texts.join('\n'),
    );
  });

  it('names the chunk services that offline chunks need', () => {
    const small = plainCluster(
      's',
      [1, 2, 3].map((i) => ({ ...node(`n${i}`, ['cs']), address: `10.0.0.${i}` })),
      {
        system: 'vstorage',
        redundancy: { pieces: 2, tolerance: 1, failureDomain: 'host' },
      },
    );
    const watch = new Watch(small);
    watch.hear(start, { n1: read('vstorage-stat', fixture('09-stat-offline-chunks.txt'), start) });
    const sentences = everyRow(watch.rows(start)).map(({ label, description }) => description ?? label);
    assert.ok(sentences.includes('offline chunks need CS 1026 back'), sentences.join('\n'));
    assert.deepEqual(
      watch.reading?.rebuild.map(({ what, rank, remaining }) => [what, rank, remaining]),
      [
        ['chunks to rebuild', 0, 750],
        ['offline chunks', 1, 250],
        ['degraded chunks', 5, 700],
        ['replicating chunks', 6, 50],
      ],
    );
  });

  it('takes exact sizes from vinfra, else printed ones where a node has one disk, and keeps those of the dead', () => {
    const watch = new Watch();
    const stat = read('vstorage-stat', healthy, start);
    watch.hear(start, { st1: stat, st2: {} });
    const printed = watch.reading?.disks?.['st2']?.[0];
    assert.equal(printed?.path, '/vstorage/d1');
    assert.equal(printed.capacity, (78n * 1024n ** 4n) / 10n);
    const disks = [
      {
        device: 'sdb',
        mountpoint: '/vstorage/d1/',
        role: 'cs',
        service_id: 1026,
        size: 10_000_000_000_000,
        used: 9_010_000_000_000,
      },
    ];
    const vinfra = read(
      'vstorage-vinfra',
      `standby:overview\nstandby:nodes\n[]\nstandby:disks\n${JSON.stringify(disks)}\n`,
      start,
    );
    watch.hear(start, { st1: { ...stat, facts: { ...stat.facts, ...vinfra.facts } }, st2: {} });
    assert.equal(watch.reading?.disks?.['st2']?.[0]?.used, 9_010_000_000_000n);
    // st2 is gone, and so is the node with vinfra.
    watch.hear(start + 5000, { st3: read('vstorage-stat', healthy, start + 5000) });
    assert.equal(watch.reading.disks?.['st2']?.[0]?.used, 9_010_000_000_000n);
  });

  it('has rows whose ids stay the same whatever happens, and are unique', () => {
    const watch = new Watch();
    watch.hear(start, { st2: read('vstorage-stat', healthy, start) });
    const before = everyRow(watch.rows(start)).map(({ id }) => id);
    watch.hear(start + 5000, { st2: read('vstorage-stat', inactive, start + 5000) });
    const after = everyRow(watch.rows(start + 5000)).map(({ id }) => id);
    assert.equal(new Set(after).size, after.length);
    assert.deepEqual(
      before.filter((id) => !after.includes(id)),
      [],
    );
    const [first] = everyRow(watch.rows(start + 5000)).filter(({ id }) => id === 'cs:1025');
    assert.deepEqual([first?.node, first?.tone], ['st1', 'warning']);
    const master = everyRow(watch.rows(start + 5000)).find(({ label }) => label === 'MDS 3 (master)');
    assert.equal(master?.node, 'st3');
  });

  it('says in words what the flags of a failed service mean', () => {
    assert.deepEqual(flagWords('HsT'), [
      'I/O error',
      'the SSD of its cache cannot be reached',
      'I/O timeout',
    ]);
    const watch = new Watch();
    watch.hear(start, { st2: read('vstorage-stat', fixture('07-stat-failed-flags.txt'), start) });
    const row = everyRow(watch.rows(start)).find(({ id }) => id === 'cs:1026');
    assert.equal(row?.description, 'failed: checksum mismatch');
  });
});
