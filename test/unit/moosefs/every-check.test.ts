import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Approvals } from '../../../src/failover/approval';
import { Consoles } from '../../../src/failover/console';
import { EvidenceReader } from '../../../src/failover/evidence';
import type { Check, Plan, Step } from '../../../src/failover/plan';
import { run } from '../../../src/failover/runner';
import { moosefsPlanners } from '../../../src/systems/moosefs/planners';
import {
  answer,
  failure,
  FakeConnections,
  JumpingClock,
  MemoryJournal,
  MemoryLock,
  operator,
} from '../failover/fakes';
import { cluster, input, silence, type CandidateFacts, type World } from './plan-fixtures';

const live: CandidateFacts = {
  live: 1460,
  holdsAddress: true,
  processes: ['mfsmaster 48 S'],
  testSays: 'mfsmaster pid: 48',
};
const died: CandidateFacts = { holdsAddress: true, ownLogs: [[1, 1459, 1795295541]] };
const situations: readonly [title: string, kind: string, world: World, request: object][] = [
  ['failover after a crash', 'failover', { m1: silence, m2: { holdsAddress: true } }, {}],
  [
    'failover, stale survivors',
    'failover',
    { m1: silence, m2: { logs: [[2, 900, 1795290000]] }, m3: { logs: [[2, 900, 1795290000]] } },
    {},
  ],
  ['planned switch', 'failover', { m1: live }, { to: 'm2' }],
  [
    'address back',
    'failover',
    { m1: { ...live, holdsAddress: false }, m2: { holdsAddress: true, ucarps: [1] } },
    {},
  ],
  ['what was left', 'failover', { m1: live, m2: { ucarps: [1], scratchLeft: true, processes: [] } }, {}],
  ['restart-master', 'restart-master', { m1: died, m3: silence }, {}],
  ['rejoin', 'rejoin', { m1: { ucarps: [1], processes: [] }, m2: live }, { target: 'm1' }],
  ['write-image', 'write-image', { m1: live }, {}],
];

/** Everything holds but, perhaps, one check; no step has happened yet. */
function staged(plan: Plan, failing?: { readonly step: Step; readonly check: Check }): Plan {
  const check = (of: Step, each: Check): Check => {
    if (each.type === 'gone') return each;
    // Steps share checks: it fails in this step only.
    const holds = of !== failing?.step || each !== failing.check;
    return { ...each, judge: () => ({ holds, detail: 'staged' }) };
  };
  const step = (each: Step): Step => ({
    ...each,
    checks: each.checks.map((one) => check(each, one)),
    verify: each.verify.map((verify) => ({ ...verify, judge: () => ({ holds: true, detail: 'well' }) })),
    doneWhen: [],
    ...(each.undo && { undo: [] }),
  });
  return { ...plan, steps: plan.steps.map(step) };
}

describe('safety 6: each failed check of every step of every plan stops it', () => {
  let dir: string;
  before(() => (dir = mkdtempSync(join(tmpdir(), 'standby-every-check-'))));
  after(() => rmSync(dir, { recursive: true, force: true }));

  /** The ids of the steps whose command was started, in order. */
  async function ran(plan: Plan, consoleSays: () => string): Promise<{ outcome: string; started: string[] }> {
    const clock = new JumpingClock();
    const consoles = new Consoles('media', new Approvals(dir), clock, () =>
      Promise.resolve({ exitCode: 0, output: consoleSays() }),
    );
    const ids = new Set(plan.steps.map(({ id }) => id));
    const alive = {
      exec: () => answer(),
      reach: () => 'unreachable' as const,
    };
    const silent = new Set(
      plan.steps.flatMap(({ checks }) => checks.flatMap((each) => (each.type === 'gone' ? [each.node] : []))),
    );
    const nodes = Object.fromEntries(
      cluster.nodes.map(({ name }) => [
        name,
        silent.has(name) ? { exec: () => Promise.reject(failure('timeout', name)) } : alive,
      ]),
    );
    const connections = new FakeConnections(nodes);
    const journal = new MemoryJournal();
    const { outcome } = await run(plan, {
      run: 'r1',
      cluster,
      connections,
      operator: operator({}, ['m1', 'm2', 'm3']),
      journal,
      clock,
      consoles,
      lock: new MemoryLock(),
      signal: new AbortController().signal,
      evidence: new EvidenceReader({ cluster, connections, consoles, clock, history: { consoles: {} } }),
    });
    const started = journal.events.flatMap((event) => (event.type === 'command-started' ? [event.step] : []));
    return { outcome, started: started.filter((id) => ids.has(id)) };
  }

  for (const [title, kind, world, request] of situations) {
    it(title, async function () {
      this.timeout(30_000);
      const planner = moosefsPlanners.find((each) => each.kind === kind);
      assert.ok(planner);
      const plan = planner.plan(input(world, { kind, ...request }));
      assert.equal(plan.refused, undefined);
      const checks = plan.steps.flatMap((step, index) => step.checks.map((check) => ({ index, check })));
      const all = await ran(staged(plan), () => 'off');
      assert.equal(all.outcome, 'succeeded');
      const commandsOf = (steps: readonly Step[]) =>
        steps.flatMap(({ id, script }) => (script === '' ? [] : [id]));
      assert.deepEqual(all.started, commandsOf(plan.steps));
      for (const { index, check } of checks) {
        if (check.type === 'gone') continue;
        const stopped = plan.steps[index];
        assert.ok(stopped);
        const { outcome, started } = await ran(staged(plan, { step: stopped, check }), () => 'off');
        const which = `${stopped.id}: ${check.title}`;
        assert.equal(outcome, stopped.optional ? 'succeeded' : 'failed', which);
        const expected = stopped.optional
          ? plan.steps.filter((step) => step !== stopped)
          : plan.steps.slice(0, index);
        assert.deepEqual(started, commandsOf(expected), which);
      }
      // The consoles: off for the first looks, on for the one that a later step takes.
      const gone = checks.filter(({ check }) => check.type === 'gone');
      const last = gone.at(-1);
      if (!last) return;
      let readings = 0;
      const firsts = new Set(
        gone.flatMap(({ check }) => (check.type === 'gone' && check.first ? [check.node] : [])),
      ).size;
      const { outcome, started } = await ran(staged(plan), () => (readings++ < firsts ? 'off' : 'on'));
      assert.equal(outcome, 'failed');
      const stops = plan.steps.findIndex(({ checks: of }) =>
        of.some((each) => each.type === 'gone' && !each.first),
      );
      if (stops >= 0) assert.deepEqual(started, commandsOf(plan.steps.slice(0, stops)));
    });
  }
});
