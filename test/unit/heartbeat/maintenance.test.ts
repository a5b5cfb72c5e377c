import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maintenanceKey, maintenanceOf, type Declaration } from '../../../src/heartbeat/maintenance';
import { MaintenanceStore } from '../../../src/heartbeat/maintenance-store';
import { watchMaintenance } from '../../../src/heartbeat/maintenance-watch';

const now = Date.UTC(2026, 10, 22, 3, 0, 0);
const HOUR = 3_600_000;

describe('Maintenance of a node', () => {
  const since = '2026-11-22T02:00:00Z';
  const until = '2026-11-22T04:00:00Z';

  it('is what the file declares, with its times, while nobody said otherwise', () => {
    assert.equal(maintenanceOf({}, undefined, now), undefined);
    assert.deepEqual(maintenanceOf({ maintenance: { since, until } }, undefined, now), {
      by: 'file',
      since: now - HOUR,
      until: now + HOUR,
    });
    assert.equal(maintenanceOf({ maintenance: { since, until } }, undefined, now + HOUR), undefined);
  });

  it('is what a person declared, until its end', () => {
    const declared: Declaration = { on: true, at: now, until: now + HOUR };
    assert.deepEqual(maintenanceOf({}, declared, now + HOUR - 1), {
      by: 'operator',
      since: now,
      until: now + HOUR,
    });
    assert.equal(maintenanceOf({}, declared, now + HOUR), undefined);
    assert.equal(maintenanceOf({}, { on: true, at: now }, now + 1000 * HOUR)?.by, 'operator');
  });

  it('of the file is ended by hand, until the file declares another one', () => {
    const ended: Declaration = { on: false, at: now, of: maintenanceKey({ since, until }) };
    assert.equal(maintenanceOf({ maintenance: { since, until } }, ended, now), undefined);
    const later = { since, until: '2026-11-22T05:00:00Z' };
    assert.equal(maintenanceOf({ maintenance: later }, ended, now)?.by, 'file');
  });
});

describe('MaintenanceStore', () => {
  let folder: string;
  let problems: string[];
  const store = () => new MaintenanceStore(folder, (problem) => problems.push(problem));
  const file = () => join(folder, 'maintenance', 'media.json');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'standby-maintenance-'));
    problems = [];
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('knows nothing at first, and afterwards what another process declared', async () => {
    assert.equal((await store().read('media')).size, 0);
    await store().declare('media', 'm1', { on: true, at: now, until: now + HOUR }, now);
    await store().declare('media', 'm2', { on: false, at: now, of: '' }, now);
    assert.deepEqual(
      [...(await store().read('media'))],
      [
        ['m1', { on: true, at: now, until: now + HOUR }],
        ['m2', { on: false, at: now, of: '' }],
      ],
    );
    assert.deepEqual(problems, []);
  });

  it('forgets what is over when it writes, so that the file stays small', async () => {
    const one = store();
    await one.declare('media', 'm1', { on: true, at: now, until: now + HOUR }, now);
    await one.declare('media', 'm2', { on: true, at: now + HOUR }, now + HOUR);
    assert.deepEqual([...(await one.read('media')).keys()], ['m2']);
  });

  it('is for its owner only, replaced as a whole, with nothing left beside it', async () => {
    const one = store();
    await Promise.all(['a', 'b', 'c'].map((node) => one.declare('media', node, { on: true, at: now }, now)));
    assert.deepEqual(await readdir(join(folder, 'maintenance')), ['media.json']);
    assert.equal((await stat(file())).mode & 0o777, 0o600);
    assert.equal((await one.read('media')).size, 3);
  });

  it('takes a damaged file for an empty one, and says so', async () => {
    await store().declare('media', 'm1', { on: true, at: now }, now);
    await writeFile(file(), (await readFile(file(), 'utf8')).slice(0, 20));
    assert.equal((await store().read('media')).size, 0);
    assert.match(problems[0] ?? '', /damaged .* declare it again/);
    await writeFile(file(), '{"nodes":{"m1":{"on":"yes","at":1},"m2":{"on":true,"at":5}}}');
    assert.deepEqual([...(await store().read('media')).keys()], ['m2']);
  });
});

describe('Maintenance that is declared elsewhere', () => {
  let folder: string;
  let stop: (() => void) | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'standby-elsewhere-'));
  });
  afterEach(async () => {
    stop?.();
    await rm(folder, { recursive: true });
  });

  /** The nodes in maintenance by each report. */
  const followed = (pollMs?: number) => {
    const reports: string[] = [];
    const store = new MaintenanceStore(folder);
    const told = (declared: ReadonlyMap<string, Declaration>) =>
      void reports.push([...declared].map(([node, { on }]) => `${node} ${on}`).join());
    stop = watchMaintenance(store, 'media', told, pollMs);
    return reports;
  };
  const until = async (holds: () => boolean) => {
    for (const end = performance.now() + 15_000; !holds(); await new Promise((next) => setTimeout(next, 20)))
      assert.ok(performance.now() < end, 'not within 15 s');
  };
  const other = () => new MaintenanceStore(folder);
  const begin = (node: string, cluster = 'media') =>
    other().declare(cluster, node, { on: true, at: Date.now() }, Date.now());

  it('is told within a second, in the place of what was known, and of this cluster alone', async () => {
    await begin('m1');
    const reports = followed(600_000);
    await until(() => reports.length === 1);
    await begin('m2', 'archive');
    await begin('m2');
    const from = performance.now();
    await until(() => reports.at(-1) === 'm1 true,m2 true');
    // The poll comes every ten minutes here: somebody else told it. A busy machine takes more than its second.
    assert.ok(performance.now() - from < 15_000);
    await other().declare('media', 'm1', { on: false, at: Date.now(), of: '' }, Date.now());
    await until(() => reports.at(-1) === 'm2 true,m1 false' || reports.at(-1) === 'm1 false,m2 true');
    assert.equal(reports.length, 3, reports.join('; '));
  });

  it('is found by looking where nothing can be watched, and nothing is told after the end', async () => {
    const reports = followed(30);
    await until(() => reports.length === 1);
    await begin('m1');
    await until(() => reports.at(-1) === 'm1 true');
    stop?.();
    await begin('m2');
    await new Promise((next) => setTimeout(next, 200));
    assert.equal(reports.at(-1), 'm1 true');
  });
});
