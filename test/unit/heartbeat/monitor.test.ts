import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../../src/cluster/cluster';
import { beatScript } from '../../../src/heartbeat/beat';
import { HistoryStore } from '../../../src/heartbeat/history-store';
import { Monitor, type MonitorOptions } from '../../../src/heartbeat/monitor';
import { HIDDEN_PERIOD_MS } from '../../../src/heartbeat/pace';
import type { ClusterState } from '../../../src/heartbeat/state';
import { UnreadableError, type Probes } from '../../../src/heartbeat/probe';
import {
  FakeClock,
  FakeConnections,
  fakeCluster,
  fakeNode,
  fakeProbe,
  fakeProbes,
  said,
  settle,
} from './fakes';

const HOUR = 3_600_000;

describe('Monitor', () => {
  let clock: FakeClock;
  let connections: FakeConnections;
  let monitor: Monitor;
  let log: string[];

  beforeEach(() => {
    clock = new FakeClock();
    connections = new FakeConnections(clock);
    log = [];
  });

  afterEach(async () => {
    monitor.stop();
    await monitor.settled();
    assert.equal(clock.pending, 0, 'stop leaves no timer');
    assert.deepEqual(log, []);
  });

  function watch(
    cluster: Cluster,
    probes: Probes = fakeProbes(),
    more: Partial<MonitorOptions> = {},
  ): Monitor {
    const line = (text: string) => void log.push(text);
    monitor = new Monitor({ cluster, probes, connections, clock, random: () => 0, log: line, ...more });
    monitor.start();
    return monitor;
  }

  const node = (name: string) => {
    const state = monitor.state.nodes.find((one) => one.name === name);
    assert.ok(state);
    return state;
  };

  it('shows every node active after the first round, with what its heartbeat said', async () => {
    watch(fakeCluster(['n1', 'n2']));
    assert.equal(node('n1').liveness, 'unknown');
    await clock.advance(100);
    assert.deepEqual(
      monitor.state.nodes.map((one) => one.liveness),
      ['active', 'active'],
    );
    assert.deepEqual(node('n1').reading, { uptimeSeconds: 100, load: 0.5 });
  });

  it('asks one node at once when told to, however long it was to be left alone', async () => {
    watch(fakeCluster(['n1', 'n2']));
    connections.node('n1').behaviour = 'auth-failed';
    await clock.advance(121_000);
    assert.equal(node('n1').liveness, 'denied');
    connections.node('n1').behaviour = 'up';
    const before = node('n2').lastHeartbeat;
    await monitor.refreshNode('n1');
    assert.equal(node('n1').liveness, 'active');
    assert.equal(node('n2').lastHeartbeat, before, 'the others are left in peace');
  });

  it('takes over what was declared elsewhere, all of it', async () => {
    watch(fakeCluster(['n1', 'n2']), fakeProbes(), {
      maintenance: new Map([['n1', { on: true, at: clock.now() }]]),
    });
    await clock.advance(100);
    const maintained = () => monitor.state.nodes.map(({ maintenance }) => maintenance !== undefined);
    assert.deepEqual(maintained(), [true, false]);
    monitor.setDeclarations(new Map([['n2', { on: true, at: clock.now() }]]));
    assert.deepEqual(maintained(), [false, true]);
  });

  it('gathers the answers of one round in one snapshot, and never changes an old one', async () => {
    const seen: ClusterState[] = [];
    watch(fakeCluster(['n1', 'n2', 'n3']));
    monitor.onState((state) => seen.push(state));
    await clock.advance(100);
    assert.equal(seen.length, 1);
    const copy = structuredClone(seen[0]?.nodes);
    connections.node('n1').behaviour = 'closed';
    await clock.advance(30_000);
    assert.ok(seen.length > 1);
    assert.deepEqual(seen[0]?.nodes, copy);
    assert.ok(Object.isFrozen(seen[0]) && Object.isFrozen(seen[0]?.nodes));
  });

  it('looks at all nodes once for many heartbeats, however many there are, and at once when one falls silent', async () => {
    const names = Array.from({ length: 120 }, (_, index) => `n${index + 1}`);
    let beat = 0;
    // Each node at a time of its own.
    watch(fakeCluster(names), fakeProbes(), { random: () => (beat++ % 100) / 100 });
    await clock.advance(500);
    let snapshots = 0;
    monitor.onState(() => snapshots++);
    const asked = () => names.reduce((sum, name) => sum + connections.node(name).beats, 0);
    const before = asked();
    await clock.advance(5_000);
    assert.ok(asked() - before >= 120, 'all were asked again');
    // Their beats lie within 500 ms: one for each gathering of 120 ms.
    assert.ok(snapshots <= Math.ceil(500 / 120), `${snapshots} snapshots`);
    connections.node('n7').behaviour = 'auth-failed';
    let seenAt: number | undefined;
    monitor.onState((state) => {
      if (state.nodes[6]?.liveness === 'denied') seenAt ??= clock.now();
    });
    for (let n = 0; n < 60 && node('n7').liveness === 'active'; n++) await clock.advance(100);
    assert.ok((seenAt ?? NaN) - (node('n7').failure?.at ?? 0) <= 75, 'its failure did not wait');
  });

  it('shows a node that is as it was by the very same object, and another one after every change', async () => {
    watch(fakeCluster(['n1', 'n2']));
    await clock.advance(1_000);
    const before = monitor.state;
    monitor.setMaintenance('n2', true);
    assert.equal(monitor.state.nodes[0], before.nodes[0]);
    assert.equal(node('n2').liveness, 'maintenance');
    monitor.setMaintenance('n2', false);
    assert.equal(node('n2').liveness, 'active');
    await clock.advance(5_000);
    assert.notEqual(monitor.state.nodes[0], before.nodes[0], 'another heartbeat');
  });

  it('tells that a node was restarted between two beats, whatever its own clock says', async () => {
    const years = 10 * 365 * 86_400;
    connections.node('n1').answers.set(beatScript, `${years}.00 0.10`);
    watch(fakeCluster(['n1']));
    await clock.advance(11_000);
    assert.doesNotMatch(node('n1').reason ?? '', /restarted/);
    connections.node('n1').answers.set(beatScript, '12.00 0.10');
    const before = clock.now();
    await clock.advance(5_000);
    assert.match(node('n1').reason ?? '', /restarted/);
    assert.ok((node('n1').since ?? 0) >= before);
    assert.equal(node('n1').liveness, 'active');
  });

  it('follows a frozen node to inactive and offline, keeps its last reading, and sees it come back', async () => {
    watch(fakeCluster(['n1', 'n2', 'n3']));
    await clock.advance(1_000);
    connections.node('n1').behaviour = 'hangs';
    await clock.advance(13_000);
    assert.equal(node('n1').liveness, 'active');
    await clock.advance(5_000);
    assert.equal(node('n1').liveness, 'inactive');
    await clock.advance(43_000);
    assert.equal(node('n1').liveness, 'offline');
    assert.equal(node('n1').failure?.reason, 'timeout');
    assert.equal(node('n1').reading?.load, 0.5);
    assert.equal(node('n2').liveness, 'active');
    connections.node('n1').behaviour = 'up';
    await clock.advance(45_000);
    assert.equal(node('n1').liveness, 'active');
    assert.equal(node('n1').verdict, undefined);
  });

  it('finds a node that was dead before the start offline, counted from the first attempt', async () => {
    connections.node('n1').behaviour = 'refused';
    watch(fakeCluster(['n1', 'n2', 'n3']));
    await clock.advance(14_000);
    assert.equal(node('n1').liveness, 'unknown');
    await clock.advance(2_000);
    assert.equal(node('n1').liveness, 'inactive');
    await clock.advance(46_000);
    assert.equal(node('n1').liveness, 'offline');
  });

  it('calls nothing offline after the laptop slept for an hour, until new attempts failed for long enough', async () => {
    watch(fakeCluster(['n1', 'n2', 'n3']));
    await clock.advance(4_900);
    for (const name of ['n1', 'n2', 'n3']) connections.node(name).behaviour = 'hangs';
    await clock.advance(1_000);
    const seen = new Set<string>();
    monitor.onState((state) => state.nodes.forEach((one) => seen.add(one.liveness)));
    clock.jump(HOUR);
    await clock.advance(5_000);
    assert.deepEqual([...seen, node('n1').liveness], ['active']);
    await clock.advance(75_000);
    assert.equal(node('n1').liveness, 'offline');
  });

  it('keeps a denied node denied, asks it less and less, and asks no witness about it', async () => {
    connections.node('n1').behaviour = 'host-key-changed';
    watch(fakeCluster(['n1', 'n2', 'n3']));
    await clock.advance(HOUR);
    assert.equal(node('n1').liveness, 'denied');
    assert.equal(node('n1').verdict, undefined);
    assert.equal(node('n1').failure?.reason, 'host-key-changed');
    assert.ok(connections.node('n1').beats < 25, `${connections.node('n1').beats} tries in an hour`);
    assert.ok(!connections.node('n2').dialled.includes('10.0.0.1:22'));
  });

  it('makes a late probe stale, not its node silent, and keeps the old datum', async () => {
    const n1 = connections.node('n1');
    n1.answers.set('probe df', '42 %');
    watch(fakeCluster(['n1']), fakeProbes([fakeProbe('df')]));
    await clock.advance(1_000);
    assert.equal(node('n1').reading?.facts?.['df'], '42 %');
    n1.answers.set('probe df', 'hangs');
    await clock.advance(60_000);
    assert.equal(node('n1').liveness, 'active');
    assert.deepEqual(node('n1').stale, [{ probe: 'df', message: 'n1: timeout.' }]);
    assert.equal(node('n1').reading?.facts?.['df'], '42 %');
    n1.answers.set('probe df', '43 %');
    await clock.advance(10_000);
    assert.deepEqual(node('n1').stale, []);
    assert.equal(node('n1').reading?.facts?.['df'], '43 %');
  });

  it('calls a node silent whose heartbeat is late, whatever its probes say', async () => {
    const n1 = connections.node('n1');
    watch(fakeCluster(['n1', 'n2', 'n3']), fakeProbes([fakeProbe('df')]));
    await clock.advance(1_000);
    n1.answers.set(beatScript, 'hangs');
    await clock.advance(20_000);
    assert.equal(node('n1').liveness, 'inactive');
    assert.deepEqual(node('n1').stale, []);
  });

  it('never asks the same question of a node twice at once, however often it is told to refresh', async () => {
    const n1 = connections.node('n1');
    n1.answers.set('probe df', 'hangs');
    watch(fakeCluster(['n1']), fakeProbes([fakeProbe('df', { timeoutMs: 30_000 })]));
    await clock.advance(12_000);
    n1.behaviour = 'hangs';
    const refreshes = [monitor.refresh(), monitor.refresh()];
    assert.equal(refreshes[0], refreshes[1], 'a second refresh joins the first');
    await clock.advance(60_000);
    await Promise.all(refreshes);
    assert.equal(n1.atOnce.get(beatScript), 1);
    assert.equal(n1.atOnce.get('probe df'), 1);
  });

  it('asks everything at once on a refresh, even what is not due', async () => {
    watch(fakeCluster(['n1']), fakeProbes([fakeProbe('df', { everyBeats: 100 })]));
    await clock.advance(12_000);
    const before = connections.node('n1').asked.length;
    const refresh = monitor.refresh();
    await settle();
    await refresh;
    assert.deepEqual(connections.node('n1').asked.slice(before), [beatScript, 'probe df']);
  });

  it('keeps the tree going when a reader or the putting together fails', async () => {
    const broken = fakeProbe('df', {
      read: () => {
        throw new UnreadableError('Expected a table, found nothing.');
      },
    });
    const probes = fakeProbes([broken, fakeProbe('ok')], () => {
      throw new TypeError('cannot combine');
    });
    watch(fakeCluster(['n1', 'n2']), probes);
    await clock.advance(1_000);
    assert.equal(node('n1').liveness, 'active');
    assert.deepEqual(node('n1').stale, [{ probe: 'df', message: 'n1: Expected a table, found nothing.' }]);
    assert.equal(node('n1').reading?.facts?.['ok'], '');
    assert.match(log[0] ?? '', /could not be put together: TypeError: cannot combine/);
    log = [];
  });

  it('counts an unreadable heartbeat as none, and says what was found', async () => {
    connections.node('n1').answers.set(beatScript, 'Zugriff verweigert\n');
    watch(fakeCluster(['n1', 'n2', 'n3']));
    await clock.advance(20_000);
    assert.equal(node('n1').liveness, 'inactive');
    assert.equal(node('n1').failure?.reason, 'unreadable');
    assert.match(node('n1').failure?.message ?? '', /^n1: .*“Zugriff verweigert”/);
  });

  it('puts together fresh answers only: not those of a silent node, nor what a returned one said before', async () => {
    const combined: string[] = [];
    const probes = fakeProbes([fakeProbe('who')], (_, heard) => {
      const words = [...heard].map(([name, reading]) => `${name}=${String(reading.facts?.['who'])}`);
      combined.push(words.join(' '));
      return { primary: [], mirrors: [], rebuild: [] };
    });
    connections.node('n1').answers.set('probe who', 'master');
    connections.node('n2').answers.set('probe who', 'metalogger');
    watch(fakeCluster(['n1', 'n2']), probes);
    await clock.advance(1_000);
    assert.equal(combined.at(-1), 'n1=master n2=metalogger');
    connections.node('n1').behaviour = 'closed';
    await clock.advance(10_000);
    assert.equal(combined.at(-1), 'n2=metalogger');
    combined.length = 0;
    connections.node('n1').behaviour = 'up';
    connections.node('n1').answers.set('probe who', 'hangs');
    await clock.advance(10_000);
    assert.ok(
      combined.every((line) => !line.includes('n1=master')),
      combined.join('\n'),
    );
  });

  it('knows who was primary, also from what is remembered, until another one is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'standby-primary-'));
    const historyStore = new HistoryStore(folder);
    const probes = fakeProbes([fakeProbe('who')], (_, heard) => ({
      primary: [...heard].flatMap(([name, { facts }]) =>
        facts?.['who'] === 'master' ? [{ what: 'master', node: name }] : [],
      ),
      mirrors: [],
      rebuild: [],
    }));
    const was = () => monitor.state.wasPrimary;
    try {
      connections.node('n1').answers.set('probe who', 'master');
      watch(fakeCluster(['n1', 'n2']), probes, { historyStore });
      await clock.advance(10_000);
      await settle();
      assert.equal(was(), undefined, 'it is');
      connections.node('n1').behaviour = 'closed';
      await clock.advance(30_000);
      assert.deepEqual(
        was()?.map(({ what, node: name }) => [what, name]),
        [['master', 'n1']],
      );
      monitor.stop();
      await monitor.settled();

      watch(fakeCluster(['n1', 'n2']), probes, { historyStore });
      for (let n = 0; n < 50 && !was(); n++) {
        await new Promise((next) => setTimeout(next, 10));
        await clock.advance(100);
      }
      assert.equal(was()?.[0]?.node, 'n1', 'remembered from before');
      connections.node('n2').answers.set('probe who', 'master');
      await clock.advance(10_000);
      assert.equal(was(), undefined, 'n2 is');
    } finally {
      monitor.stop();
      await monitor.settled();
      await rm(folder, { recursive: true });
    }
  });

  it('lets the disks that the cluster reports win over those of the node', async () => {
    const probes = fakeProbes(
      [fakeProbe('df', { read: () => ({ disks: [{ path: '/a', capacity: 10n, used: 1n }] }) })],
      () => ({
        primary: [],
        mirrors: [],
        rebuild: [],
        disks: { n1: [{ path: '/a', used: 2n, state: 'ok' }] },
      }),
    );
    watch(fakeCluster(['n1', 'n2']), probes);
    await clock.advance(1_000);
    assert.deepEqual(node('n1').reading?.disks, [{ path: '/a', capacity: 10n, used: 2n, state: 'ok' }]);
    assert.deepEqual(node('n2').reading?.disks, [{ path: '/a', capacity: 10n, used: 1n }]);
  });

  it('asks the witnesses about a silent node: partitioned when one reaches it, down when none does', async () => {
    watch(fakeCluster(['n1', 'n2', 'n3', 'n4']));
    await clock.advance(5_000);
    connections.node('n1').behaviour = 'hangs';
    await clock.advance(20_000);
    assert.equal(node('n1').verdict, 'partitioned');
    for (const name of ['n2', 'n3', 'n4']) connections.node(name).reaches.set('10.0.0.1', 'unreachable');
    await clock.advance(40_000);
    assert.equal(node('n1').verdict, 'down');
    assert.equal(monitor.state.observerLost, false);
  });

  it('says that this machine has lost the cluster when most nodes fall silent at once and nobody confirms it', async () => {
    watch(fakeCluster(['n1', 'n2', 'n3', 'n4', 'n5']));
    await clock.advance(5_000);
    for (const name of ['n1', 'n2', 'n3']) connections.node(name).behaviour = 'hangs';
    await clock.advance(25_000);
    assert.equal(monitor.state.observerLost, true);
    connections.node('n4').reaches.set('10.0.0.1', 'unreachable');
    connections.node('n5').reaches.set('10.0.0.1', 'unreachable');
    await clock.advance(40_000);
    assert.equal(monitor.state.observerLost, false, 'a witness confirms one of them down');
  });

  it('says so, too, when nobody is left to ask', async () => {
    for (const name of ['n1', 'n2']) connections.node(name).behaviour = 'unreachable';
    watch(fakeCluster(['n1', 'n2']));
    await clock.advance(20_000);
    assert.equal(monitor.state.observerLost, true);
  });

  it('takes maintenance from the file and from the operator, who wins', async () => {
    watch(fakeCluster([fakeNode('n1', { maintenance: {} }), 'n2']));
    await clock.advance(100);
    assert.equal(node('n1').liveness, 'maintenance');
    monitor.setMaintenance('n1', false);
    monitor.setMaintenance('n2', true);
    assert.equal(node('n1').liveness, 'active');
    assert.equal(node('n2').liveness, 'maintenance');
  });

  it('asks seldom while nobody looks, calls nobody silent for it, and asks at once when somebody looks', async () => {
    watch(fakeCluster(['n1']));
    await clock.advance(100);
    monitor.setPace('hidden');
    await clock.advance(5_000);
    const before = connections.node('n1').beats;
    await clock.advance(10 * HIDDEN_PERIOD_MS);
    assert.equal(connections.node('n1').beats - before, 10);
    assert.equal(node('n1').liveness, 'active');
    await clock.advance(10_000);
    monitor.setPace('visible');
    await settle();
    assert.equal(connections.node('n1').beats - before, 11);
  });

  it('backs off from a silent node, and still notices its return within a minute', async () => {
    connections.node('n1').behaviour = 'refused';
    watch(fakeCluster(['n1', 'n2']));
    await clock.advance(HOUR);
    assert.ok(connections.node('n1').beats < 135, `${connections.node('n1').beats} tries in an hour`);
    connections.node('n1').behaviour = 'up';
    await clock.advance(61_000);
    assert.equal(node('n1').liveness, 'active');
  });

  const alone = ['n1', 'n2', 'n3'];
  const lost = async () => {
    watch(fakeCluster(alone), fakeProbes(), { network: () => network });
    await clock.advance(1_000);
    for (const name of alone) connections.node(name).behaviour = 'unreachable';
    await clock.advance(10 * 60_000 + 1_000);
    for (const name of alone) {
      assert.equal(node(name).liveness, 'offline');
      connections.node(name).behaviour = 'up';
    }
  };
  let network = 'wlan0 10.0.0.9';

  it('asks all at once when the first one answers after all had failed: the network is back', async () => {
    await lost();
    let waited = 0;
    for (; !alone.some((name) => node(name).liveness === 'active'); waited += 500) await clock.advance(500);
    await clock.advance(100);
    assert.ok(waited > 500, 'they were all in their pause');
    assert.ok(alone.every((name) => node(name).liveness === 'active'));
  });

  it('asks all at once when this machine has another network', async () => {
    await lost();
    network = 'eth0 192.0.2.7';
    await clock.advance(1_100);
    assert.ok(alone.every((name) => node(name).liveness === 'active'));
  });

  it('asks all at once when the user wants it', async () => {
    await lost();
    await monitor.refresh();
    assert.ok(alone.every((name) => node(name).liveness === 'active'));
  });

  it('counts no silence while this machine is still busy connecting to others', async () => {
    for (const name of alone) connections.node(name).behaviour = 'up';
    connections.node('n1').behaviour = 'busy';
    watch(fakeCluster(alone));
    await clock.advance(3 * 60_000);
    assert.equal(node('n1').liveness, 'unknown');
    assert.equal(node('n1').failure, undefined);
    connections.node('n1').behaviour = 'up';
    await clock.advance(5_000);
    assert.equal(node('n1').liveness, 'active');
  });

  it('takes a turn that does not come for no sign of life', async () => {
    watch(fakeCluster(alone));
    await clock.advance(10_000);
    connections.node('n1').behaviour = 'hangs';
    await clock.advance(90_000);
    assert.equal(node('n1').liveness, 'offline');
    connections.node('n1').behaviour = 'busy';
    await clock.advance(3 * 60_000);
    assert.equal(node('n1').liveness, 'offline');
  });

  it('stops at once in the middle of hanging questions, and says nothing afterwards', async () => {
    connections.node('n1').behaviour = 'hangs';
    connections.node('n2').answers.set('probe df', 'hangs');
    watch(fakeCluster(['n1', 'n2', 'n3']), fakeProbes([fakeProbe('df')]));
    await clock.advance(500);
    let told = 0;
    monitor.onState(() => told++);
    const refresh = monitor.refresh();
    monitor.stop();
    await refresh;
    await monitor.settled();
    assert.equal(clock.pending, 0);
    await clock.advance(HOUR);
    assert.equal(told, 0);
  });

  it('goes on from an earlier snapshot of the same machines after the file changed', async () => {
    watch(fakeCluster(['n1', 'n2']));
    await clock.advance(1_000);
    const previous = monitor.state;
    monitor.stop();
    connections.node('n1').behaviour = 'hangs';
    watch(fakeCluster(['n1', fakeNode('n2', { address: '10.9.9.9' })]), fakeProbes(), { previous });
    assert.equal(node('n1').liveness, 'active');
    assert.equal(node('n1').reading?.load, 0.5);
    assert.equal(node('n2').liveness, 'unknown', 'another address is another machine');
  });

  it('keeps a silent node silent over a change of the file, and never says that it answered', async () => {
    for (const silentFor of [30_000, 90_000]) {
      connections.node('n1').behaviour = 'up';
      watch(fakeCluster(['n1', 'n2', 'n3']));
      await clock.advance(10_000);
      connections.node('n1').behaviour = 'hangs';
      await clock.advance(silentFor);
      const before = monitor.state;
      const { liveness, since, reason } = node('n1');
      assert.equal(liveness, silentFor === 30_000 ? 'inactive' : 'offline');
      monitor.stop();
      watch(fakeCluster(['n1', 'n2', 'n3', 'n4']), fakeProbes(), { previous: before });
      for (let second = 0; second < 10; second++) {
        assert.deepEqual(
          [node('n1').liveness, node('n1').since, node('n1').reason],
          [liveness, since, reason],
        );
        await clock.advance(1_000);
      }
      monitor.stop();
    }
  });

  it('counts no silence for the time in which nobody watched', async () => {
    watch(fakeCluster(['n1', 'n2', 'n3']));
    await clock.advance(10_000);
    connections.node('n1').behaviour = 'hangs';
    await clock.advance(30_000);
    const previous = monitor.state;
    monitor.stop();
    clock.jump(2 * HOUR);
    watch(fakeCluster(['n1', 'n2', 'n3']), fakeProbes(), { previous });
    await clock.advance(20_000);
    assert.equal(node('n1').liveness, 'inactive');
    await clock.advance(20_000);
    assert.equal(node('n1').liveness, 'offline', 'it was asked for a minute without an answer');
  });

  it('8: dates a fact by its question, though other nodes’ answers come later and after the node’s death', async () => {
    for (const pace of ['visible', 'hidden'] as const) {
      let askedAt = 0;
      connections.node('n1').behaviour = 'up';
      connections.node('n1').answers.set('probe master', () => {
        askedAt = clock.now();
        return said(`version at ${askedAt}`);
      });
      const master = fakeProbe('master', {
        everyBeats: 2,
        script: (_cluster, { name }) => (name === 'n1' ? 'probe master' : undefined),
      });
      const combine: Probes['combine'] = (_cluster, heard) => {
        const { facts, factsAt } = heard.get('n1') ?? {};
        return {
          primary: [],
          mirrors: [],
          rebuild: [],
          ...(facts && { facts }),
          ...(factsAt && { factsAt }),
        };
      };
      watch(fakeCluster(['n1', 'n2', 'n3']), fakeProbes([master, fakeProbe('each')], combine));
      monitor.setPace(pace);
      for (let second = 0; second < 240; second++) {
        if (second === 150) connections.node('n1').behaviour = 'hangs';
        await clock.advance(1_000);
        const { facts, factsAt } = monitor.state.reading ?? {};
        if (facts?.['master'] === undefined) continue;
        assert.equal(facts['master'], `version at ${factsAt?.['master'] ?? 0}`);
      }
      monitor.stop();
    }
  });

  it('writes who reached whom and who was heard, and a later monitor believes the record', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'standby-monitor-'));
    try {
      const historyStore = new HistoryStore(folder);
      watch(fakeCluster(['n1', 'n2']), fakeProbes(), { historyStore });
      await clock.advance(9_000);
      monitor.stop();
      await monitor.settled();
      const history = await historyStore.read('media');
      assert.deepEqual(Object.keys(history.heard ?? {}), ['n1', 'n2']);
      assert.ok(history.reached['n2']?.['n1'] !== undefined);

      connections.node('n1').behaviour = 'hangs';
      connections.node('n2').reaches.set('10.0.0.1', 'unreachable');
      watch(fakeCluster(['n1', 'n2']), fakeProbes(), { historyStore });
      await new Promise((resolve) => setTimeout(resolve, 50));
      await clock.advance(20_000);
      // n2 is the only other chunkserver: without the record its word would not count.
      assert.equal(node('n1').verdict, 'down');
      monitor.stop();
      await monitor.settled();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('measures a rebuild from successive answers', async () => {
    let remaining = 100;
    const probes = fakeProbes(
      [fakeProbe('chunks', { read: () => ({ facts: { remaining: (remaining -= 10) } }) })],
      (_, heard) => ({
        primary: [],
        mirrors: [],
        rebuild: [
          { what: 'chunks', unit: 'chunks', remaining: Number(heard.get('n1')?.facts?.['remaining']) },
        ],
      }),
    );
    watch(fakeCluster(['n1']), probes);
    await clock.advance(21_000);
    const row = monitor.state.rebuild[0];
    assert.equal(row?.remaining, 50);
    assert.equal(row.peak, 90);
    assert.equal(row.state, 'rebuilding');
    assert.ok(Math.abs((row.ratePerSecond ?? 0) - 2) < 0.1, String(row.ratePerSecond));
    assert.ok(Math.abs((row.etaSeconds ?? 0) - 25) <= 1, String(row.etaSeconds));
  });
});
