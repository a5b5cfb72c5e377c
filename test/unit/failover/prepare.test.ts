import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Approvals } from '../../../src/failover/approval';
import { Consoles } from '../../../src/failover/console';
import { consoleHash } from '../../../src/heartbeat/console-record';
import type { Planner, PlanInput } from '../../../src/failover/planner';
import { prepare, type PrepareOptions } from '../../../src/failover/prepare';
import { emptyHistory } from '../../../src/heartbeat/history';
import {
  answer,
  cluster,
  failure,
  FakeConnections,
  JumpingClock,
  node,
  plan,
  settled,
  type FakeNode,
} from './fakes';

describe('prepare', () => {
  let dir: string;
  let nodes: Record<string, FakeNode>;
  let consoles: Consoles;
  let consoleRuns: string[];
  let consoleSays: string;
  let input: PlanInput | undefined;
  let proven: string[];
  const clock = new JumpingClock();
  const three = [node('m1', { console: 'console m1' }), node('m2', { console: 'console m2' }), node('m3')];
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'standby-prepare-'));
    nodes = { m2: alive('two'), m3: alive('three') };
    consoleRuns = [];
    consoleSays = 'off';
    input = undefined;
    proven = [];
    consoles = new Consoles('c1', new Approvals(dir), clock, (words) => {
      consoleRuns.push(words.join(' '));
      return Promise.resolve({ exitCode: 0, output: consoleSays });
    });
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  function alive(says: string): FakeNode {
    return {
      exec: (script) => (script.startsWith('survey ') ? answer(says) : answer('', 1)),
      reach: (host) => (host === 'm1.example' ? 'unreachable' : 'open'),
    };
  }
  const planner: Planner = {
    kind: 'failover',
    title: 'Fail over',
    target: 'cluster',
    surveyed: (of) => of.nodes,
    surveyScript: (_, { name }) => `survey ${name}`,
    surveyTimeoutMs: 1000,
    plan: (given) => ((input = given), plan([])),
  };
  const connections = () => new FakeConnections(nodes);
  const go = (more: Partial<PrepareOptions> = {}) =>
    prepare({
      cluster: cluster(three),
      planner,
      request: { kind: 'failover' },
      connections: connections(),
      history: emptyHistory('c1'),
      consoles,
      clock,
      signal: new AbortController().signal,
      onProven: (name, hash) => void proven.push(`${name} ${hash}`),
      ...more,
    });

  it('hands the planner each answer, and what the witnesses say about a silent node', async () => {
    await go();
    assert.deepEqual(
      [...(input?.answers ?? [])].map(([name, said]) => [
        name,
        'result' in said ? said.result.stdout : said.error.reason,
      ]),
      [
        ['m2', 'two'],
        ['m3', 'three'],
        ['m1', 'timeout'],
      ].sort(
        (a, b) =>
          [...(input?.answers.keys() ?? [])].indexOf(a[0] ?? '') -
          [...(input?.answers.keys() ?? [])].indexOf(b[0] ?? ''),
      ),
    );
    assert.deepEqual([...(input?.silent.keys() ?? [])], ['m1']);
    assert.deepEqual([...(input?.silent.get('m1')?.notReachedBy ?? [])].sort(), ['m2', 'm3']);
  });

  describe('a node that is late', () => {
    /** Never answers, like a dead host whose connections wait for their limit. */
    const dead: FakeNode = {
      exec: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(failure('aborted', 'm1')), { once: true });
        }),
    };

    it('is silent as soon as no witness reaches it; its first look goes to the run', async () => {
      nodes['m1'] = dead;
      await consoles.approve('m1', 'console m1');
      const made = await go();
      const said = input?.answers.get('m1');
      assert.ok(said && 'error' in said);
      assert.match(said.error.message, /no answer within .* m2, m3 cannot reach it either/);
      assert.deepEqual(consoleRuns, ['console m1']);
      assert.deepEqual(
        made.looks?.map(({ node: name, off, notReachedBy }) => [name, off, notReachedBy]),
        [['m1', 'off', ['m2', 'm3']]],
      );
    });

    it('is asked about once, also when its connection fails meanwhile', async () => {
      let failed = () => {};
      nodes['m1'] = {
        exec: () => new Promise((_, reject) => (failed = () => reject(failure('timeout', 'm1')))),
      };
      nodes['m3'] = {
        ...alive('three'),
        reach: (host) => (failed(), host === 'm1.example' ? 'unreachable' : 'open'),
      };
      await consoles.approve('m1', 'console m1');
      const made = await go();
      assert.deepEqual(consoleRuns, ['console m1']);
      assert.equal(made.looks?.length, 1);
    });

    it('safety 3: is waited for when a witness reaches it', async () => {
      nodes['m3'] = { ...alive('three'), reach: () => 'open' };
      const late = alive('one, late');
      nodes['m1'] = {
        ...late,
        exec: async (script) => {
          await settled();
          await settled();
          return answer(script.startsWith('survey ') ? 'one, late' : '');
        },
      };
      await go();
      const said = input?.answers.get('m1');
      assert.equal(said && 'result' in said && said.result.stdout, 'one, late');
    });

    it('safety 19: nobody is asked about its console while it may still answer, except with --yes', async () => {
      nodes['m1'] = dead;
      const askedBefore: boolean[] = [];
      const approveConsole = () => (askedBefore.push(input === undefined), Promise.resolve(true));
      await go({ approveConsole, unattended: true });
      assert.deepEqual([askedBefore, consoleRuns], [[true], ['console m1']]);
    });

    it('safety 4: a console that says on makes no first look', async () => {
      nodes['m1'] = dead;
      consoleSays = 'on';
      await consoles.approve('m1', 'console m1');
      assert.equal((await go()).looks, undefined);
      assert.deepEqual(input?.silent.get('m1')?.console, { off: false, output: 'on' });
    });
  });

  it('safety 3: a refused connection counts as reached', async () => {
    nodes['m3'] = { ...alive('three'), reach: () => 'refused' };
    await go();
    assert.deepEqual(input?.silent.get('m1')?.reachedBy, ['m3']);
  });

  it('safety 19: runs no console that was not approved, and says so', async () => {
    await go();
    assert.deepEqual(consoleRuns, []);
    assert.match(input?.silent.get('m1')?.consoleProblem ?? '', /never approved/);
    await consoles.approve('m1', 'another text');
    await go();
    assert.deepEqual(consoleRuns, []);
    assert.match(input?.silent.get('m1')?.consoleProblem ?? '', /cluster file changed/);
  });

  it('asks for an approval where it may, about silent nodes only, and says what it approved', async () => {
    const logged: string[] = [];
    const asked: string[] = [];
    await go({
      log: (line) => void logged.push(line),
      approveConsole: (question) => (
        asked.push(`${question.node} ${question.text} ${question.changed}`),
        Promise.resolve(true)
      ),
    });
    assert.deepEqual(asked, ['m1 console m1 false']);
    assert.ok(logged.some((line) => line.includes('approved') && line.includes('console m1')));
    assert.deepEqual(consoleRuns, ['console m1']);
    assert.deepEqual(input?.silent.get('m1')?.console, { off: true, output: 'off' });
  });

  it('safety 4: on a healthy cluster approved consoles that say not-off prove themselves', async () => {
    nodes['m1'] = alive('one');
    consoleSays = 'Power is on';
    await consoles.approve('m1', 'console m1');
    await go();
    assert.deepEqual(consoleRuns, ['console m1']);
    assert.deepEqual(proven, [`m1 ${consoleHash('console m1')}`]);
  });

  it('safety 4: a console that says off while its node answers proves nothing', async () => {
    nodes['m1'] = alive('one');
    await consoles.approve('m1', 'console m1');
    const contradicting: string[] = [];
    await go({ onContradiction: (name, hash) => void contradicting.push(`${name} ${hash}`) });
    assert.deepEqual(proven, []);
    assert.deepEqual(contradicting, [`m1 ${consoleHash('console m1')}`]);
  });

  it('a node that refuses the login is not silent', async () => {
    nodes['m1'] = { exec: () => Promise.reject(failure('host-key-changed', 'm1')) };
    await consoles.approve('m1', 'console m1');
    await go();
    assert.deepEqual([...(input?.silent.keys() ?? [])], []);
  });

  it('offline asks nobody', async () => {
    const asked = connections();
    await go({ offline: true, connections: asked });
    assert.deepEqual([asked.asked, input?.offline, input?.answers.size], [[], true, 0]);
  });

  it('readOnly: refused without asking anybody', async () => {
    const asked = connections();
    const made = await go({ cluster: cluster(three, { readOnly: true }), connections: asked });
    assert.match(made.refused ?? '', /readOnly/);
    assert.deepEqual([asked.asked, input], [[], undefined]);
  });

  it('only surveys: nothing else runs on a node', async () => {
    const asked = connections();
    await go({ connections: asked });
    assert.deepEqual([...new Set(asked.asked.map(({ script }) => script))].sort(), [
      'survey m1',
      'survey m2',
      'survey m3',
    ]);
  });

  it('asks all nodes at once', async () => {
    let open = 0;
    let most = 0;
    const slow: FakeNode = {
      exec: async () => {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setTimeout(resolve, 5));
        open--;
        return answer();
      },
    };
    nodes = { m1: slow, m2: slow, m3: slow };
    await go();
    assert.equal(most, 3);
  });

  it('can be cancelled', async () => {
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    await assert.rejects(go({ signal: stop.signal }), /stopped/);
  });
});
