import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Approvals } from '../../../src/failover/approval';
import { Consoles, type ProgramResult } from '../../../src/failover/console';
import type { Decision, StampedEvent } from '../../../src/failover/events';
import { EvidenceReader } from '../../../src/failover/evidence';
import { LockError } from '../../../src/failover/lock';
import type { Operator, Question } from '../../../src/failover/operator';
import type { Plan, Step } from '../../../src/failover/plan';
import { exitStatus, run } from '../../../src/failover/runner';
import type { Cluster } from '../../../src/cluster/cluster';
import type { ExecResult } from '../../../src/ssh/connection';
import type { SshFailure } from '../../../src/ssh/error';
import * as fakes from './fakes';

const { answer, check, failure, gone, node, plan, step } = fakes;

describe('runner', () => {
  let dir: string;
  let clock: fakes.JumpingClock;
  let journal: fakes.MemoryJournal;
  let lock: fakes.MemoryLock;
  let connections: fakes.FakeConnections;
  /** What a script on any living node answers, by the script. */
  let answers: Record<string, (() => ExecResult | Promise<ExecResult>) | undefined>;
  let consoleSays: () => string;
  let abort: AbortController;
  let cluster: Cluster;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'standby-runner-'));
    clock = new fakes.JumpingClock();
    journal = new fakes.MemoryJournal();
    lock = new fakes.MemoryLock();
    answers = {};
    consoleSays = () => 'off';
    abort = new AbortController();
    cluster = fakes.cluster([node('m1'), node('m2'), node('m3')]);
    const living: fakes.FakeNode = {
      exec: (script) => answers[script]?.() ?? answer(),
      reach: () => 'unreachable',
    };
    connections = new fakes.FakeConnections({ m2: living, m3: living });
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  async function go(
    thePlan: Plan,
    operator: Operator = fakes.operator({}, ['m1']),
    console: () => ProgramResult = () => ({ exitCode: 0, output: consoleSays() }),
    resumed = false,
  ) {
    const consoles = new Consoles('c1', new Approvals(dir), clock, () => Promise.resolve(console()));
    const summary = await run(thePlan, {
      run: 'r1',
      resumed,
      cluster,
      connections,
      operator,
      journal,
      clock,
      consoles,
      lock,
      signal: abort.signal,
      evidence: new EvidenceReader({ cluster, connections, consoles, clock, history: { consoles: {} } }),
    });
    assert.equal(journal.closed, 1, 'the journal was not closed');
    assert.equal(lock.held, false, 'the lock was not given back');
    assert.equal(journal.events.at(-1)?.type, 'run-ended');
    return summary;
  }
  const ran = () =>
    connections.asked.map(({ script }) => script).filter((script) => script.startsWith('run '));
  const failing = () => answer('no', 1);

  /** A plan with every kind of check at several places. */
  const bigPlan = (): Plan =>
    plan([
      step('a', { checks: [check('a1'), check('a2', { node: 'm3' })], verify: [check('av')] }),
      step('b', {
        checks: [check('b1'), gone(), check('b2')],
        danger: 'disruptive',
        verify: [check('bv'), check('bw')],
      }),
      step('c', {
        checks: [gone({ node: 'm0', title: 'm0 is off', console: 'console m0' }), gone()],
        verify: [check('cv')],
      }),
      step('d', { checks: [check('d1')], script: '', verify: [check('dv')] }),
      step('e', { checks: [check('e1')], optional: true }),
    ]);

  it('runs every step in order and ends well', async () => {
    const summary = await go(bigPlan(), fakes.operator({}, ['m1', 'm0']));
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.deepEqual(ran(), ['run a', 'run b', 'run c', 'run e']);
    assert.equal(exitStatus(summary), 0);
  });

  describe('safety 6: each failed check prevents the script of its step, whatever the operator does', () => {
    const decide = (wishes: Decision[]) => {
      const left = [...wishes];
      return (question: Question): Promise<Decision> => {
        if (question.about === 'start') return Promise.resolve({ act: 'continue' });
        const wish = left.shift() ?? { act: 'abort' };
        return Promise.resolve(question.allowed.includes(wish.act) ? wish : { act: 'abort' });
      };
    };
    const behaviours: [string, Decision[]][] = [
      ['aborts', []],
      ['retries twice', [{ act: 'retry' }, { act: 'retry' }]],
      ['skips', [{ act: 'skip', reason: 'because' }]],
    ];
    for (const [index, { id, checks }] of bigPlan().steps.entries()) {
      for (const [place, one] of checks.entries()) {
        for (const [title, wishes] of behaviours) {
          it(`step ${id}, check ${one.title}, when the operator ${title}`, async () => {
            const steps = bigPlan().steps.map((entry, at): Step =>
              at !== index
                ? entry
                : {
                    ...entry,
                    checks: entry.checks.map((other, where) => {
                      if (where !== place) return other;
                      return other.type === 'gone'
                        ? { ...other, console: '' }
                        : { ...other, judge: () => ({ holds: false, detail: 'no' }) };
                    }),
                  },
            );
            const summary = await go(
              plan(steps),
              fakes.operator({ unattended: false, decide: decide(wishes) }, ['m1', 'm0']),
            );
            assert.ok(!ran().includes(`run ${id}`), 'the script ran');
            const before = bigPlan()
              .steps.slice(0, index)
              .map((entry) => entry.script)
              .filter(Boolean);
            assert.deepEqual(ran().slice(0, before.length), before);
            if (title !== 'skips')
              assert.deepEqual([ran().length, summary.outcome], [before.length, 'aborted']);
          });
        }
      }
    }
    for (const reason of ['timeout', 'closed', 'unreachable', 'auth-failed'] as SshFailure[]) {
      it(`a check whose node fails with ${reason} does not hold`, async () => {
        answers['check x'] = () => Promise.reject(failure(reason, 'm2'));
        await go(plan([step('a', { checks: [check('x')] })]));
        assert.deepEqual(ran(), []);
      });
    }
    it('an answer that cannot be read does not hold', async () => {
      const summary = await go(
        plan([
          step('a', {
            checks: [
              check('x', {
                judge: () => {
                  throw new Error('expected a number, found “Fehler”');
                },
              }),
            ],
          }),
        ]),
      );
      assert.deepEqual(ran(), []);
      assert.match(summary.message, /Fehler/);
    });
  });

  it('safety 6: a step that only checks cannot be skipped, before it or after it failed', async () => {
    const offered: Question[] = [];
    answers['check x'] = failing;
    const operator = fakes.operator({
      unattended: false,
      decide: (question) => {
        offered.push(question);
        return Promise.resolve({ act: question.about === 'start' ? 'continue' : 'abort' });
      },
    });
    await go(plan([step('a', { script: '', checks: [check('x')] })]), operator);
    assert.deepEqual(
      offered.map(({ allowed }) => allowed),
      [
        ['continue', 'abort'],
        ['retry', 'abort'],
      ],
    );
  });

  it('safety 4: one typed name vouches for a console in all steps of the run', async () => {
    let asked = 0;
    const operator = fakes.operator({ typeName: () => Promise.resolve(++asked > 0) }, ['m1']);
    const summary = await go(
      plan([step('a', { checks: [gone()] }), step('b', { checks: [gone()] })]),
      operator,
    );
    assert.deepEqual([summary.outcome, asked], ['succeeded', 1]);
  });

  it('safety 14: a lock that cannot be confirmed stops the step until it can', async () => {
    lock.verify = () => Promise.reject(new LockError('unreachable', 'm3', 'm3 does not answer'));
    const asked: string[] = [];
    const operator = fakes.operator({
      unattended: false,
      decide: ({ about }) => {
        asked.push(about);
        if (asked.length === 3) lock.verify = () => Promise.resolve();
        return Promise.resolve({ act: about === 'start' ? 'continue' : 'retry' });
      },
    });
    const summary = await go(plan([step('a')]), operator);
    assert.deepEqual([summary.outcome, asked, ran()], ['succeeded', ['start', 'lock', 'lock'], ['run a']]);
  });

  it('a failing status counts, also when the verification would hold', async () => {
    answers['run a'] = failing;
    const summary = await go(plan([step('a', { verify: [check('v')] }), step('b')]));
    assert.deepEqual([summary.outcome, ran()], ['failed', ['run a']]);
  });

  it('safety 6: a skip waives no check of a later step', async () => {
    answers['check a1'] = failing;
    consoleSays = () => 'on';
    const operator = fakes.operator({
      unattended: false,
      decide: ({ about, step: { id } }) =>
        Promise.resolve(
          about === 'start'
            ? { act: 'continue' }
            : id === 'a'
              ? { act: 'skip', reason: 'I know' }
              : { act: 'abort' },
        ),
    });
    await go(bigPlan(), operator);
    assert.deepEqual(ran(), []);
  });

  it('safety 6: the proof is at most 10 s old when the command starts, and read again when it is older', async () => {
    const looks: number[] = [];
    consoleSays = () => {
      looks.push(clock.now());
      // A disk, a laptop lid: time passes between the reading and the command.
      if (looks.length === 2) clock.time += 15_000;
      return 'off';
    };
    let startedAt = 0;
    answers['run a'] = () => ((startedAt = clock.now()), answer());
    const summary = await go(plan([step('a', { checks: [gone()] })]));
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.ok(looks.length >= 3);
    assert.ok(startedAt - (looks.at(-1) ?? 0) <= 10_000);
  });

  it('safety 6: a console too slow to be fresh never lets the command start', async () => {
    consoleSays = () => ((clock.time += 11_000), 'off');
    const summary = await go(plan([step('a', { checks: [gone()] })]));
    assert.deepEqual(ran(), []);
    assert.match(summary.message, /too long/);
  });

  it('safety 6: what the answering nodes said is asked again when the proof took longer than 10 s', async () => {
    // Each reading of the console takes 4 s and they are 5 s apart; meanwhile somebody starts a master on m3.
    consoleSays = () => ((clock.time += 4_000), 'off');
    let asked = 0;
    answers['check no master on m3'] = () => (++asked === 1 ? answer() : failing());
    const checks = [check('no master on m3', { node: 'm3' }), gone()];
    const summary = await go(plan([step('a', { checks })]));
    assert.deepEqual([summary.outcome, asked, ran()], ['failed', 2, []]);
  });

  it('safety 6: what the answering nodes said is no older than 10 s either, however slow the lock or a node is', async () => {
    let askedAt = 0;
    let startedAt = 0;
    lock.verify = () => Promise.resolve(void (clock.time += 12_000));
    answers['check released'] = () => ((askedAt = clock.now()), answer());
    answers['run a'] = () => ((startedAt = clock.now()), answer());
    const slowOnce = [12_000, 0];
    answers['check slow'] = () => ((clock.time += slowOnce.shift() ?? 0), answer());
    const checks = [check('released'), check('slow', { node: 'm3' })];
    const summary = await go(plan([step('a', { checks })]));
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.ok(startedAt - askedAt <= 10_000, `${startedAt - askedAt} ms old`);
    answers['check slow'] = () => ((clock.time += 12_000), answer());
    journal = new fakes.MemoryJournal();
    const never = await go(plan([step('b', { checks })]));
    assert.match(never.message, /older than 10 s/);
    assert.deepEqual(ran(), ['run a']);
  });

  it('safety 6: a command that waits for its connection does not begin with an old proof', async () => {
    const may: (number | undefined)[] = [];
    let tries = 0;
    answers['check a1'] = () => ((clock.time += 4_000), answer());
    connections.nodes['m2'] = {
      exec: (script, { beginWithinMs }) => {
        if (!script.startsWith('run ')) return answers[script]?.() ?? answer();
        may.push(beginWithinMs);
        // The connection was made anew, and that took longer than the proof may age.
        if (++tries === 1) throw failure('busy');
        return answer();
      },
    };
    const summary = await go(plan([step('a', { checks: [check('a1')] }), step('b')]));
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.deepEqual(may, [6_000, 6_000, undefined]);
    const checks = journal.events.filter(({ type }) => type === 'check');
    assert.equal(checks.length, 2, 'it is proven again');
  });

  it('safety 14: a lock lost while the proof was read stops the run before the command', async () => {
    consoleSays = () => {
      clock.time += 4_000;
      lock.verify = () => Promise.reject(new LockError('lost', 'm2', 'lost'));
      return 'off';
    };
    const summary = await go(plan([step('a', { checks: [gone()] })]));
    assert.deepEqual([summary.outcome, ran()], ['failed', []]);
  });

  it('safety 6: nobody is asked anything between the first check and the command', async () => {
    await go(bigPlan(), fakes.operator({}, ['m1', 'm0']));
    const kinds = journal.events
      .filter((event) => 'step' in event && event.step === 'b')
      .map((event) => (event.type === 'check' ? `check ${event.phase}` : event.type));
    const first = kinds.indexOf('check before');
    const between = kinds.slice(first, kinds.indexOf('command-started'));
    assert.deepEqual([...new Set(between)].sort(), ['check before', 'waiting']);
  });

  it('safety 2: when only the name is missing, it is asked for and the proof begins anew', async () => {
    const reach = (host: string) => (host === 'm1.example' ? 'unreachable' : 'open');
    connections.nodes['m3'] = { ...connections.nodes['m3'], reach };
    // The console breaks after it was approved, so nobody knew before the first look that a name would be needed.
    consoleSays = () => 'nothing';
    const broken = () => ({ exitCode: 1, output: consoleSays() });
    const checks = [gone({ witnessed: true, witnesses: ['m3'] })];
    const asked: string[] = [];
    const typeName = ({ name, why }: { name: string; why: string }) => {
      asked.push(`${name}: ${why}`);
      return Promise.resolve(why.includes('cannot reach it'));
    };
    const summary = await go(plan([step('a', { checks })]), fakes.operator({ typeName }, ['m1']), broken);
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.match(asked.at(-1) ?? '', /^m1: .*vouches that it is off/);
  });

  it('safety 2: nobody is asked for a name that would not help: no witness could say', async () => {
    const asked: string[] = [];
    const typeName = ({ why }: { why: string }) => (asked.push(why), Promise.resolve(false));
    const checks = [gone({ console: '', witnessed: true, witnesses: [] })];
    const summary = await go(plan([step('a', { checks })]), fakes.operator({ typeName }));
    assert.equal(summary.outcome, 'failed');
    assert.deepEqual(ran(), []);
  });

  it('safety 4: an unproven console without the typed name does not start the command', async () => {
    const approving = fakes.operator({ approveConsole: () => Promise.resolve(true) });
    const summary = await go(plan([step('a', { checks: [gone()] })]), approving);
    assert.deepEqual([ran(), summary.outcome], [[], 'failed']);
    assert.ok(journal.events.some((event) => event.type === 'check' && event.reason === 'console-unproven'));
  });

  describe('typed names', () => {
    const typed = { name: 'm2', why: 'm2 may lack writes.' };
    it('safety 8: a step that wants one does not run without it, nor with another', async () => {
      for (const names of [[], ['m1', 'c1']]) {
        const summary = await go(
          plan([step('a', { typed, danger: 'data-loss' })]),
          fakes.operator({}, names),
        );
        assert.deepEqual([ran(), summary.outcome], [[], 'failed']);
        assert.match(summary.message, /--confirm m2/);
        journal = new fakes.MemoryJournal();
      }
      await go(plan([step('a', { typed, danger: 'data-loss' })]), fakes.operator({}, ['m2']));
      assert.deepEqual(ran(), ['run a']);
    });
    it('with --yes, a name that is missing stops the run before anything is moved in vain', async () => {
      const steps = [step('a'), step('b', { typed, danger: 'data-loss' })];
      const summary = await go(plan(steps), fakes.operator({}, ['m1']));
      assert.deepEqual([summary.outcome, ran(), connections.asked], ['failed', [], []]);
      assert.match(summary.message, /^Step b: m2 may lack writes.*--confirm m2/);
      assert.deepEqual(summary.next, ['Nothing was changed.']);
      journal = new fakes.MemoryJournal();
      const asked: string[] = [];
      const person = fakes.operator({
        unattended: false,
        typeName: ({ step: { id } }) => (asked.push(id), Promise.resolve(true)),
      });
      await go(plan(steps), person);
      assert.deepEqual([asked, ran()], [['b'], ['run a', 'run b']], 'a person is asked at the step itself');
    });
    it('every disruptive step of a protected cluster wants the name of the cluster', async () => {
      cluster = { ...cluster, isProtected: true };
      await go(plan([step('a'), step('b', { danger: 'disruptive' })]), fakes.operator({}, []));
      assert.deepEqual(ran(), ['run a']);
      journal = new fakes.MemoryJournal();
      await go(plan([step('b', { danger: 'disruptive' })]), fakes.operator({}, ['c1']));
      assert.deepEqual(ran(), ['run a', 'run b']);
    });
    it('safety 7: what they warn of is told of a step that somebody else has done meanwhile', async () => {
      await go(plan([step('a', { typed, doneWhen: [check('d')] })]), fakes.operator({}, ['m2']));
      const ended = journal.events.find(({ type }) => type === 'step-ended');
      assert.deepEqual(ran(), []);
      assert.match(JSON.stringify(ended), /already happened.*m2 may lack writes\./);
    });
    it('safety 7, 8: one that is wanted only after a moment is not asked for before it, and is after it', async () => {
      const after = clock.now() + 30_000;
      const late = [
        step('a', { typed: { ...typed, after } }),
        step('b', { typed: { ...typed, after }, danger: 'disruptive' }),
      ];
      answers['run a'] = () => ((clock.time += 30_001), answer());
      const summary = await go(plan(late), fakes.operator({}, []));
      assert.deepEqual([summary.outcome, ran()], ['failed', ['run a']]);
      assert.match(summary.message, /m2 may lack writes.*--confirm m2/);
    });
    it('safety 7, 8: one that comes to be wanted while the evidence is read is asked for before the command', async () => {
      const after = clock.now() + 3_000;
      const late = step('a', { typed: { ...typed, after }, checks: [gone()] });
      const summary = await go(plan([late]));
      assert.ok(clock.now() > after, 'the console is read twice, 5 s apart');
      assert.deepEqual([summary.outcome, ran()], ['failed', []]);
      assert.match(summary.message, /m2 may lack writes.*--confirm m2/);
      journal = new fakes.MemoryJournal();
      const again = step('a', { typed: { ...typed, after: clock.now() + 3_000 }, checks: [gone()] });
      const operator = fakes.operator({}, ['m1', 'm2']);
      assert.equal((await go(plan([again]), operator)).outcome, 'succeeded');
      assert.deepEqual(ran(), ['run a']);
    });
    it('are asked once, not again at a retry', async () => {
      let asked = 0;
      answers['run a'] = failing;
      const operator = fakes.operator({
        unattended: false,
        typeName: () => Promise.resolve(++asked > 0),
        decide: ({ about }) =>
          Promise.resolve({ act: about === 'start' ? 'continue' : ran().length < 3 ? 'retry' : 'abort' }),
      });
      await go(plan([step('a', { typed })]), operator);
      assert.deepEqual([ran().length, asked], [3, 1]);
    });
  });

  it('safety 19: --yes alone approves no console; it takes the name of its node besides', async () => {
    let read = 0;
    consoleSays = () => (read++, 'off');
    const summary = await go(plan([step('a', { checks: [gone()] })]), fakes.operator({}, ['m2']));
    assert.deepEqual([summary.outcome, read, ran()], ['failed', 0, []]);
    assert.match(summary.message, /--confirm m1/);
  });

  it('safety 19: --yes --confirm approves a first console and says so, refuses a changed one, and runs neither before', async () => {
    const approvals = new Approvals(dir);
    const first = await go(plan([step('a', { checks: [gone()] })]));
    assert.equal(first.outcome, 'succeeded');
    assert.ok(
      journal.events.some(
        (event) => event.type === 'console-approved' && event.message.includes('console command of m1'),
      ),
    );
    // It may hold a password.
    assert.ok(!journal.events.some((event) => JSON.stringify(event).includes('console m1')));
    journal = new fakes.MemoryJournal();
    let read = 0;
    consoleSays = () => (read++, 'off');
    const second = await go(plan([step('b', { checks: [gone({ console: 'rm -rf m1' })] })]));
    assert.deepEqual([second.outcome, read, ran()], ['failed', 0, ['run a']]);
    assert.equal(await approvals.state('c1', 'm1', 'x'), 'changed');
  });

  describe('safety 16: after an interruption only the verification says what happened', () => {
    const lost: SshFailure[] = ['closed', 'timeout', 'unreachable', 'protocol'];
    for (const reason of lost) {
      it(`the script's connection fails with ${reason} and the verification holds later`, async () => {
        let looks = 0;
        answers['run a'] = () => Promise.reject(failure(reason, 'm2'));
        answers['check v'] = () => (looks++ < 2 ? Promise.reject(failure('closed', 'm2')) : answer('there'));
        const summary = await go(plan([step('a', { verify: [check('v')], verifyForMs: 10_000 }), step('b')]));
        assert.equal(summary.outcome, 'succeeded');
        assert.ok(
          journal.events.some((event) => event.type === 'command-ended' && event.outcome === 'unknown'),
        );
        assert.deepEqual(ran(), ['run a', 'run b'], 'it was repeated on a guess');
      });
      it(`the script's connection fails with ${reason} and the verification does not hold`, async () => {
        answers['run a'] = () => Promise.reject(failure(reason, 'm2'));
        answers['check v'] = failing;
        const summary = await go(plan([step('a', { verify: [check('v')] }), step('b')]));
        assert.deepEqual([summary.outcome, ran()], ['failed', ['run a']]);
        assert.match(summary.message, /Nobody knows/);
      });
    }
    it('without a verification the outcome stays unknown, and the run stops', async () => {
      answers['run a'] = () => Promise.reject(failure('closed', 'm2'));
      const summary = await go(plan([step('a'), step('b')]));
      assert.deepEqual([summary.outcome, ran()], ['failed', ['run a']]);
    });
    it('a refused login is no unknown outcome: the command was not started', async () => {
      answers['run a'] = () => Promise.reject(failure('auth-failed', 'm2'));
      await go(plan([step('a', { verify: [check('v')] })]));
      assert.ok(
        journal.events.some((event) => event.type === 'command-ended' && event.outcome === 'not-started'),
      );
    });
    it('a step that has happened is not repeated, also at a retry', async () => {
      let happened = false;
      answers['check d'] = () => (happened ? answer() : failing());
      answers['run a'] = () => ((happened = true), Promise.reject(failure('closed', 'm2')));
      const operator = fakes.operator({
        unattended: false,
        decide: ({ about }) => Promise.resolve({ act: about === 'start' ? 'continue' : 'retry' }),
      });
      const summary = await go(
        plan([step('a', { doneWhen: [check('d')] }), step('b', { doneWhen: [check('d')] })]),
        operator,
      );
      assert.deepEqual([summary.outcome, ran()], ['succeeded', ['run a']]);
    });
    it('a step is done only when everything says so now, whatever the survey thought', async () => {
      answers['check e'] = failing;
      await go(
        plan([step('a', { done: true }), step('b', { doneWhen: [check('d'), check('e')], done: true })]),
      );
      assert.deepEqual(ran(), ['run a', 'run b']);
    });
  });

  it('a command that fails stops the run, with its status and the end of its output', async () => {
    connections.nodes['m2'] = {
      exec: (_, { onOutput }) => {
        onOutput?.('all is \u001b[2Jlost\n', 'stderr');
        return answer('', 3);
      },
    };
    const summary = await go(plan([step('a'), step('b')]));
    assert.deepEqual([summary.outcome, exitStatus(summary), ran()], ['failed', 1, ['run a']]);
    const ended = journal.events.find((event) => event.type === 'command-ended');
    assert.deepEqual([ended?.exitCode, ended?.output], [3, 'all is lost\n']);
    assert.match(summary.next.join(), /--resume r1/);
  });

  it('polls the verification until its time is over', async () => {
    let looks = 0;
    answers['check v'] = () => (looks++, failing());
    const before = clock.now();
    const summary = await go(plan([step('a', { verify: [check('v')], verifyForMs: 5_000 })]));
    assert.equal(summary.outcome, 'failed');
    assert.ok(looks >= 5 && clock.now() - before >= 5_000 && clock.now() - before < 7_000);
  });

  it('a failing optional step does not stop --yes, and is named at the end', async () => {
    answers['run a'] = failing;
    const summary = await go(plan([step('a', { optional: true }), step('b')]));
    assert.deepEqual([summary.outcome, ran()], ['succeeded', ['run a', 'run b']]);
    assert.match(summary.next.join(), /Step a/);
  });

  it('refuses what must not run, without a lock', async () => {
    const refused = await go(plan([step('a')], { refused: 'No.' }));
    assert.deepEqual([refused.outcome, exitStatus(refused)], ['refused', 1]);
    journal = new fakes.MemoryJournal();
    const nothing = await go(plan([], { nothingToDo: 'There already.' }));
    assert.deepEqual([nothing.outcome, exitStatus(nothing)], ['nothing-to-do', 0]);
    journal = new fakes.MemoryJournal();
    cluster = { ...cluster, readOnly: true };
    assert.equal((await go(plan([step('a')]))).outcome, 'refused');
    assert.deepEqual([lock.taken, ran()], [0, []]);
  });

  it('safety 14: a resumed run gives back the lock that it held, also when nothing is left to do', async () => {
    for (const why of [{ nothingToDo: 'There already.' }, { refused: 'No.' }]) {
      journal = new fakes.MemoryJournal();
      const summary = await go(plan([], why), undefined, undefined, true);
      assert.equal(summary.outcome, 'refused' in why ? 'refused' : 'nothing-to-do');
      assert.deepEqual(ran(), []);
    }
    assert.equal(lock.taken, 2);
    journal = new fakes.MemoryJournal();
    lock.problem = new LockError('held', 'm2', 'held', 'other');
    assert.equal(
      (await go(plan([], { nothingToDo: 'There already.' }), undefined, undefined, true)).outcome,
      'nothing-to-do',
    );
  });

  it("safety 14: another run's lock ends it with exit status 3 before anything ran", async () => {
    lock.problem = new LockError('held', 'm2', 'held', 'other');
    const summary = await go(bigPlan());
    assert.deepEqual([summary.outcome, exitStatus(summary), connections.asked], ['locked', 3, []]);
  });

  it('safety 14: a lock lost in the middle stops the run before the next command', async () => {
    answers['run a'] = () => ((lock.problem = new LockError('lost', 'm2', 'lost')), answer());
    const summary = await go(plan([step('a'), step('b')]));
    assert.deepEqual([summary.outcome, ran()], ['failed', ['run a']]);
  });

  it('an error of the program itself still gives the lock back', async () => {
    const summary = await go(
      plan([step('a')]),
      fakes.operator({ decide: () => Promise.reject(new TypeError('oops')) }),
    );
    assert.equal(summary.outcome, 'failed');
    assert.equal(lock.released, 1);
  });

  describe('aborting is clean at every point', () => {
    // The points are the events of an undisturbed run; a test below proves that 80 is more than it has.
    for (let point = 1; point <= 80; point += 2) {
      it(`Ctrl-C at event ${point}`, async () => {
        let total = 0;
        let ranBefore: number | undefined;
        let last = false;
        const tell = (event: StampedEvent) => {
          if (++total !== point) return;
          ranBefore = ran().length;
          last =
            event.type === 'run-ended' ||
            (/^(command|step)-ended$/.test(event.type) && 'step' in event && event.step === 'e');
          abort.abort(new Error('Ctrl-C'));
        };
        const summary = await go(bigPlan(), fakes.operator({ unattended: false, tell }, ['m1', 'm0']));
        const untouched = ranBefore === undefined || last;
        assert.equal(summary.outcome, untouched ? 'succeeded' : 'aborted');
        assert.ok(untouched || ran().length === ranBefore, 'a command was started after Ctrl-C');
      });
    }
    it('an undisturbed run has fewer events than that', async () => {
      await go(bigPlan(), fakes.operator({}, ['m1', 'm0']));
      assert.ok(journal.events.length > 40 && journal.events.length < 80, String(journal.events.length));
    });
    it('says that a command which was running may go on', async () => {
      answers['run a'] = () => {
        abort.abort(new Error('Ctrl-C'));
        return Promise.reject(failure('aborted', 'm2'));
      };
      const summary = await go(plan([step('a')]));
      assert.equal(summary.outcome, 'aborted');
      assert.match(summary.message, /command ran on m2: it may go on there/);
      assert.equal(lock.released, 1);
    });
    it('`a` at the first prompt', async () => {
      const summary = await go(
        bigPlan(),
        fakes.operator({ unattended: false, decide: () => Promise.resolve({ act: 'abort' }) }),
      );
      assert.deepEqual([summary.outcome, exitStatus(summary), ran()], ['aborted', 1, []]);
    });
    it('Ctrl-C in the middle of a script ends it, and says that its outcome is unknown', async () => {
      connections.nodes['m2'] = {
        exec: (script, { signal }) =>
          script !== 'run a'
            ? answer()
            : new Promise((_, reject) => {
                signal?.addEventListener('abort', () => reject(failure('aborted', 'm2')), { once: true });
                setImmediate(() => abort.abort(new Error('Ctrl-C')));
              }),
      };
      const summary = await go(plan([step('a', { verify: [check('v')] }), step('b')]));
      assert.equal(summary.outcome, 'aborted');
      assert.ok(
        journal.events.some((event) => event.type === 'command-ended' && event.outcome === 'unknown'),
      );
    });
  });

  it('keeps no wrong answer: only the name that was asked for gets into the journal', async () => {
    await go(
      plan([step('a', { typed: { name: 'm2', why: 'Type it.' } })]),
      fakes.operator({}, ['hunter2', 'm2']),
    );
    const text = JSON.stringify(journal.events);
    assert.ok(text.includes('"name":"m2"'));
    assert.ok(!text.includes('hunter2'));
  });

  describe('the way back', () => {
    const undo = (id: string, more: Partial<Step> = {}) => [step(`undo-${id}`, more)];
    const three = (last: Partial<Step> = {}) =>
      plan([
        step('a', { undo: undo('a') }),
        step('b'),
        step('c', { undo: [...undo('c1'), ...undo('c2')] }),
        step('d', { undo: undo('d'), ...last }),
      ]);

    it('takes back what happened, the latest first, when a command failed', async () => {
      answers['run d'] = failing;
      const summary = await go(three());
      assert.equal(summary.outcome, 'failed');
      assert.deepEqual(ran().slice(4), ['run undo-d', 'run undo-c1', 'run undo-c2', 'run undo-a']);
      assert.match(summary.next.join(' '), /taken back/);
    });

    it('leaves out a step whose command was never started', async () => {
      answers['check no'] = failing;
      await go(three({ checks: [check('no')] }));
      assert.deepEqual(ran().slice(3), ['run undo-c1', 'run undo-c2', 'run undo-a']);
    });

    it('safety 16: takes nothing back while nobody knows whether the final step happened', async () => {
      answers['run d'] = () => {
        throw failure('closed');
      };
      answers['check v'] = failing;
      const summary = await go(three({ final: true, verify: [check('v')] }));
      assert.equal(summary.outcome, 'failed');
      assert.deepEqual(ran(), ['run a', 'run b', 'run c', 'run d']);
      assert.match(summary.next.join(' '), /Not taken back: Step undo-d; Step undo-c1/);
    });

    it('safety 16: nor after a retry that ended for certain: the first attempt may go on', async () => {
      for (const second of [failing, () => Promise.reject(failure('refused'))]) {
        let tries = 0;
        connections.asked.length = 0;
        answers['run d'] = () => {
          if (++tries === 1) throw failure('closed');
          return second();
        };
        answers['check v'] = failing;
        const decide = ({ about }: Question): Promise<Decision> =>
          Promise.resolve({ act: about === 'start' ? 'continue' : tries === 1 ? 'retry' : 'abort' });
        const summary = await go(
          three({ final: true, verify: [check('v')] }),
          fakes.operator({ decide, unattended: false }, ['m1']),
        );
        assert.deepEqual(ran(), ['run a', 'run b', 'run c', 'run d', 'run d']);
        assert.match(summary.next.join(' '), /Not taken back: Step undo-d/);
        journal = new fakes.MemoryJournal();
      }
    });

    it('safety 16: takes back a step before the final one whose outcome is unknown, by the checks of its undo', async () => {
      answers['run d'] = () => {
        throw failure('closed');
      };
      answers['check v'] = failing;
      answers['check d idle'] = failing;
      await go(three({ verify: [check('v')] }));
      assert.deepEqual(ran().slice(4), ['run undo-d', 'run undo-c1', 'run undo-c2', 'run undo-a']);
      connections.asked.length = 0;
      journal = new fakes.MemoryJournal();
      const guarded = { undo: undo('d', { checks: [check('d idle')] }) };
      const summary = await go(three({ verify: [check('v')], ...guarded }));
      assert.deepEqual(ran().slice(4), []);
      assert.match(summary.next.join(' '), /Not taken back .*Step undo-d; Step undo-c1/);
    });

    it('takes back what came before a final step that failed for certain', async () => {
      answers['run d'] = failing;
      await go(three({ final: true }));
      assert.deepEqual(ran().slice(4), ['run undo-d', 'run undo-c1', 'run undo-c2', 'run undo-a']);
    });

    it('ends at the final step: nothing before it is ever taken back', async () => {
      answers['run e'] = failing;
      const thePlan = plan([...three({ final: true }).steps, step('e', { undo: undo('e') })]);
      await go(thePlan);
      assert.deepEqual(ran().slice(5), ['run undo-e']);
    });

    it('stops where a check of an undo fails, and says what is left', async () => {
      answers['run d'] = failing;
      answers['check idle'] = failing;
      const thePlan = three();
      const steps = thePlan.steps.map((each) =>
        each.id === 'c' ? { ...each, undo: undo('c', { checks: [check('idle')] }) } : each,
      );
      const summary = await go({ ...thePlan, steps });
      assert.deepEqual(ran().slice(4), ['run undo-d']);
      assert.match(summary.next.join(' '), /Not taken back .*Step undo-c; Step undo-a/);
    });

    it('is not gone after Ctrl-C; what is left is told', async () => {
      answers['run c'] = () => {
        abort.abort(new Error('Ctrl-C'));
        throw failure('aborted');
      };
      const summary = await go(three());
      assert.equal(summary.outcome, 'aborted');
      assert.deepEqual(ran(), ['run a', 'run b', 'run c']);
      assert.match(summary.next.join(' '), /Not taken back: .*Step undo-a/);
    });

    it('is walked step by step by a person, who may leave one out', async () => {
      answers['run d'] = failing;
      const decide = ({ about, step: { id } }: Question): Promise<Decision> =>
        Promise.resolve(
          about !== 'start'
            ? { act: 'abort' }
            : id === 'undo-c2'
              ? { act: 'skip', reason: 'left as it is' }
              : { act: 'continue' },
        );
      const summary = await go(three(), fakes.operator({ decide, unattended: false }, ['m1']));
      assert.deepEqual(ran().slice(4), ['run undo-d', 'run undo-c1', 'run undo-a']);
      assert.match(summary.next.join(' '), /Skipped on the way back, look at it: Step undo-c2\./);
    });
  });
});
