import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Approvals } from '../../../src/failover/approval';
import { Consoles } from '../../../src/failover/console';
import { EvidenceReader } from '../../../src/failover/evidence';
import type { Operator } from '../../../src/failover/operator';
import type { Step } from '../../../src/failover/plan';
import { run } from '../../../src/failover/runner';
import type { ExecOptions, ExecResult } from '../../../src/ssh/connection';
import * as fakes from './fakes';

const { answer, check, failure, node, plan, step } = fakes;

describe('Ctrl-C in the middle of a run', () => {
  let dir: string;
  let first: AbortController;
  let second: AbortController;
  let journal: fakes.MemoryJournal;
  let connections: fakes.FakeConnections;
  /** What the command of step b does. */
  let commandB: (options: ExecOptions) => ExecResult | Promise<ExecResult>;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'standby-interrupt-'));
    first = new AbortController();
    second = new AbortController();
    journal = new fakes.MemoryJournal();
    commandB = () => answer();
    connections = new fakes.FakeConnections({
      m2: { exec: (script, options) => (script === 'run b' ? commandB(options) : answer()) },
    });
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  async function go(steps: readonly Step[], operator: Partial<Operator> = {}) {
    const cluster = fakes.cluster([node('m1'), node('m2')]);
    const clock = new fakes.JumpingClock();
    const consoles = new Consoles('c1', new Approvals(dir), clock, () =>
      Promise.resolve({ exitCode: 0, output: 'off' }),
    );
    return run(plan(steps), {
      run: 'r1',
      cluster,
      connections,
      operator: fakes.operator({ unattended: false, ...operator }),
      journal,
      clock,
      consoles,
      lock: new fakes.MemoryLock(),
      signal: first.signal,
      insisted: second.signal,
      evidence: new EvidenceReader({ cluster, connections, consoles, clock, history: { consoles: {} } }),
    });
  }
  const steps = (b: Partial<Step> = {}) => [
    step('a', { undo: [step('undo-a')] }),
    step('b', { undo: [step('undo-b')], ...b }),
    step('c'),
  ];
  const ran = () =>
    connections.asked.map(({ script }) => script).filter((script) => script.startsWith('run '));

  it('at a prompt: what happened is taken back', async () => {
    const summary = await go(steps(), {
      decide: ({ step: { id } }, signal) => {
        if (id !== 'b') return Promise.resolve({ act: 'continue' });
        first.abort(new Error('Ctrl-C'));
        signal.throwIfAborted();
        return Promise.reject(new Error('the prompt goes on'));
      },
    });
    assert.equal(summary.outcome, 'aborted');
    assert.deepEqual(ran(), ['run a', 'run undo-a']);
    assert.match(summary.next.join(' '), /What was done before was taken back/);
  });

  it('safety 16: a command that runs is waited for, so that what is taken back is known', async () => {
    let wasCut = true;
    commandB = async ({ signal }) => {
      first.abort(new Error('Ctrl-C'));
      await fakes.settled();
      wasCut = signal?.aborted === true;
      return answer();
    };
    const summary = await go(steps());
    assert.deepEqual([summary.outcome, wasCut], ['aborted', false]);
    assert.deepEqual(ran(), ['run a', 'run b', 'run undo-b', 'run undo-a']);
    const told = journal.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    assert.match(told[0] ?? '', /is waited for.*Ctrl-C again ends the run at once/);
  });

  it('twice: the command is cut off, its outcome unknown, and nothing is taken back', async () => {
    commandB = ({ signal }) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(failure('aborted', 'm2')), { once: true });
        first.abort(new Error('Ctrl-C'));
        setImmediate(() => second.abort(new Error('Ctrl-C')));
      });
    const summary = await go(steps());
    assert.equal(summary.outcome, 'aborted');
    assert.deepEqual(ran(), ['run a', 'run b']);
    assert.match(summary.message, /it may go on there/);
    assert.match(summary.next.join(' '), /Not taken back: Step undo-b; Step undo-a.*--resume r1/);
  });

  it('safety 16: nothing is taken back once the final command has begun', async () => {
    commandB = () => (first.abort(new Error('Ctrl-C')), answer());
    const summary = await go(steps({ final: true, verify: [check('v')] }));
    assert.equal(summary.outcome, 'aborted');
    assert.deepEqual(ran(), ['run a', 'run b']);
    assert.match(summary.next.join(' '), /Not taken back/);
  });

  it('on the way back, by a second one: it ends there and says what is left', async () => {
    const summary = await go(steps(), {
      decide: ({ step: { id } }, signal) => {
        if (id === 'b') first.abort(new Error('Ctrl-C'));
        if (id === 'undo-a') second.abort(new Error('Ctrl-C'));
        signal.throwIfAborted();
        return Promise.resolve({ act: 'continue' });
      },
    });
    assert.deepEqual([summary.outcome, ran()], ['aborted', ['run a']]);
    assert.match(summary.next.join(' '), /Not taken back .*Step undo-a/);
  });
});
