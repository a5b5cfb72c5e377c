import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { consoleHash } from '../../../src/heartbeat/console-record';
import { emptyHistory } from '../../../src/heartbeat/history';
import { bounded, historyBounds } from '../../../src/heartbeat/history-bounds';
import { HistoryStore } from '../../../src/heartbeat/history-store';
import { mergeReached } from '../../../src/heartbeat/reached';
import { observed } from '../../../src/heartbeat/observed';
import type { ClusterReading } from '../../../src/heartbeat/probe';
import { stateFolder } from '../../../src/heartbeat/state-folder';
import type { ClusterState, NodeState } from '../../../src/heartbeat/state';
import { fakeCluster, fakeNode } from './fakes';

const cluster = fakeCluster(['n1', 'n2']);

function state(at: number, reading: Partial<ClusterReading>, nodes: readonly NodeState[] = []): ClusterState {
  const whole = { primary: [], mirrors: [], rebuild: [], ...reading };
  return { cluster, at, nodes, reading: whole, readingAt: at, rebuild: [], observerLost: false };
}

describe('HistoryStore', () => {
  let folder: string;
  let problems: string[];
  const store = () => new HistoryStore(folder, (problem) => problems.push(problem));
  const file = () => join(folder, 'history', 'media.json');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'standby-history-'));
    problems = [];
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('knows nothing of a cluster that was never seen', async () => {
    assert.deepEqual(await store().read('media'), emptyHistory('media'));
    assert.deepEqual(problems, []);
  });

  it('keeps a fact that a later snapshot lacks, and of each the newest', async () => {
    const one = store();
    await one.remember(
      state(10, { primary: [{ what: 'master', node: 'n1' }], facts: { version: 7n, a: 'x' } }),
    );
    await one.remember(state(20, { facts: { version: 2n ** 60n } }));
    const history = await store().read(cluster);
    assert.deepEqual(history.primary, { master: { node: 'n1', at: 10 } });
    assert.deepEqual(history.facts, { version: { value: 2n ** 60n, at: 20 }, a: { value: 'x', at: 10 } });
  });

  it('8: keeps when a fact was asked for, not when the answers were put together', async () => {
    await store().remember(state(30, { facts: { metadata: 7, other: 8 }, factsAt: { metadata: 20 } }));
    const { facts } = await store().read(cluster);
    assert.deepEqual(facts, { metadata: { value: 7, at: 20 }, other: { value: 8, at: 30 } });
  });

  it('keeps when witnesses first found a node down, until it is heard again', async () => {
    const one = store();
    const node = (more: Partial<NodeState>): NodeState => ({
      name: 'n1',
      liveness: 'inactive',
      lastHeartbeat: 10,
      stale: [],
      ...more,
    });
    const down = async () => (await store().read(cluster)).down;
    await one.remember(state(20, {}, [node({})]));
    assert.deepEqual(await down(), {}, 'silence towards this machine alone says nothing');
    await one.remember(state(30, {}, [node({ verdict: 'down' })]));
    await one.remember(state(40, {}, [node({ verdict: 'down' })]));
    assert.deepEqual(await down(), { n1: 30 });
    await one.remember(state(50, {}, [node({ liveness: 'active', lastHeartbeat: 50 })]));
    await one.remember(state(60, {}, [node({ lastHeartbeat: 50, verdict: 'down' })]));
    assert.deepEqual(await down(), { n1: 60 });
  });

  it('does not let an old snapshot overwrite what another process saw later', async () => {
    const editor = store();
    const commandLine = store();
    await editor.remember(state(30, { primary: [{ what: 'master', node: 'n2' }], facts: { version: 9 } }));
    await commandLine.remember(
      state(20, { primary: [{ what: 'master', node: 'n1' }], facts: { version: 8 } }),
    );
    const history = await store().read('media');
    assert.deepEqual(history.primary, { master: { node: 'n2', at: 30 } });
    assert.deepEqual(history.facts, { version: { value: 9, at: 30 } });
  });

  it('merges who reached whom, heartbeats and consoles of several writers', async () => {
    const [a, b] = [store(), store()];
    const nodes: NodeState[] = [{ name: 'n1', liveness: 'active', lastHeartbeat: 40, stale: [] }];
    await a.remember(state(40, {}, nodes), { n1: { n2: 40 } });
    await b.remember(state(41, {}), { n1: { n2: 30 }, n2: { n1: 41 } });
    await b.rememberConsole('media', 'n1', 'abc', 42);
    await a.rememberConsole('media', 'n2', 'def', 43);
    await b.rememberContradiction('media', 'n2', 'def', 44);
    await a.rememberContradiction('media', 'n2', 'def', 41);
    const history = await store().read('media');
    assert.deepEqual(history.reached, { n1: { n2: 40 }, n2: { n1: 41 } });
    assert.deepEqual(history.heard, { n1: 40 });
    assert.deepEqual(history.consoles, {
      n1: { hash: 'abc', notOffAt: 42 },
      n2: { hash: 'def', notOffAt: 43 },
    });
    assert.deepEqual(history.contradictions, { n2: { hash: 'def', offAt: 44 } });
  });

  it('loses nothing of writes that one process makes at the same time', async () => {
    const one = store();
    await Promise.all(Array.from({ length: 20 }, (_, i) => one.rememberConsole('media', `n${i}`, 'h', i)));
    assert.equal(Object.keys((await one.read('media')).consoles).length, 20);
  });

  it('loses nothing either when several stores of one process write', async () => {
    const hashes = Array.from({ length: 20 }, (_, i) => `hash${i}`);
    await Promise.all(hashes.map((hash, i) => store().rememberConsole('media', `n${i}`, hash, i)));
    assert.equal(Object.keys((await store().read('media')).consoles).length, 20);
  });

  it('keeps the known primary when two claim to be it', async () => {
    const one = store();
    const claims = ['n2', 'n1'].map((node) => ({ what: 'master', node }));
    await one.remember(state(10, { primary: [{ what: 'master', node: 'n1' }] }));
    await one.remember(state(20, { primary: claims }));
    assert.deepEqual((await one.read('media')).primary, { master: { node: 'n1', at: 20 } });
  });

  for (const [what, text] of [
    ['truncated', '{ "cluster": "media", "prim'],
    ['empty', ''],
    ['binary', '\x7fELF\0\0'],
    ["another cluster's", '{ "cluster": "other" }'],
  ] as const)
    it(`puts a file aside that is ${what}, says so, and goes on`, async () => {
      await mkdir(join(folder, 'history'));
      await writeFile(file(), text);
      assert.deepEqual(await store().read('media'), emptyHistory('media'));
      assert.match(problems[0] ?? '', /history of “media” was damaged.*media\.json\.broken-/);
      const [aside] = await readdir(join(folder, 'history'));
      assert.equal(await readFile(join(folder, 'history', aside ?? ''), 'utf8'), text);
      await store().rememberConsole('media', 'n1', 'h', 1);
      assert.equal((await store().read('media')).consoles['n1']?.hash, 'h');
    });

  it('leaves out entries of another shape and keeps the rest', async () => {
    await mkdir(join(folder, 'history'));
    const json = {
      cluster: 'media',
      primary: { a: 1, b: { node: 'n1', at: 5 } },
      reached: { n1: { n2: 'x', n3: 6 } },
      facts: [],
    };
    await writeFile(file(), JSON.stringify(json));
    const history = await store().read('media');
    assert.deepEqual(history.primary, { b: { node: 'n1', at: 5 } });
    assert.deepEqual(history.reached, { n1: { n3: 6 } });
    assert.deepEqual(problems, []);
  });

  it('leaves no temporary file, and files that only this user reads', async () => {
    await store().rememberConsole('media', 'n1', 'h', 1);
    assert.deepEqual(await readdir(join(folder, 'history')), ['media.json']);
    assert.equal((await stat(file())).mode & 0o777, 0o600);
  });
});

describe('A history', () => {
  it('is bounded: of each kind the newest entries stay', () => {
    const times = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, i]));
    const many = {
      ...emptyHistory('media'),
      primary: { old: { node: 'n1', at: 1 }, new: { node: 'n2', at: 2 } },
      facts: { old: { value: 1, at: 1 }, new: { value: 2, at: 2 } },
      heard: times(4),
      reached: { n1: { n2: 5, n3: 1 }, n2: { n1: 4 }, n3: { n1: 1 } },
      consoles: {
        n1: { hash: 'a', notOffAt: 1 },
        n2: { hash: 'b', notOffAt: 2 },
        n3: { hash: 'c', notOffAt: 3 },
      },
    };
    const small = bounded(many, { nodes: 2, primaries: 1, facts: 1, pairs: 2 });
    assert.deepEqual(Object.keys(small.primary), ['new']);
    assert.deepEqual(Object.keys(small.facts), ['new']);
    assert.deepEqual(small.heard, { n2: 2, n3: 3 });
    assert.deepEqual(small.reached, { n1: { n2: 5 }, n2: { n1: 4 } });
    assert.deepEqual(Object.keys(small.consoles).toSorted(), ['n2', 'n3']);
    assert.deepEqual(bounded(many), many, 'a usual one stays as it is');
  });

  it('keeps a bound when many pairs are equally old', () => {
    const row = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`n${i}`, 7]));
    const small = bounded(
      { ...emptyHistory('media'), reached: { a: row, b: row } },
      { nodes: 9, primaries: 9, facts: 9, pairs: 60 },
    );
    assert.equal(Object.values(small.reached).flatMap((each) => Object.keys(each)).length, 60);
  });

  it('is bounded when it is written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'standby-history-'));
    try {
      const store = new HistoryStore(folder);
      const many = historyBounds.facts + 300;
      const facts = Object.fromEntries(Array.from({ length: many }, (_, i) => [`f${i}`, i]));
      await store.remember(state(10, { facts }));
      assert.equal(Object.keys((await store.read('media')).facts).length, historyBounds.facts);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('state folder', () => {
  it('is XDG_STATE_HOME, else .local/state in the home', () => {
    assert.equal(stateFolder({ XDG_STATE_HOME: '/s', HOME: '/h' }), join('/s', 'standby'));
    assert.equal(stateFolder({ XDG_STATE_HOME: 'relative', HOME: '/h' }), join('/h', '.local/state/standby'));
    assert.equal(stateFolder({}), join(homedir(), '.local/state/standby'));
  });
});

describe('observed', () => {
  const disks = [{ path: '/a', capacity: 10n, used: 3n, state: 'ok' }];
  const reading = { disks, facts: { skew: 2 } };

  it('gives live rules the disks, the primaries, and the facts of the nodes that speak', () => {
    const nodes: NodeState[] = [
      { name: 'n1', liveness: 'active', reading, stale: [] },
      { name: 'n2', liveness: 'inactive', reading, stale: [] },
    ];
    const seen = observed(state(1, { primary: [{ what: 'master', node: 'n1' }] }, nodes));
    assert.deepEqual(seen.primary, [{ what: 'master', node: 'n1' }]);
    assert.equal(seen.disks.get('n2')?.get('/a')?.used, 3n);
    assert.deepEqual([...seen.facts.keys()], ['n1']);
  });

  it('gives them the parameters that the cluster has, while somebody tells', () => {
    const at = (liveness: NodeState['liveness']) =>
      observed(state(1, { parameters: { most: 1 } }, [{ name: 'n1', liveness, stale: [] }])).parameters;
    assert.deepEqual([...(at('active') ?? [])], [['most', 1]]);
    assert.equal(at('offline'), undefined);
  });

  it('reports no primary when nobody speaks', () => {
    const nodes: NodeState[] = [{ name: 'n1', liveness: 'offline', reading, stale: [] }];
    assert.deepEqual(observed(state(1, { primary: [{ what: 'master', node: 'n1' }] }, nodes)).primary, []);
  });

  it('knows what each console said last, by its very text, and whether its node answers', () => {
    const named = (name: string) => ({ ...fakeNode(name), console: `power ${name}` });
    const watched = fakeCluster(['n1', 'n2', 'n3', 'n4'].map(named));
    const nodes: NodeState[] = [{ name: 'n1', liveness: 'active', reading, stale: [] }];
    const hash = (name: string) => consoleHash(`power ${name}`);
    const seen = observed(
      { ...state(1, {}, nodes), cluster: watched },
      {
        consoles: {
          n1: { hash: hash('n1'), notOffAt: 5 },
          n2: { hash: hash('another'), notOffAt: 5 },
          n3: { hash: hash('n3'), notOffAt: 5 },
        },
        contradictions: { n1: { hash: hash('n1'), offAt: 4 }, n3: { hash: hash('n3'), offAt: 6 } },
      },
    );
    assert.deepEqual(
      [...(seen.consoles ?? [])],
      [
        ['n1', { text: 'power n1', said: 'proven' }],
        ['n3', { text: 'power n3', said: 'contradicts' }],
      ],
    );
    assert.deepEqual([...(seen.answering ?? [])], ['n1']);
    assert.equal(observed(state(1, {}, nodes)).consoles, undefined);
  });

  it('joins a record of thousands without copying it for each entry', () => {
    const row = (at: number) => Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`n${n}`, at]));
    let copies = 0;
    const known = new Proxy(row(1), {
      ownKeys: (target) => {
        copies++;
        return Reflect.ownKeys(target);
      },
    });
    const merged = mergeReached({ w: known, other: { n1: 9 } }, { w: { ...row(2), n0: 0 }, empty: {} });
    assert.deepEqual(merged, { w: { ...row(2), n0: 1 }, other: { n1: 9 } });
    assert.ok(copies <= 2, `${copies} copies`);
  });
});
