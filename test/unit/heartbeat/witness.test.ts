import assert from 'node:assert/strict';
import { observerLost } from '../../../src/heartbeat/observer';
import { withReached, type Reached } from '../../../src/heartbeat/reached';
import { rollCall } from '../../../src/heartbeat/roll-call';
import { askWitnesses, type WitnessReport } from '../../../src/heartbeat/witness';
import type { Verdict } from '../../../src/heartbeat/state';
import { FakeClock, FakeConnections, fakeCluster, fakeNode, said, settle } from './fakes';

describe('witnesses (safety 3)', () => {
  const cluster = fakeCluster([
    fakeNode('m1', { address: '10.0.0.1', roles: ['master'] }),
    fakeNode('m2', { address: '10.0.0.2', roles: ['master'], ssh: { port: 2222, become: 'none' } }),
    fakeNode('m3', { address: '10.0.0.3', roles: ['master'] }),
    fakeNode('c4', { address: '10.0.0.4' }),
    fakeNode('c5', { address: '10.0.0.5' }),
  ]);
  const everybody = ['m2', 'm3', 'c4', 'c5'];
  const known: Reached = { m2: { m1: 1 }, m3: { m1: 1 }, c4: { m1: 1 }, c5: { m1: 1 } };
  let clock: FakeClock;
  let connections: FakeConnections;

  beforeEach(() => {
    clock = new FakeClock();
    connections = new FakeConnections(clock);
  });

  const ask = (
    active: readonly string[],
    reached: Reached,
    of = cluster,
    node = 'm1',
  ): Promise<WitnessReport> =>
    askWitnesses({ cluster: of, connections, reached, node, active, timeoutMs: 3_000 });
  const nobodyReaches = (address: string) => {
    for (const name of everybody) connections.node(name).reaches.set(address, 'unreachable');
  };

  it('3: one that reaches the node makes it partitioned, whatever the others say', async () => {
    nobodyReaches('10.0.0.1');
    connections.node('m3').reaches.set('10.0.0.1', 'open');
    const report = await ask(everybody, known);
    assert.equal(report.verdict, 'partitioned');
    assert.deepEqual(report.reachedBy, ['m3']);
    assert.deepEqual(report.notReachedBy, ['m2', 'c4']);
  });

  it('dials the port of the cluster file, else that of the SSH configuration, else 22', async () => {
    const ports: number[] = [];
    connections.node('c4').reach = (_host, port) => (ports.push(port), Promise.resolve('open'));
    const dialled = async (node: string) => {
      await ask(['c4'], known, cluster, node);
      return ports.splice(0);
    };
    assert.deepEqual(await dialled('m1'), [22]);
    connections.portOf = (name) => Promise.resolve(name === 'm1' ? 2022 : undefined);
    assert.deepEqual(await dialled('m1'), [2022]);
    connections.portOf = () => Promise.resolve(2022);
    assert.equal((await dialled('m2'))[0], 2222);
  });

  it('3: a refused connection means that the host lives', async () => {
    nobodyReaches('10.0.0.1');
    connections.node('m2').reaches.set('10.0.0.1', 'refused');
    assert.equal((await ask(everybody, known)).verdict, 'partitioned');
  });

  it('3: those that reached it before and do not now make it down', async () => {
    nobodyReaches('10.0.0.1');
    const report = await ask(everybody, known);
    assert.equal(report.verdict, 'down');
    assert.deepEqual(report.notReachedBy, ['m2', 'm3', 'c4']);
  });

  it('3: without a record a witness counts if it now reaches the SSH port of another node of the same role', async () => {
    nobodyReaches('10.0.0.1');
    const report = await ask(['c4'], {});
    assert.equal(report.verdict, 'down');
    assert.deepEqual(connections.node('c4').dialled.toSorted(), [
      '10.0.0.1:22',
      '10.0.0.2:2222',
      '10.0.0.3:22',
    ]);
  });

  it('3: without a record and behind a firewall its answer is undetermined', async () => {
    for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.3']) nobodyReaches(address);
    const report = await ask(['c4'], {});
    assert.equal(report.verdict, 'undetermined');
    assert.match(report.undetermined[0]?.why ?? '', /c4 never reached m1/);
    assert.equal((await ask(['c4'], { c4: { m2: 1 } })).verdict, 'undetermined', 'a record of another node');
  });

  it('3: zero witnesses prove nothing', async () => {
    assert.equal((await ask([], known)).verdict, 'undetermined');
    assert.equal((await ask(['m1'], known)).verdict, 'undetermined', 'no node is its own witness');
    const none = { ...cluster, heartbeat: { ...cluster.heartbeat, witnesses: 0 } };
    assert.equal((await ask(everybody, known, none)).verdict, 'undetermined');
  });

  it('3: a witness that cannot be asked says nothing', async () => {
    nobodyReaches('10.0.0.1');
    connections.node('c4').behaviour = 'hangs';
    assert.equal((await ask(['c4'], known)).verdict, 'undetermined');
  });

  it('3: where forwarding is off, a shell command asks', async () => {
    const c4 = connections.node('c4');
    const shell = (target: string, port: number) =>
      `timeout 2 bash -c 'exec 3<>"/dev/tcp/$0/$1"' ${target} ${port}`;
    c4.reaches.set('10.0.0.1', 'forbidden');
    const cases: readonly [number, string, Verdict][] = [
      [0, '', 'partitioned'],
      [1, 'bash: connect: Connection refused', 'partitioned'],
      [1, 'bash: connect: No route to host', 'down'],
      [124, '', 'down'],
      [127, 'sh: bash: not found', 'undetermined'],
    ];
    for (const [exitCode, stderr, verdict] of cases) {
      c4.answers.set(shell('10.0.0.1', 22), said('', { exitCode, stderr }));
      assert.equal((await ask(['c4'], known)).verdict, verdict, `${exitCode} ${stderr}`);
    }
  });

  it('asks at most as many as the file says, those with a record first', async () => {
    await ask(everybody, { c5: { m1: 1 } });
    const dialled = everybody.filter((name) => connections.node(name).dialled.includes('10.0.0.1:22'));
    assert.deepEqual(dialled, ['m2', 'm3', 'c5']);
  });

  it('looks at each node of a large cluster a few times at the most for one silent node', async () => {
    let looks = 0;
    const names = Array.from({ length: 1_000 }, (_, n) => `n${n + 1}`);
    const large = fakeCluster(
      names.map((name) => ({
        ...fakeNode(name),
        get roles() {
          looks++;
          return ['chunkserver'] as const;
        },
      })),
    );
    let searches = 0;
    class Active extends Array<string> {
      override includes(name: string): boolean {
        searches++;
        return super.includes(name);
      }
    }
    for (const name of ['n1', 'n2', 'n3']) connections.node(name).reaches.set('10.0.0.500', 'unreachable');
    const active = Active.from(names.filter((name) => name !== 'n500')) as Active;
    const report = await ask(active, {}, large, 'n500');
    assert.equal(report.verdict, 'down');
    assert.ok(looks <= 3 * names.length, `${looks} looks at roles`);
    assert.equal(searches, 0, 'no search among all who answer for each of them');
  });

  it('is not fooled by a node whose name is that of a property of every object', async () => {
    const odd = fakeCluster([
      fakeNode('m1', { address: '10.0.0.1' }),
      fakeNode('constructor', { address: '10.0.0.8' }),
    ]);
    connections.node('constructor').reaches.set('10.0.0.1', 'unreachable');
    assert.equal((await ask(['constructor'], {}, odd)).verdict, 'undetermined');
  });

  it('a roll call records who reaches whom while all is well, and does not dial again soon', async () => {
    const call = async (reached: Reached) => {
      let found: Reached = {};
      await rollCall({
        cluster: fakeCluster(['n1', 'n2', 'n3'], { heartbeat: { ...cluster.heartbeat, witnesses: 1 } }),
        connections,
        clock,
        reached,
        active: ['n1', 'n2'],
        timeoutMs: 3_000,
        signal: new AbortController().signal,
        onReached: (witness, node, at) => (found = withReached(found, witness, node, at)),
      });
      return found;
    };
    const reached = await call({});
    assert.deepEqual(reached, { n2: { n1: clock.now() }, n1: { n2: clock.now() } });
    assert.deepEqual(await call(reached), {});
    clock.jump(2 * 3_600_000);
    connections.node('n2').reaches.set('10.0.0.1', 'unreachable');
    assert.deepEqual(Object.keys(await call(reached)), ['n1']);
    await settle();
  });
});

describe('a roll call of a large cluster', () => {
  it('opens no more than its share, goes on at the next call, and lets the event loop have its turns', async () => {
    const clock = new FakeClock();
    const connections = new FakeConnections(clock);
    const names = Array.from({ length: 400 }, (_, i) => `n${i + 1}`);
    const cluster = fakeCluster(names);
    let reached: Reached = {};
    const call = async () => {
      let pairs = 0;
      await rollCall({
        cluster,
        connections,
        clock,
        reached,
        active: names,
        timeoutMs: 3_000,
        signal: new AbortController().signal,
        onReached: (witness, node, at) => {
          pairs++;
          reached = withReached(reached, witness, node, at);
        },
      });
      return pairs;
    };
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    const pairs = [await call(), await call(), await call(), await call(), await call()];
    clearInterval(counting);
    assert.deepEqual(pairs, [300, 300, 300, 300, 0]);
    assert.ok(turns > 4, `${turns} turns`);
  });
});

describe('observer lost', () => {
  const silent = (...nodes: [number, Verdict?][]) => nodes.map(([since, verdict]) => ({ since, verdict }));

  it('needs more than half of the nodes', () => {
    assert.equal(observerLost(silent([0, 'undetermined'], [0, 'undetermined']), 4, 5_000, true), false);
    assert.equal(observerLost(silent([0, 'undetermined'], [0, 'undetermined']), 3, 5_000, true), true);
  });

  it('needs them to fall silent within one interval', () => {
    assert.equal(observerLost(silent([0, 'undetermined'], [5_000, 'undetermined']), 3, 5_000, true), true);
    assert.equal(observerLost(silent([0, 'undetermined'], [5_001, 'undetermined']), 3, 5_000, true), false);
  });

  it('does not hold when a witness confirms one of them down, and waits for the witnesses that there are', () => {
    assert.equal(observerLost(silent([0, 'partitioned'], [0, 'down']), 3, 5_000, true), false);
    assert.equal(observerLost(silent([0, 'partitioned'], [0]), 3, 5_000, true), false);
    assert.equal(observerLost(silent([0], [0], [0]), 3, 5_000, false), true);
  });

  it('does not wait for the verdicts of hundreds of nodes, and knows of one that is down among them', () => {
    const unheard = Array.from({ length: 600 }, (_, i): [number, Verdict?] => [i]);
    const heard = (verdict: Verdict, count: number) =>
      unheard.map(([since], i): [number, Verdict?] => (i < count ? [since, verdict] : [since]));
    assert.equal(observerLost(silent(...heard('undetermined', 7)), 1_000, 5_000, true), false);
    assert.equal(observerLost(silent(...heard('undetermined', 8)), 1_000, 5_000, true), true);
    const lastDown = unheard.with(-1, [599, 'down']);
    assert.equal(observerLost(silent(...lastDown), 1_000, 5_000, false), false);
  });

  it('finds the burst among nodes that have been silent for longer', () => {
    const old: [number, Verdict?][] = [
      [0, 'down'],
      [1_000_000, 'undetermined'],
      [1_001_000, 'undetermined'],
      [1_002_000, 'undetermined'],
    ];
    assert.equal(observerLost(silent(...old), 5, 5_000, true), true);
    assert.equal(observerLost(silent(...old), 6, 5_000, true), false);
  });
});
