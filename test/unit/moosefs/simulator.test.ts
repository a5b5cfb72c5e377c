import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { ScriptCheck } from '../../../src/failover/plan';
import type { PlanInput, SurveyAnswer } from '../../../src/failover/planner';
import { emptyHistory, type ClusterHistory } from '../../../src/heartbeat/history';
import type { NodeReading } from '../../../src/heartbeat/probe';
import { mergeReadings } from '../../../src/heartbeat/reading';
import { beatScript, readBeat } from '../../../src/heartbeat/beat';
import { SshError } from '../../../src/ssh/error';
import { moosefsPlanners } from '../../../src/systems/moosefs/planners';
import { moosefsProbes } from '../../../src/systems/moosefs/probes';
import { MoosefsSimulator } from '../../../src/systems/moosefs/simulator';
import { layout } from '../../../src/systems/moosefs/simulator-layout';
import { runSimulated } from './run-simulated';

const begin = Date.UTC(2026, 10, 21, 20, 0, 0);
const place = {
  ports: new Map<string, number>(),
  consoles: new Map(['m1', 'm2', 'm3'].map((name) => [name, `power ${name}`])),
};
const cluster = layout(place);

describe('the simulated MooseFS cluster', () => {
  let simulator: MoosefsSimulator;
  beforeEach(() => (simulator = new MoosefsSimulator(begin)));

  const run = (node: string, script: string, forMs?: number) => runSimulated(simulator, node, script, forMs);

  async function look() {
    const heard = new Map<string, NodeReading>();
    for (const node of cluster.nodes.filter(({ name }) => simulator.isUp(name))) {
      const readings: NodeReading[] = [readBeat((await run(node.name, beatScript)).stdout)];
      for (const probe of moosefsProbes.node) {
        const script = probe.script(cluster, node);
        if (script !== undefined) readings.push(probe.read(await run(node.name, script), cluster, node));
      }
      heard.set(node.name, mergeReadings(readings));
    }
    const reading = moosefsProbes.combine(cluster, heard, { at: 0 });
    assert.ok(reading);
    const [row] = reading.rebuild;
    return { reading, heard, remaining: row?.remaining, atRisk: row?.atRisk, total: row?.total };
  }

  async function holders(): Promise<string[]> {
    const found: string[] = [];
    for (const node of ['m1', 'm2', 'm3'].filter((name) => simulator.isUp(name)))
      if ((await run(node, 'ip addr')).stdout.includes('127.0.0.99/24')) found.push(node);
    return found;
  }

  it('answers every probe of every node, and all is well at first', async () => {
    const { reading, heard, remaining, total } = await look();
    assert.deepEqual(reading.primary, [{ what: 'master', node: 'm1' }]);
    assert.deepEqual([remaining, total], [0, 280]);
    assert.equal(heard.size, 9);
    for (const [name, { services }] of heard) {
      const stopped = services?.filter(({ state }) => state !== 'running').map((service) => service.name);
      assert.deepEqual(stopped, name === 'm2' || name === 'm3' ? ['mfsmaster'] : [], name);
    }
    assert.equal(Object.keys(reading.disks ?? {}).length, 5);
    assert.deepEqual(reading.facts?.['skews'], { m1: 50, m2: 50, m3: 50 });
    assert.deepEqual(await holders(), ['m1']);
  });

  it('drops the copies of a dead chunkserver, mends them in 60 to 90 s, and deletes the surplus when it returns', async () => {
    const share = (await look()).reading.disks?.['cs3'];
    simulator.powerOff('cs3');
    assert.equal((await look()).remaining, 0, 'the master has not noticed yet');
    simulator.advance(6_000);
    const lost = await look();
    assert.ok((lost.remaining ?? 0) > 100 && lost.atRisk === lost.remaining);
    assert.equal(lost.reading.rebuild.length, 1, 'no chunk is missing');
    assert.deepEqual((lost.reading.facts?.['chunkservers'] as { disconnected: string[] }).disconnected, [
      'cs3',
    ]);
    simulator.advance(20_000);
    const later = (await look()).remaining ?? 0;
    assert.ok(later > 50 && later < (lost.remaining ?? 0) - 20, `visible progress, ${later} left`);
    let seconds = 26;
    for (; ((await look()).remaining ?? 0) > 0 && seconds < 120; seconds += 2) simulator.advance(2_000);
    assert.ok(seconds >= 60 && seconds <= 90, `mended after ${seconds} s`);
    simulator.powerOn('cs3');
    simulator.advance(3_000);
    const back = await look();
    assert.match(back.reading.rebuild[0]?.note ?? '', /surplus/);
    simulator.advance(60_000);
    const quiet = await look();
    assert.deepEqual([quiet.remaining, quiet.reading.rebuild[0]?.note], [0, undefined]);
    assert.ok((quiet.reading.disks?.['cs3']?.[0]?.used ?? 0n) > 0n && share);
  });

  it('loses chunks when two chunkservers die at once, and finds them again', async () => {
    simulator.powerOff('cs1');
    simulator.powerOff('cs2');
    simulator.advance(6_000);
    const rows = (await look()).reading.rebuild;
    assert.deepEqual(
      rows.map(({ what, remaining }) => [what, remaining]),
      [
        ['under-goal chunks', rows[0]?.remaining],
        ['missing chunks', 28],
      ],
    );
    simulator.powerOn('cs1');
    simulator.advance(3_000);
    assert.equal((await look()).reading.rebuild.length, 1);
  });

  it('moves the address of a dead master after 3 s, and nobody promotes the new holder', async () => {
    simulator.powerOff('m1');
    simulator.advance(1_000);
    assert.deepEqual(await holders(), []);
    simulator.advance(3_000);
    assert.deepEqual(await holders(), ['m2']);
    simulator.advance(60_000);
    assert.deepEqual((await look()).reading.primary, []);
  });

  it('leaves the address where it is when only the process of the master dies', async () => {
    assert.match(simulator.actions[0]?.act('m1') ?? '', /killed/);
    simulator.advance(60_000);
    assert.deepEqual(await holders(), ['m1']);
    assert.equal((await run('m1', 'mfsmaster test')).exitCode, 1);
  });

  it('does not do what a command was about to do when the power went', async () => {
    simulator.actions[0]?.act('m1');
    const restart = await planned('restart-master');
    const step = restart.steps.find(({ id }) => id === 'restart-master');
    assert.ok(step);
    let ended = false;
    void simulator.run('m1', step.script, () => {}).then(() => (ended = true));
    simulator.powerOff('m1');
    simulator.advance(500);
    simulator.powerOn('m1');
    simulator.advance(30_000);
    await setImmediate();
    assert.equal(ended, false);
    assert.deepEqual((await look()).reading.primary, []);
  });

  it('says that it does not know a command, as a shell would', async () => {
    const result = await run('cs1', 'rm -rf /');
    assert.equal(result.exitCode, 127);
    assert.match(result.stderr, /rm: not found/);
  });

  /** What Standby would remember of the cluster after one look. */
  async function remembered(): Promise<ClusterHistory> {
    const { reading } = await look();
    const at = begin;
    return {
      ...emptyHistory(cluster.name),
      primary: { master: { node: reading.primary[0]?.node ?? '', at } },
      facts: Object.fromEntries(
        Object.entries(reading.facts ?? {}).map(([key, value]) => [key, { value, at }]),
      ),
    };
  }

  async function planned(kind: string, history: ClusterHistory = emptyHistory(cluster.name)) {
    const planner = moosefsPlanners.find((each) => each.kind === kind);
    assert.ok(planner);
    const answers = new Map<string, SurveyAnswer>();
    const silent = new Map<string, NonNullable<ReturnType<PlanInput['silent']['get']>>>();
    for (const node of planner.surveyed(cluster)) {
      if (simulator.isUp(node.name)) {
        answers.set(node.name, { result: await run(node.name, planner.surveyScript(cluster, node)) });
        continue;
      }
      answers.set(node.name, { error: new SshError('timeout', node.name, 'no answer') });
      silent.set(node.name, {
        node: node.name,
        reachedBy: [],
        notReachedBy: ['cs1'],
        console: { off: true, output: 'Chassis Power is off' },
      });
    }
    const request = { kind };
    return planner.plan({ cluster, request, now: begin, history, answers, silent, offline: false });
  }

  /** Carries a plan out, with the checks of its steps; proofs by a console count as given. */
  async function carryOut(plan: Awaited<ReturnType<typeof planned>>) {
    assert.equal(plan.refused, undefined);
    assert.ok(plan.steps.length > 0);
    const holds = async (check: ScriptCheck) => check.judge(await run(check.node, check.script));
    for (const step of plan.steps) {
      for (const check of step.checks)
        if (check.type === 'script') {
          const { holds: fine, detail } = await holds(check);
          assert.ok(fine, `${step.id}: ${check.title}: ${detail}`);
        }
      if (step.script !== '') {
        const { exitCode, stderr } = await run(step.node, step.script);
        assert.equal(exitCode, 0, `${step.id}: ${stderr}`);
      }
      for (const check of step.verify) {
        let judged = await holds(check);
        for (let waited = 0; !judged.holds && waited < step.verifyForMs; waited += 1_000) {
          simulator.advance(1_000);
          judged = await holds(check);
        }
        assert.ok(judged.holds, `${step.id}: ${check.title}: ${judged.detail}`);
      }
    }
  }

  it('lets the real failover plan make another candidate the master, and loses no change', async () => {
    simulator.advance(30_000);
    const history = await remembered();
    simulator.powerOff('m1');
    simulator.advance(10_000);
    const plan = await planned('failover', history);
    assert.ok(!plan.steps.some(({ danger }) => danger === 'data-loss'), plan.notes.join(' '));
    await carryOut(plan);
    const { reading, remaining } = await look();
    assert.deepEqual(reading.primary, [{ what: 'master', node: 'm2' }]);
    assert.equal(remaining, 0);
    assert.deepEqual(reading.facts?.['skews'], { m2: 1, m3: 50 });
    const seen = history.facts['metadata']?.value as { version: number };
    assert.ok((reading.facts?.['metadata'] as { version: number }).version >= seen.version);

    simulator.powerOn('m1');
    simulator.advance(20_000);
    assert.deepEqual(await holders(), ['m2'], 'the stale master does not win the address back');
    assert.deepEqual((await look()).reading.primary, [{ what: 'master', node: 'm2' }]);
  });

  it('lets the real restart plan bring a dead process back', async () => {
    const history = await remembered();
    simulator.actions[0]?.act('m1');
    simulator.advance(5_000);
    assert.match((await planned('failover', history)).refused ?? '', /restart-master/);
    await carryOut(await planned('restart-master', history));
    assert.deepEqual((await look()).reading.primary, [{ what: 'master', node: 'm1' }]);
  });
});
