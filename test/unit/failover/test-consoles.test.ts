import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Approvals } from '../../../src/failover/approval';
import { Consoles } from '../../../src/failover/console';
import type { ConsoleQuestion } from '../../../src/failover/operator';
import { testConsoles } from '../../../src/failover/test-consoles';
import { answer, cluster, failure, FakeConnections, JumpingClock, node, type FakeNode } from './fakes';

describe('Test Consoles (safety 4, 19)', () => {
  let dir: string;
  let ran: string[];
  let says: Record<string, string>;
  let asked: ConsoleQuestion[][];
  let kept: string[];
  const clock = new JumpingClock();

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'standby-consoles-'));
    ran = [];
    says = {};
    asked = [];
    kept = [];
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const alive: FakeNode = { exec: () => answer('', 0), reach: () => 'open' };
  const dead: FakeNode = {
    exec: () => {
      throw failure('timeout', 'm1');
    },
    reach: () => 'unreachable',
  };

  function test(
    nodes: Record<string, FakeNode>,
    approves: (question: ConsoleQuestion) => boolean = () => true,
    texts: Record<string, string> = { m1: 'console m1', m2: 'console m2' },
  ) {
    const consoles = new Consoles('c1', new Approvals(dir), clock, (words) => {
      ran.push(words.join(' '));
      const output = says[words[1] ?? ''];
      return Promise.resolve(
        output === undefined
          ? { exitCode: null, output: '', problem: 'it gave no answer within 10 s' }
          : { exitCode: 0, output },
      );
    });
    return testConsoles({
      cluster: cluster([
        ...Object.entries(texts).map(([name, console]) => node(name, { console })),
        node('m3'),
      ]),
      connections: new FakeConnections(nodes),
      consoles,
      clock,
      signal: new AbortController().signal,
      approve: (questions) => {
        asked.push([...questions]);
        return Promise.resolve(questions.filter(approves));
      },
      onProven: (name) => void kept.push(`${name} proven`),
      onContradiction: (name) => void kept.push(`${name} contradicts`),
    });
  }
  const outcomes = async (tests: ReturnType<typeof test>) =>
    (await tests).map(({ node: name, outcome }) => `${name} ${outcome}`);

  it('proves a console that says not-off while its node answers, and tells of one that says off', async () => {
    says = { m1: 'Chassis Power is on', m2: 'Chassis Power is off' };
    assert.deepEqual(await outcomes(test({ m1: alive, m2: alive })), ['m1 proven', 'm2 contradicts']);
    assert.deepEqual(kept.toSorted(), ['m1 proven', 'm2 contradicts']);
  });

  it('proves nothing while the node is silent, whatever the console says', async () => {
    says = { m1: 'Chassis Power is on', m2: 'Chassis Power is off' };
    assert.deepEqual(await outcomes(test({ m1: dead, m2: dead })), ['m1 not-off', 'm2 off']);
    assert.deepEqual(kept, []);
  });

  it('runs no text that was not approved, asks for all of them at once, and never again for the same', async () => {
    says = { m1: 'on', m2: 'on' };
    const nodes = { m1: alive, m2: alive };
    assert.deepEqual(await outcomes(test(nodes, ({ node: name }) => name === 'm1')), [
      'm1 proven',
      'm2 not-approved',
    ]);
    assert.deepEqual(ran, ['console m1']);
    assert.deepEqual(
      asked.map((questions) => questions.map(({ text }) => text)),
      [['console m1', 'console m2']],
    );
    await test(nodes);
    assert.deepEqual(asked[1], [{ node: 'm2', text: 'console m2', changed: false }]);
    await test(nodes, () => true, { m1: 'console m1', m2: 'console m2 --other' });
    assert.deepEqual(asked[2], [{ node: 'm2', text: 'console m2 --other', changed: true }]);
  });

  it('says what to do about a console that fails', async () => {
    says = { m1: 'on' };
    const [, second] = await test({ m1: alive, m2: alive });
    assert.equal(second?.outcome, 'failed');
    assert.match(second?.detail ?? '', /no answer within 10 s.*Run its command by hand: console m2/);
  });
});
