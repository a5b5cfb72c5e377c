import assert from 'node:assert/strict';
import { parse } from '../../../src/cluster/parse';
import { findNode } from '../../../src/cluster/cluster';
import type { NodeReading } from '../../../src/heartbeat/probe';
import type { StatReport } from '../../../src/systems/vstorage/observation';
import { vstorageNodeProbes } from '../../../src/systems/vstorage/probes';
import { vstorageFacts } from '../../../src/systems/vstorage/probes-facts';
import { VstorageSimulator } from '../../../src/systems/vstorage/simulator';
import { clusterOf, demoLayout } from '../../../src/systems/vstorage/simulator-layout';
import { vstorageSpec } from '../../../src/systems/vstorage/spec';

const start = Date.parse('2026-11-22T06:00:00Z');
const minute = 60_000;
const cluster = clusterOf(demoLayout);

/** What the probes read of a node at this moment. */
async function read(simulator: VstorageSimulator, name: string): Promise<NodeReading> {
  const node = findNode(cluster, name);
  assert.ok(node);
  const readings: NodeReading[] = [];
  for (const probe of vstorageNodeProbes) {
    const script = probe.script(cluster, node);
    if (script === undefined) continue;
    const result = await simulator.run(name, script, () => undefined);
    readings.push(probe.read({ ...result, truncated: false }, cluster, node));
  }
  return readings.reduce((all, each) => ({ ...all, ...each, facts: { ...all.facts, ...each.facts } }), {});
}

async function stat(simulator: VstorageSimulator, name = 'vs1'): Promise<StatReport> {
  const report = vstorageFacts(await read(simulator, name)).stat?.report;
  assert.ok(report);
  return report;
}

const states = ({ chunkServices = [] }: StatReport, host: string) =>
  chunkServices.filter((cs) => cs.host === host).map(({ state }) => state);

/** Lets time pass until a condition holds, in steps of a minute; minutes that it took. */
async function until(
  simulator: VstorageSimulator,
  holds: (report: StatReport) => boolean,
  atMost = 180,
): Promise<number> {
  for (let waited = 0; waited <= atMost; waited++) {
    if (holds(await stat(simulator))) return waited;
    simulator.advance(minute);
  }
  assert.fail(`not within ${atMost} min`);
}

describe('simulated vstorage cluster', () => {
  let simulator: VstorageSimulator;
  beforeEach(() => (simulator = new VstorageSimulator(start)));

  it('writes a cluster file without a finding of the file', () => {
    const place = {
      ports: new Map(simulator.nodeNames.map((name, index) => [name, 2201 + index])),
      consoles: new Map<string, string>(),
    };
    const { findings, documents } = parse(simulator.clusterFile(place), [vstorageSpec]);
    assert.deepEqual(
      findings.map(({ message }) => message),
      [],
    );
    assert.equal(documents[0]?.cluster?.nodes.length, 10);
  });

  it('answers every probe in a shape that the readers know, healthy and 60 % full', async () => {
    const reading = await read(simulator, 'vs1');
    const { stat: told, config, events, vinfra } = vstorageFacts(reading);
    const report = told?.report;
    assert.equal(report?.health, 'healthy');
    assert.equal(told?.clock, start);
    assert.deepEqual(report?.mdsCount, { available: 5, total: 5 });
    assert.deepEqual(report?.csCount, { active: 20, total: 20, inactive: 0, offline: 0 });
    assert.equal(report?.chunks.healthy, 100_000);
    assert.equal(report?.unreadableRows, 0);
    assert.deepEqual(
      report?.metadata?.filter(({ isMaster }) => isMaster).map(({ host }) => host),
      ['vs1'],
    );
    assert.deepEqual(
      new Set(report?.chunkServices?.map(({ space, free }) => `${space} ${free}`)),
      new Set([`${5n * 1024n ** 4n} ${2n * 1024n ** 4n}`]),
    );
    assert.equal(config?.values['mds.wd.offline_tout'], 900_000);
    assert.ok(events);
    assert.equal(vinfra?.nodes?.length, 10);
    assert.equal(vinfra?.disks?.length, 20);
    assert.deepEqual(
      reading.services?.map(({ name, state }) => `${name} ${state}`),
      ['mdsd running', 'csd running'],
    );
    assert.equal(reading.disks?.[0]?.used, 3n * 1024n ** 4n);
  });

  it('a node that dies: inactive after 15 s, offline after 15 min, rebuilt onto the others, healthy', async () => {
    simulator.powerOff('vs10');
    simulator.advance(10_000);
    assert.deepEqual(states(await stat(simulator), 'vs10'), ['active', 'active']);
    simulator.advance(5_000);
    let report = await stat(simulator);
    assert.deepEqual(states(report, 'vs10'), ['inactive', 'inactive']);
    assert.equal(report.chunks.degraded, 70_000);
    assert.equal(report.health, 'degraded');
    simulator.advance(14 * minute + 40_000);
    assert.deepEqual(states(await stat(simulator), 'vs10'), ['inactive', 'inactive']);
    simulator.advance(5_000);
    report = await stat(simulator);
    assert.deepEqual(states(report, 'vs10'), ['offline', 'offline']);
    simulator.advance(minute);
    const events = vstorageFacts(await read(simulator, 'vs1')).events?.list ?? [];
    assert.ok(
      events.some(({ meaning }) => meaning?.kind === 'replication-started' && meaning.queued === 70_000),
    );
    const took = await until(simulator, ({ chunks }) => chunks.healthy === 100_000);
    assert.ok(took > 20 && took < 60, `${took} min`);
  });

  it('comes back: what was made anew is in surplus for a while', async () => {
    simulator.powerOff('vs10');
    simulator.advance(90 * minute);
    simulator.powerOn('vs10');
    simulator.advance(30_000);
    const { chunks } = await stat(simulator);
    assert.ok((chunks.overcommitted ?? 0) > 50_000, JSON.stringify(chunks));
    await until(simulator, (report) => report.chunks.healthy === 100_000);
  });

  it('three hosts offline, limit 2: nothing is rebuilt; with the limit raised it is', async () => {
    for (const node of ['vs8', 'vs9']) {
      simulator.powerOff(node);
      simulator.advance(90 * minute);
    }
    assert.equal((await stat(simulator)).chunks.healthy, 100_000);
    simulator.powerOff('vs10');
    simulator.advance(120 * minute);
    const stuck = await stat(simulator);
    assert.equal(stuck.health, 'failure');
    const lost = stuck.chunks.degraded ?? 0;
    assert.ok(lost > 50_000);
    simulator.advance(60 * minute);
    assert.equal((await stat(simulator)).chunks.degraded, lost);
    const set = await simulator.run(
      'vs1',
      'vstorage -c vdemo set-config mds.wd.max_offline_cs_hosts=4',
      () => undefined,
    );
    assert.equal(set.exitCode, 0);
    await until(simulator, ({ chunks }) => chunks.healthy === 100_000);
  });

  it('fewer than seven hosts: nothing finds a place, whatever the limit', async () => {
    await simulator.run('vs1', 'vstorage -c vdemo set-config mds.wd.max_offline_cs_hosts=9', () => undefined);
    for (const node of ['vs7', 'vs8', 'vs9', 'vs10']) {
      simulator.powerOff(node);
      simulator.advance(90 * minute);
    }
    const { chunks } = await stat(simulator);
    assert.equal(chunks.degraded, 100_000);
    simulator.powerOn('vs7');
    simulator.advance(30_000);
    await until(simulator, (report) => report.chunks.healthy === 100_000);
  });

  it('three at once: some chunks have fewer than five pieces and wait for their own services', async () => {
    for (const node of ['vs8', 'vs9', 'vs10']) simulator.powerOff(node);
    simulator.advance(15_000);
    const { chunks } = await stat(simulator);
    // 35 of the 120 ways to choose seven of ten hosts hold all three.
    assert.ok((chunks.offline ?? 0) > 20_000 && (chunks.offline ?? 0) < 40_000, JSON.stringify(chunks));
    assert.ok((chunks.blocked ?? 0) > 30_000);
    for (const node of ['vs8', 'vs9', 'vs10']) simulator.powerOn(node);
    simulator.advance(minute);
    assert.equal((await stat(simulator)).chunks.healthy, 100_000);
  });

  it('maintenance holds the rebuild for 30 min, and no longer', async () => {
    const begun = await simulator.run('vs1', 'vinfra node maintenance start vs4', () => undefined);
    assert.equal(begun.exitCode, 0, begun.stderr);
    simulator.powerOff('vs4');
    simulator.advance(29 * minute);
    assert.deepEqual(states(await stat(simulator), 'vs4'), ['maintenance', 'maintenance']);
    simulator.advance(minute);
    assert.deepEqual(states(await stat(simulator), 'vs4'), ['offline', 'offline']);
    await until(simulator, ({ chunks }) => chunks.healthy === 100_000);
  });

  it('a full cluster takes nothing more', async () => {
    simulator.fill('vs1');
    simulator.powerOff('vs10');
    simulator.advance(240 * minute);
    const { chunks } = await stat(simulator);
    assert.ok((chunks.degraded ?? 0) > 30_000, JSON.stringify(chunks));
  });

  it('without a majority of MDS nobody answers; when it is back a master is elected first', async () => {
    for (const node of ['vs1', 'vs2', 'vs3']) simulator.powerOff(node);
    simulator.advance(5_000);
    await assert.rejects(stat(simulator, 'vs4'), /stat/);
    simulator.advance(60 * minute);
    simulator.powerOn('vs1');
    simulator.advance(30_000);
    assert.equal((await stat(simulator, 'vs4')).health, 'unknown');
    simulator.advance(15_000);
    const report = await stat(simulator, 'vs4');
    assert.equal(report.health, 'degraded');
    // The hour without a majority counted for nobody.
    assert.deepEqual(states(report, 'vs2'), ['inactive', 'inactive']);
  });

  it('a release empties the services first, which then are gone for good', async () => {
    const { stdout } = await simulator.run('vs1', 'vinfra node release vs10 -f json', () => undefined);
    const task = (JSON.parse(stdout) as { task_id: string }).task_id;
    simulator.advance(10 * minute);
    const half = await stat(simulator);
    assert.deepEqual(states(half, 'vs10'), ['releasing', 'releasing']);
    assert.equal(half.chunks.healthy, 100_000);
    const took = await until(simulator, (report) => states(report, 'vs10').length === 0);
    assert.ok(took > 10, `${took} min`);
    const shown = await simulator.run('vs1', `vinfra task show ${task} -f json`, () => undefined);
    assert.match(shown.stdout, /"success"/);
  });
});
