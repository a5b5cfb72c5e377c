import assert from 'node:assert/strict';
import { Consoles } from '../../../src/failover/console';
import { Approvals } from '../../../src/failover/approval';
import { EvidenceReader } from '../../../src/failover/evidence';
import { planJson } from '../../../src/failover/json';
import type { Operator } from '../../../src/failover/operator';
import { planMarkdown } from '../../../src/failover/preview';
import { run } from '../../../src/failover/runner';
import { planShellScript } from '../../../src/failover/shell-script';
import * as fakes from './fakes';

const why = 'No guide says what remove does.';
const steps = ['a', 'b'].map((id) => fakes.step(id, { unconfirmed: why }));

/** Runs a plan of two unconfirmed steps; resolves with what ran. */
async function go(operator: Operator) {
  const clock = new fakes.JumpingClock();
  const cluster = fakes.cluster([fakes.node('m1'), fakes.node('m2')]);
  const connections = new fakes.FakeConnections({ m2: { exec: () => fakes.answer() } });
  const consoles = new Consoles('c1', new Approvals('/nonexistent'), clock, () =>
    Promise.reject(new Error('no console')),
  );
  const summary = await run(fakes.plan(steps), {
    run: 'r1',
    cluster,
    connections,
    operator,
    journal: new fakes.MemoryJournal(),
    clock,
    consoles,
    lock: new fakes.MemoryLock(),
    signal: new AbortController().signal,
    evidence: new EvidenceReader({
      cluster,
      connections,
      consoles,
      clock,
      history: { consoles: {} },
    }),
  });
  return {
    summary,
    ran: connections.asked.map(({ script }) => script).filter((each) => each.startsWith('run ')),
  };
}

describe('a command that nobody has confirmed', () => {
  it('never runs with --yes, whatever --confirm names', async () => {
    const { summary, ran } = await go(fakes.operator({}, ['c1', 'm1', 'm2', 'a']));
    assert.equal(summary.outcome, 'failed');
    assert.match(summary.message, /No guide says what remove does\. .* never runs unattended/);
    assert.deepEqual(ran, []);
  });

  it('does not run when the name is not typed', async () => {
    const attended = { unattended: false, typeName: () => Promise.resolve(false) };
    const decide: Operator['decide'] = ({ about }) =>
      Promise.resolve({ act: about === 'start' ? 'continue' : 'abort' });
    const { summary, ran } = await go(fakes.operator({ ...attended, decide }));
    assert.equal(summary.outcome, 'aborted');
    assert.deepEqual(ran, []);
  });

  it("runs once the cluster's name was typed, which is asked once for all steps of one reason", async () => {
    const asked: string[] = [];
    const typeName: Operator['typeName'] = ({ name, why: reason }) => {
      asked.push(`${name}: ${reason}`);
      return Promise.resolve(true);
    };
    const { summary, ran } = await go(fakes.operator({ unattended: false, typeName }));
    assert.equal(summary.outcome, 'succeeded');
    assert.deepEqual(ran, ['run a', 'run b']);
    assert.equal(asked.length, 1);
    assert.match(asked[0] ?? '', /^c1: Unconfirmed: No guide says/);
  });

  it('is marked in the preview, in JSON and in the shell script', () => {
    const plan = fakes.plan(steps);
    assert.match(planMarkdown(plan), /\*\*Unconfirmed\*\*, never run with --yes: No guide says/);
    assert.equal(planJson(plan).steps[0]?.unconfirmed, why);
    assert.match(planShellScript(plan), /^# UNCONFIRMED: No guide says/m);
  });
});
