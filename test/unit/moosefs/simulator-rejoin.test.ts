import assert from 'node:assert/strict';
import type { Plan, PlanRequest, ScriptCheck } from '../../../src/failover/plan';
import type { SurveyAnswer } from '../../../src/failover/planner';
import { emptyHistory } from '../../../src/heartbeat/history';
import { SshError } from '../../../src/ssh/error';
import { moosefsPlanners } from '../../../src/systems/moosefs/planners';
import { MoosefsSimulator } from '../../../src/systems/moosefs/simulator';
import { layout } from '../../../src/systems/moosefs/simulator-layout';
import { readSurvey } from '../../../src/systems/moosefs/survey';
import { runSimulated } from './run-simulated';

const begin = Date.UTC(2026, 10, 21, 20, 0, 0);
const cluster = layout({
  ports: new Map(),
  consoles: new Map(['m1', 'm2', 'm3'].map((name) => [name, `power ${name}`])),
});

describe('rejoin and write-image on the simulated cluster', () => {
  let simulator: MoosefsSimulator;
  beforeEach(() => (simulator = new MoosefsSimulator(begin)));

  const run = (node: string, script: string, forMs?: number) => runSimulated(simulator, node, script, forMs);

  async function planned(request: PlanRequest): Promise<Plan> {
    const planner = moosefsPlanners.find((each) => each.kind === request.kind);
    assert.ok(planner);
    const answers = new Map<string, SurveyAnswer>();
    const silent = new Map<string, object>();
    for (const node of planner.surveyed(cluster)) {
      const { name } = node;
      if (simulator.isUp(name)) {
        answers.set(name, { result: await run(name, planner.surveyScript(cluster, node)) });
        continue;
      }
      answers.set(name, { error: new SshError('timeout', name, 'no answer') });
      const console = { off: true, output: 'Chassis Power is off' };
      silent.set(name, { node: name, reachedBy: [], notReachedBy: ['cs1'], console });
    }
    const history = emptyHistory(cluster.name);
    return planner.plan({
      cluster,
      request,
      now: begin,
      history,
      answers,
      silent: silent as never,
      offline: false,
    });
  }

  async function carryOut(plan: Plan): Promise<void> {
    assert.equal(plan.refused, undefined);
    const holds = async (check: ScriptCheck) => check.judge(await run(check.node, check.script));
    for (const step of plan.steps) {
      const done = await Promise.all(step.doneWhen.map(holds));
      if (done.length > 0 && done.every((each) => each.holds)) continue;
      for (const check of step.checks) {
        if (check.type !== 'script') continue;
        const judged = await holds(check);
        assert.ok(judged.holds, `${step.id}: ${check.title}: ${judged.detail}`);
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

  async function failOver(): Promise<void> {
    simulator.advance(10_000);
    simulator.powerOff('m1');
    simulator.advance(10_000);
    await carryOut(await planned({ kind: 'failover' }));
  }

  async function surveyOf(node: string) {
    const planner = moosefsPlanners.find(({ kind }) => kind === 'failover');
    const found = cluster.nodes.find(({ name }) => name === node);
    assert.ok(planner && found);
    return readSurvey((await run(node, planner.surveyScript(cluster, found))).stdout);
  }

  it('lets the old master come back as a metalogger that could be promoted, and gives the skew back', async () => {
    await failOver();
    assert.match((await planned({ kind: 'rejoin', target: 'm1' })).refused ?? '', /m1 does not answer/);
    simulator.powerOn('m1');
    simulator.advance(10_000);
    const plan = await planned({ kind: 'rejoin', target: 'm1' });
    assert.deepEqual(
      plan.steps.map(({ id }) => id),
      ['write-image', 'return-m1', 'common-skew'],
    );
    await carryOut(plan);
    const [m1, m2] = [await surveyOf('m1'), await surveyOf('m2')];
    assert.equal(m2.liveVersion !== undefined, true);
    assert.deepEqual([m1.ucarps[0]?.skew, m2.ucarps[0]?.skew], [50, 50]);
    assert.ok(m1.images.some(({ name }) => name.startsWith('metadata_ml')));
    assert.match((await planned({ kind: 'rejoin', target: 'm1' })).nothingToDo ?? '', /m1 follows m2/);
  });

  it('survives a second failover, back to the node that has rejoined', async () => {
    await failOver();
    simulator.powerOn('m1');
    simulator.advance(10_000);
    await carryOut(await planned({ kind: 'rejoin', target: 'm1' }));
    simulator.advance(10_000);
    simulator.powerOff('m2');
    simulator.advance(10_000);
    const plan = await planned({ kind: 'failover' });
    assert.equal(plan.to, 'm1');
    await carryOut(plan);
    assert.notEqual((await surveyOf('m1')).liveVersion, undefined);
  });

  it('writes an image where there is none, once', async () => {
    await failOver();
    const plan = await planned({ kind: 'write-image' });
    assert.equal(plan.steps.find(({ id }) => id === 'write-image')?.done, undefined);
    await carryOut(plan);
    assert.ok(
      (await surveyOf('m2')).images.some(({ name, header }) => name === 'metadata.mfs.back' && header),
    );
    const again = await planned({ kind: 'write-image' });
    assert.equal(again.steps.find(({ id }) => id === 'write-image')?.done, true);
  });
});
