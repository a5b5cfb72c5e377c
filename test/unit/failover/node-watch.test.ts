import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Approvals } from '../../../src/failover/approval';
import { Consoles } from '../../../src/failover/console';
import type { Decision } from '../../../src/failover/events';
import { EvidenceReader } from '../../../src/failover/evidence';
import type { Question } from '../../../src/failover/operator';
import { run } from '../../../src/failover/runner';
import type { Step } from '../../../src/failover/plan';
import type { ExecOptions, Reach } from '../../../src/ssh/connection';
import * as fakes from './fakes';

const { answer, check, failure, node, plan, step } = fakes;

/** What a node that lost its power does: nothing, until whoever asked gives up. */
const silence = (_: string, { signal }: ExecOptions) =>
  new Promise<never>((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(failure('aborted', 'm2')), { once: true });
  });

describe('a node that is lost in the middle of a step', () => {
  let dir: string;
  let clock: fakes.JumpingClock;
  let journal: fakes.MemoryJournal;
  let connections: fakes.FakeConnections;
  /** What m3 says when it dials m2; it reaches everybody else. */
  let reachesM2: () => Reach;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'standby-lost-'));
    clock = new fakes.JumpingClock();
    journal = new fakes.MemoryJournal();
    reachesM2 = () => 'unreachable';
    connections = new fakes.FakeConnections({
      m2: { exec: () => answer() },
      m3: {
        exec: () => answer(),
        reach: (host) => (host === 'm2.example' ? reachesM2() : 'open'),
      },
    });
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  async function go(steps: readonly Step[], operator = fakes.operator()) {
    const cluster = fakes.cluster([node('m1'), node('m2'), node('m3')]);
    const consoles = new Consoles('c1', new Approvals(dir), clock, () =>
      Promise.resolve({ exitCode: 0, output: 'off' }),
    );
    const startedAt = clock.now();
    const summary = await run(plan(steps), {
      run: 'r1',
      cluster,
      connections,
      operator,
      journal,
      clock,
      consoles,
      lock: new fakes.MemoryLock(),
      signal: new AbortController().signal,
      evidence: new EvidenceReader({ cluster, connections, consoles, clock, history: { consoles: {} } }),
    });
    return { summary, seconds: (clock.now() - startedAt) / 1000 };
  }
  const dies = () => (connections.nodes['m2'] = { exec: silence });
  const ran = () =>
    connections.asked.map(({ script }) => script).filter((script) => script.startsWith('run '));

  it('ends a command long before its deadline; its outcome stays unknown (safety 16)', async () => {
    dies();
    const { summary, seconds } = await go([step('a', { timeoutMs: 600_000, verify: [check('v')] })]);
    assert.equal(summary.outcome, 'failed');
    assert.ok(seconds >= 6 && seconds <= 15, `${seconds} s`);
    assert.match(summary.message, /Nobody knows yet.*m2 has not answered for \d+ s, and m3 cannot reach it/);
    assert.match(summary.next.join(' '), /Make a new plan \(failover\)/);
    assert.doesNotMatch(summary.next.join(' '), /--resume/);
    const ended = journal.events.find((event) => event.type === 'command-ended');
    assert.equal(ended?.outcome, 'unknown');
  });

  it('stays unknown also where the node is asked again whether the step has happened', async () => {
    connections.nodes['m2'] = {
      exec: (script, options) =>
        script === 'run a' ? (dies(), silence(script, options)) : answer('not yet', 1),
    };
    const { summary, seconds } = await go([
      step('a', { timeoutMs: 600_000, verify: [check('v')], doneWhen: [check('v')] }),
    ]);
    assert.ok(seconds <= 15, `${seconds} s`);
    assert.match(summary.message, /Nobody knows yet whether the command on m2 was completed/);
  });

  it('safety 16: a retry asks first whether the step has happened meanwhile', async () => {
    let isBack = false;
    connections.nodes['m2'] = {
      exec: (script, options) => {
        if (script === 'run a') return silence(script, options);
        if (script === ':') return silence(script, options);
        return answer(isBack ? 'there' : 'not yet', isBack ? 0 : 1);
      },
    };
    const decide = ({ about }: Question): Promise<Decision> => {
      isBack = about !== 'start';
      return Promise.resolve({ act: isBack ? 'retry' : 'continue' });
    };
    const { summary } = await go(
      [step('a', { timeoutMs: 600_000, doneWhen: [check('v')] })],
      fakes.operator({ unattended: false, decide }),
    );
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.deepEqual(ran(), ['run a'], 'it was repeated on a guess');
  });

  it('ends a verification long before its time is over', async () => {
    connections.nodes['m2'] = { exec: () => (dies(), answer()) };
    const { summary, seconds } = await go([step('a', { verify: [check('v')], verifyForMs: 60_000 })]);
    assert.equal(summary.outcome, 'failed');
    assert.ok(seconds >= 6 && seconds <= 15, `${seconds} s`);
    assert.match(summary.message, /m2 has not answered/);
  });

  it('also when each look fails at once, and counts its silence over them', async () => {
    let looks = 0;
    connections.nodes['m2'] = {
      exec: (script) => {
        if (script === 'run a') return answer();
        looks++;
        throw failure('unreachable', 'm2');
      },
    };
    const { summary, seconds } = await go([step('a', { verify: [check('v')], verifyForMs: 60_000 })]);
    assert.equal(summary.outcome, 'failed');
    assert.ok(seconds >= 6 && seconds <= 30 && looks > 2, `${seconds} s, ${looks} looks`);
    assert.match(summary.message, /m2 has not answered/);
  });

  for (const [why, said] of [
    ['a witness reaches', 'open'],
    ['lives, by a refused connection', 'refused'],
    ['nobody can tell anything about', 'forbidden'],
  ] as const) {
    it(`is not one that ${why}: its time is not cut short`, async () => {
      reachesM2 = () => said;
      connections.nodes['m2'] = {
        exec: (script) => {
          if (script === 'run a') return answer();
          throw failure('timeout', 'm2');
        },
      };
      const { summary, seconds } = await go([step('a', { verify: [check('v')], verifyForMs: 60_000 })]);
      assert.equal(summary.outcome, 'failed');
      assert.ok(seconds >= 60, `${seconds} s`);
    });
  }

  it('is not one that answers in the end, though the witnesses cannot reach it', async () => {
    let silentFor = 2;
    connections.nodes['m2'] = {
      exec: (script) => {
        if (script === 'run a') throw failure('closed', 'm2');
        if (script === 'check v')
          return silentFor-- > 0 ? Promise.reject(failure('timeout', 'm2')) : answer();
        return answer();
      },
    };
    const { summary } = await go([step('a', { verify: [check('v')], verifyForMs: 60_000 })]);
    assert.equal(summary.outcome, 'succeeded', summary.message);
  });

  it('is left out of the way back, which goes on elsewhere', async () => {
    connections.nodes['m2'] = {
      exec: (script, options) => (script === 'run c' ? (dies(), silence(script, options)) : answer()),
    };
    const { summary } = await go([
      step('a', { node: 'm3', undo: [step('undo-a', { node: 'm3' })] }),
      step('b', { undo: [step('undo-b')] }),
      step('c', { undo: [step('undo-c')] }),
    ]);
    assert.deepEqual(ran(), ['run a', 'run b', 'run c', 'run undo-a']);
    assert.match(summary.next.join(' '), /Left as it is on m2, which is lost: Step undo-c; Step undo-b/);
  });

  it('safety 16: nothing is taken back when it was lost in the final step', async () => {
    connections.nodes['m2'] = {
      exec: (script, options) => (script === 'run b' ? (dies(), silence(script, options)) : answer()),
    };
    const { summary } = await go([
      step('a', { node: 'm3', undo: [step('undo-a', { node: 'm3' })] }),
      step('b', { final: true }),
    ]);
    assert.deepEqual(ran(), ['run a', 'run b']);
    assert.match(summary.next.join(' '), /Not taken back: Step undo-a/);
  });
});
