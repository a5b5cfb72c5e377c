import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Plan } from '../../../src/failover/plan';
import { emptyHistory } from '../../../src/heartbeat/history';
import { planFailover } from '../../../src/systems/moosefs/plan-failover';
import {
  cluster,
  denial,
  input,
  seenHealthy,
  silence,
  survey,
  type CandidateFacts,
  type World,
} from './plan-fixtures';

const refused = (plan: Plan, pattern: RegExp) => {
  assert.match(plan.refused ?? 'not refused', pattern);
  assert.deepEqual(plan.steps, []);
};
const step = (plan: Plan, id: string) => {
  const found = plan.steps.find((candidate) => candidate.id === id);
  assert.ok(found, `step ${id} among ${plan.steps.map((s) => s.id).join(', ')}`);
  return found;
};
const gone = { m1: silence, m2: { holdsAddress: true } } as const;

describe('MooseFS failover plan', () => {
  it('leads from proof to promotion when the host of the master is off', () => {
    const plan = planFailover(input(gone));
    assert.equal(plan.refused, undefined);
    assert.equal(plan.to, 'm2');
    assert.deepEqual(
      plan.steps.map(({ id }) => id),
      [
        'prove-m1-gone',
        'withdraw-m3',
        'take-address',
        'dry-run',
        'promote',
        'rejoin-election-m3',
        'cluster-back',
        'canary',
      ],
    );
    assert.deepEqual(plan.lockNodes, ['m2', 'm3'], 'a node proven off holds no lock (safety 14)');
    assert.equal(step(plan, 'promote').danger, 'disruptive');
    assert.equal(step(plan, 'promote').typed, undefined);
  });

  it('safety 1: every silent candidate needs its own evidence, not only the last master', () => {
    const plan = planFailover(input({ ...gone, m3: silence }));
    const proven = step(plan, 'promote').checks.flatMap((check) =>
      check.type === 'gone' ? [check.node] : [],
    );
    assert.deepEqual(proven, ['m1', 'm3']);
    assert.deepEqual(plan.lockNodes, ['m2']);
  });

  it('safety 3: a witness that reaches the silent node is never overridden', () => {
    refused(planFailover(input(gone, {}, { evidence: { reachedBy: ['cs1'] } })), /cs1 reaches it.*not gone/);
  });

  it('safety 4: a console that does not say off forbids it, and says what it said', () => {
    const evidence = { console: { off: false, output: 'Chassis Power is on' } };
    refused(planFailover(input(gone, {}, { evidence })), /console does not say off.*Chassis Power is on/);
  });

  describe('without a console', () => {
    const bare = { ...cluster, nodes: cluster.nodes.map(({ console: _, ...rest }) => rest) };
    const without = (...given: Parameters<typeof input>) =>
      planFailover({ ...input(...given), cluster: bare });
    const silent = { node: 'm1', reachedBy: [], notReachedBy: [] };
    const unwitnessed = { silent: new Map([['m1', silent]]) };
    const seenAt = (skew: number) => ({
      history: { ...seenHealthy, facts: { ...seenHealthy.facts, 'skew of m1': { value: skew, at: 1 } } },
    });
    const goneChecks = (plan: Plan) =>
      plan.steps.flatMap(({ checks }) => checks).filter((check) => check.type === 'gone');

    it('safety 2: witnesses and the typed name prove it for MooseFS', () => {
      const plan = without(gone);
      assert.equal(plan.refused, undefined);
      assert.deepEqual(
        goneChecks(plan).map(({ node, witnessed, console }) => [node, witnessed, console]),
        [
          ['m1', true, ''],
          ['m1', true, ''],
        ],
      );
    });

    it('safety 3: no witness proves nothing', () => {
      refused(without(gone, {}, unwitnessed), /no witness could say/);
    });

    it('safety 12: a silent old master at skew 1 or less needs a console', () => {
      for (const skew of [0, 1]) refused(without(gone, {}, seenAt(skew)), /no `console`.*skew 1 or below/);
      assert.equal(without(gone, {}, seenAt(2)).refused, undefined);
      refused(without({ ...gone, m2: { ucarps: [1] } }), /skew 1 or below/);
      const withConsole = planFailover(input(gone, {}, seenAt(1)));
      assert.equal(withConsole.refused, undefined);
      assert.deepEqual(
        goneChecks(withConsole).map(({ witnessed }) => witnessed),
        [undefined, undefined],
      );
    });
  });

  it('safety 5: a hung master is not a dead one', () => {
    const hung = { holdsAddress: true, processes: ['mfsmaster 48 T'], testSays: 'mfsmaster pid: 48' };
    refused(planFailover(input({ m1: hung })), /pid 48, state T.*kill -9 48.*restart-master/);
  });

  it('a master whose absence nobody can see is not absent', () => {
    refused(
      planFailover(input({ ...gone, m3: { processes: [], testSays: "can't open lockfile: EACCES" } })),
      /m3 does not say that it is stopped/,
    );
  });

  it('safety 6: the evidence is among the checks of the promotion itself', () => {
    assert.ok(step(planFailover(input(gone)), 'promote').checks.some((check) => check.type === 'gone'));
  });

  it('safety 8: no record of the old master makes it data-loss, with the name of the new one to be typed', () => {
    const promote = step(planFailover(input(gone, {}, { history: emptyHistory('media') })), 'promote');
    assert.equal(promote.danger, 'data-loss');
    assert.equal(promote.typed?.name, 'm2');
  });

  it('safety 8: more than 1,000 changes behind, or more than 10 s, is data-loss; less is not', () => {
    const seen = (version: number, clock: number) => ({
      ...seenHealthy,
      facts: { ...seenHealthy.facts, metadata: { value: { node: 'm1', version, clock }, at: clock } },
    });
    const danger = (version: number, clock: number) =>
      step(planFailover(input(gone, {}, { history: seen(version, clock), now: clock + 20_000 })), 'promote')
        .danger;
    assert.equal(danger(1460, 1795299999000), 'disruptive', 'an idle cluster in step is not behind');
    assert.equal(danger(1460 + 1000, 1795295551000), 'disruptive');
    assert.equal(danger(1460 + 1001, 1795295551000), 'data-loss');
    assert.equal(danger(1460 + 1, 1795295551001), 'data-loss');
  });

  it('safety 8: a look at the master long before its end does not prove that the winner was in step', () => {
    const seen = 1795295666000;
    const danger = (now: number, down?: number, heard = seen) => {
      const history = {
        ...seenHealthy,
        heard: { m1: heard },
        ...(down !== undefined && { down: { m1: down } }),
      };
      return step(planFailover(input(gone, {}, { now, history })), 'promote').danger;
    };
    assert.equal(danger(seen + 30_000), 'disruptive');
    assert.equal(danger(seen + 30_001), 'data-loss', 'it may have written until now');
    assert.equal(danger(seen + 3_600_000, seen + 20_000), 'disruptive', 'found down soon after the look');
    assert.equal(danger(seen + 3_600_000, seen + 31_000), 'data-loss');
    assert.equal(danger(seen + 3_600_000, seen + 20_000, seen + 25_000), 'data-loss', 'heard again since');
    const recent = planFailover(
      input(
        { m1: silence, m2: { holdsAddress: true, logs: [[2, 1470, 1795310000]] } },
        {},
        { now: 1795310020000 },
      ),
    );
    assert.equal(step(recent, 'promote').danger, 'disruptive', 'its own last change is recent');
  });

  it('safety 8: changes that came long after witnesses found the master down say that it lived on', () => {
    const last = 1795310000000;
    const logs: CandidateFacts = { holdsAddress: true, logs: [[2, 1470, last / 1000]] };
    const danger = (down: number) => {
      const history = { ...seenHealthy, heard: { m1: down - 10_000 }, down: { m1: down } };
      const now = last + 3_600_000;
      return step(planFailover(input({ m1: silence, m2: logs }, {}, { now, history })), 'promote').danger;
    };
    assert.equal(danger(last + 5_000), 'disruptive');
    assert.equal(danger(last - 29_000), 'disruptive');
    assert.equal(danger(last - 31_000), 'data-loss', 'nobody saw how long after its last change');
  });

  it('safety 8: a little behind at the last look says nothing of the hours after it', () => {
    const at = 1795295551000;
    const history = {
      ...seenHealthy,
      heard: { m1: at },
      facts: { ...seenHealthy.facts, metadata: { value: { node: 'm1', version: 1463, clock: at }, at } },
    };
    const danger = (now: number) => step(planFailover(input(gone, {}, { now, history })), 'promote').danger;
    assert.equal(danger(at + 30_000), 'disruptive');
    assert.equal(danger(at + 3_600_000), 'data-loss');
  });

  it('safety 8: a master whose end nobody saw yet may live on after the plan: the name is wanted later', () => {
    const seen = 1795295666000;
    const typed = (down: Record<string, number>, off?: true) => {
      const history = { ...seenHealthy, heard: { m1: seen }, down };
      const evidence = off ? {} : { consoleProblem: 'not approved', console: undefined };
      const change = { now: seen + 10_000, history, evidence } as Parameters<typeof input>[2];
      return step(planFailover(input(gone, {}, change)), 'promote').typed;
    };
    assert.equal(typed({})?.after, seen + 30_000);
    assert.match(typed({})?.why ?? '', /^Once it is later than \S+: m2 may lack writes/);
    assert.equal(typed({ m1: seen + 5_000 }), undefined, 'witnesses found it down');
    assert.equal(typed({}, true), undefined, 'its console says off');
  });

  it('passes over a candidate whose changelog was torn by a loss of power', () => {
    const torn = survey().replace(/changelog_ml\.0\.mfs .*/, 'unreadable changelog_ml.0.mfs');
    const plan = planFailover(input({ m1: silence, m2: torn }));
    assert.equal(plan.to, 'm3');
    assert.match(
      plan.notes.join('\n'),
      /m2 cannot be promoted: the first or last line of its changelog_ml\.0\.mfs/,
    );
    const own = survey().replace('now=', 'unreadable changelog.0.mfs\nnow=');
    refused(planFailover(input({ m1: silence, m2: own })), /changelog\.0\.mfs on m2.*nobody can tell/);
  });

  describe('safety 10: hooks that promote by themselves', () => {
    const hook = '#!/bin/bash\nip addr add "$2"/16 dev "$1"\n/usr/share/ucarp/setup.sh &\nexit 0';
    const automatic = (m2: CandidateFacts = {}, m3: CandidateFacts = {}) =>
      planFailover(input({ m1: silence, m2: { hook, ...m2 }, m3: { hook, ...m3 } }));
    const ids = (plan: Plan) => plan.steps.map(({ id }) => id);
    const waits = (plan: Plan) => {
      assert.equal(plan.refused, undefined);
      assert.deepEqual(ids(plan), ['wait-for-hooks', 'canary']);
      for (const { script, checks } of plan.steps.slice(0, 1)) assert.deepEqual([script, checks], ['', []]);
      assert.match(step(plan, 'wait-for-hooks').verify[0]?.title ?? '', /live master answers/);
    };

    it('are waited for while nobody has the address yet: one of them will', () => waits(automatic()));

    it('are waited for while one runs, or its mfsmaster is starting', () => {
      waits(automatic({ holdsAddress: true, hookRuns: true }));
      const starting = { processes: ['mfsmaster 48 R'], testSays: 'mfsmaster pid: 48' };
      waits(automatic({ holdsAddress: true, ...starting }));
    });

    it('are only verified when they brought up a master', () => {
      const live = { live: 1460, processes: ['mfsmaster 48 S'], testSays: 'mfsmaster pid: 48' };
      waits(automatic({ holdsAddress: true, ...live }));
    });

    it('are ended without running them when they finished in vain, and the chosen node gets others', () => {
      const plan = automatic({ holdsAddress: true });
      assert.equal(plan.refused, undefined);
      assert.equal(plan.to, 'm2');
      assert.ok(ids(plan).includes('prove-m1-gone'));
      for (const id of ['withdraw-m3', 'take-address'])
        assert.match(step(plan, id).script, /stop_ucarp KILL/);
      assert.match(step(plan, 'take-address').script, /-d \/run\/standby\/media\.vip-down/);
      assert.ok(plan.notes.some((note) => /brought up no master/.test(note)));
    });

    it('must not sleep somewhere when the promotion begins', () => {
      const { checks } = step(automatic({ holdsAddress: true }), 'promote');
      const asleep = checks.filter(({ title }) => title.startsWith('No hook of ucarp is at work'));
      assert.deepEqual(asleep.map(({ node }) => node).sort(), ['m2', 'm3']);
      const judged = (stdout: string) =>
        asleep.map((check) =>
          check.type === 'script'
            ? check.judge({ exitCode: 0, stdout, stderr: '', truncated: false }).holds
            : undefined,
        );
      assert.deepEqual(judged('end\n'), [true, true]);
      assert.deepEqual(judged('runs 4711\nend\n'), [false, false]);
      assert.deepEqual(judged(''), [false, false], 'an answer that is cut short');
      const harmless = step(planFailover(input(gone)), 'promote').checks.map(({ title }) => title);
      assert.ok(!harmless.some((title) => title.startsWith('No hook')));
    });

    it('never get the chance: the chosen node leaves the election before whoever holds the address', () => {
      const logs: [number, number, number][] = [[2, 1400, 1795295541]];
      const plan = planFailover(input({ m1: silence, m2: { hook }, m3: { hook, holdsAddress: true, logs } }));
      assert.deepEqual(
        plan.steps.slice(0, 4).map(({ id }) => id),
        ['prove-m1-gone', 'withdraw-m2', 'withdraw-m3', 'take-address'],
      );
      assert.equal(plan.to, 'm2');
      for (const { script, id } of plan.steps.slice(1, 4)) assert.match(script, /stop_ucarp KILL/, id);
    });

    it('on one candidate are enough', () => {
      waits(planFailover(input({ m1: silence, m2: {}, m3: { hook } })));
    });

    it('an address that they left without a ucarp is taken away', () => {
      const plan = automatic({ holdsAddress: true }, { holdsAddress: true, ucarps: [] });
      assert.ok(ids(plan).includes('withdraw-m3'));
      assert.ok(!ids(plan).includes('rejoin-election-m3'));
    });

    it('that cannot be read forbid it', () => {
      const unreadable = survey({ holdsAddress: true })
        .replace(/^> .*$/gm, '')
        .replace(/^hook u (.*)$/m, 'hook u $1\nunreadable');
      refused(planFailover(input({ m1: silence, m2: unreadable })), /cannot be read|only move/);
    });
  });

  it('safety 11: skew 1 comes before the master is started, and the address is checked absent elsewhere', () => {
    const plan = planFailover(input(gone));
    const order = plan.steps.map(({ id }) => id);
    assert.ok(order.indexOf('take-address') < order.indexOf('promote'));
    assert.match(step(plan, 'take-address').script, /start_ucarp 1/);
    assert.deepEqual(
      step(plan, 'take-address').checks.map(({ title }) => title),
      ['The virtual address is not on m3'],
    );
  });

  it('safety 15: the promotion checks that the files are those of the dry run', () => {
    assert.match(
      step(planFailover(input(gone)), 'promote').checks[0]?.title ?? '',
      /dry run reached version 1460/,
    );
  });

  it('safety 21: no script of the plan or the survey holds a password', () => {
    for (const { script } of planFailover(input(gone)).steps)
      assert.doesNotMatch(script, /secret|--pass[= ]/);
  });

  it('chooses by metadata, not by address', () => {
    const plan = planFailover(input({ m1: silence, m2: { holdsAddress: true, logs: [[2, 1000, 1]] } }));
    assert.equal(plan.to, 'm3');
    assert.match(plan.notes.join('\n'), /m2 reaches change 1000/);
  });

  it('breaks a tie for the holder of the address, then by the order of the file', () => {
    assert.equal(planFailover(input({ m1: silence, m3: { holdsAddress: true } })).to, 'm3');
    assert.equal(planFailover(input({ m1: silence })).to, 'm2');
  });

  it('refuses --to a candidate that has less', () => {
    refused(planFailover(input({ ...gone, m3: { logs: [[2, 9, 1]] } }, { to: 'm3' })), /m2 has more/);
    refused(planFailover(input(gone, { to: 'cs1' })), /no candidate/);
  });

  it('passes over a candidate without an image, and one with a gap', () => {
    assert.equal(planFailover(input({ m1: silence, m2: { image: undefined } })).to, 'm3');
    const gap = planFailover(
      input({
        m1: silence,
        m2: {
          logs: [
            [2, 9, 1],
            [11, 1459, 2],
          ],
        },
      }),
    );
    assert.equal(gap.to, 'm3');
    assert.match(gap.notes.join('\n'), /m2 cannot be promoted: its changelogs lack change 10/);
    refused(
      planFailover(input({ m1: silence, m2: { image: undefined }, m3: { dataFree: 10 } })),
      /No candidate can/,
    );
  });

  it('refuses metadata of two file systems', () => {
    refused(planFailover(input({ ...gone, m3: { fileid: '0x0000000000000001' } })), /different file systems/);
  });

  it('refuses a living master, and two of them', () => {
    const live = {
      live: 1460,
      holdsAddress: true,
      processes: ['mfsmaster 48 S'],
      testSays: 'mfsmaster pid: 48',
    };
    refused(planFailover(input({ m1: live })), /m1 is alive/);
    assert.match(
      planFailover(input({ m1: live }, { to: 'm1' })).nothingToDo ?? '',
      /m1 is the master already/,
    );
    refused(planFailover(input({ m1: live, m2: live })), /Two masters are live \(m1, m2\)/);
  });

  it('names restart-master when only the process died', () => {
    const died = { holdsAddress: true, ownLogs: [[1, 1459, 1795295541]] as [number, number, number][] };
    refused(planFailover(input({ m1: died })), /restart-master/);
  });

  it('safety 8: changes that an answering node has of its own are not thrown away for an older metalogger', () => {
    // m2 was promoted after Standby last looked, served, and its process died: m1 is still the last one seen.
    const served: CandidateFacts = { holdsAddress: true, ownLogs: [[1460, 1500, 1795295600]] };
    refused(planFailover(input({ m1: silence, m2: served })), /m2 .*change 1500.*m2 .*ends at 1459/);
    // The old master answers, without the address: its files hold what the metaloggers never got.
    const dead: CandidateFacts = { ownLogs: [[1, 1470, 1795295600]] };
    refused(planFailover(input({ m1: dead, m2: { holdsAddress: true }, m3: silence })), /m1 .*change 1470/);
    const level: CandidateFacts = { ownLogs: [[1, 1459, 1795295541]] };
    assert.equal(planFailover(input({ ...gone, m3: level })).refused, undefined);
  });

  it('says how fresh the winner is, and when its metalogger was stopped', () => {
    assert.match(
      planFailover(input(gone)).notes.join('\n'),
      /last change is of 2026-11-2\dT[\d:.]+Z, 2 min ago/,
    );
    assert.doesNotMatch(planFailover(input(gone)).notes.join('\n'), /No metalogger/);
    const stopped = planFailover(input({ ...gone, m2: { holdsAddress: true, processes: [] } }));
    assert.match(stopped.notes.join('\n'), /No metalogger runs on m2/);
  });

  it('safety 12: warns of an old master that would come back at skew 0', () => {
    assert.match(
      planFailover(input({ ...gone, m3: { ucarps: [0] } })).notes.join('\n'),
      /skew 0 on m3.*of m1 before/,
    );
    assert.doesNotMatch(planFailover(input(gone)).notes.join('\n'), /skew 0/);
  });

  it('names the node that should take over when it no longer can', () => {
    refused(planFailover(input({ m1: silence, m2: silence }, { to: 'm2' })), /m2, which should.*not answer/);
    const without = { m1: silence, m2: { image: undefined } } as const;
    refused(planFailover(input(without, { to: 'm2' })), /m2, which should.*no image/);
  });

  it('a living master without the address is not the end of an earlier run', () => {
    const live = { live: 1460, processes: ['mfsmaster 48 S'], testSays: 'mfsmaster pid: 48' };
    const world = { m1: live, m2: { holdsAddress: true, ucarps: [1] }, m3: { ucarps: ['saved' as const] } };
    refused(
      planFailover(input(world, { to: 'm2' })),
      /m1 is alive, but the virtual address is on m2.*without --to gives the address back to m1/,
    );
  });

  describe('a living master whose address an interrupted run has moved', () => {
    const live: CandidateFacts = { live: 1461, processes: ['mfsmaster 48 S'], testSays: 'mfsmaster pid: 48' };
    const holder: CandidateFacts = { holdsAddress: true, ucarps: [1] };
    const world = { m1: live, m2: holder, m3: { ucarps: ['saved' as const] } };

    it('gets it back, from the only node that holds it and last of all', () => {
      for (const request of [{}, { to: 'm1' }]) {
        const plan = planFailover(input(world, request));
        assert.equal(plan.refused, undefined);
        assert.deepEqual(
          plan.steps.map(({ id }) => id),
          [
            'withdraw-m3',
            'withdraw-m2',
            'address-back',
            'rejoin-election-m2',
            'rejoin-election-m3',
            'cluster-back',
            'canary',
          ],
        );
        assert.deepEqual(plan.lockNodes, ['m1', 'm2', 'm3']);
        for (const step of plan.steps.slice(0, 2)) {
          const titles = step.checks.map(({ title }) => title).join();
          assert.match(titles, /m1 answers as the master/);
          assert.match(titles, /No mfsmaster runs on m[23]/);
        }
      }
    });

    for (const [why, other, change, says] of [
      ['a candidate is silent', { ...world, m3: silence }, {}, /m3 does not answer, and may be the master/],
      ['two nodes hold it', { ...world, m3: { holdsAddress: true } }, {}, /on more than one node/],
      [
        'another was seen as the master later',
        world,
        { history: { ...seenHealthy, primary: { master: { node: 'm2', at: 1795295666000 } } } },
        /m2 was last seen as the master, not m1/,
      ],
      [
        'the holder has changes that it lacks',
        { ...world, m2: { ...holder, ownLogs: [[1400, 1480, 1795295541]] } },
        {},
        /m2 has change 1480, and m1 ends at 1460/,
      ],
      [
        'nobody put it there',
        { ...world, m2: { ...holder, ucarps: [50] } },
        {},
        /no interrupted run put it there/,
      ],
      [
        'its own ucarp does not run',
        { ...world, m1: { ...live, ucarps: [] } },
        {},
        /ucarp on m1 does not run/,
      ],
      [
        'hooks do more than move the address',
        { ...world, m3: { hook: '#!/bin/sh\n/usr/share/ucarp/setup.sh &' } },
        {},
        /hooks of ucarp on m3 do more/,
      ],
    ] as const) {
      it(`is left to a person where ${why}, with the remedy by name`, () => {
        const plan = planFailover(input(other as World, {}, change));
        refused(plan, says);
        refused(plan, /end ucarp on m2 .*start ucarp on m2 again at the common skew/);
        assert.deepEqual(plan.steps, []);
      });
    }
  });

  it('finishes an earlier run that promoted but did not get to its end', () => {
    const live = {
      live: 1461,
      holdsAddress: true,
      ucarps: [1],
      processes: ['mfsmaster 9 S'],
      testSays: 'pid: 9',
    };
    const plan = planFailover(input({ m1: silence, m2: live, m3: { ucarps: ['saved'] } }));
    assert.deepEqual(
      plan.steps.map(({ id }) => id),
      ['prove-m1-gone', 'rejoin-election-m3', 'cluster-back'],
    );
    assert.match(plan.steps[1]?.script ?? '', /start_ucarp 50/);
  });

  it('safety 14: not even that, while a candidate is merely unreachable', () => {
    const live = { live: 1461, holdsAddress: true, processes: ['mfsmaster 9 S'], testSays: 'pid: 9' };
    const m3: CandidateFacts = { ucarps: ['saved'] };
    refused(
      planFailover(input({ m1: silence, m2: live, m3 }, {}, { evidence: { reachedBy: ['m2'] } })),
      /m2 reaches it/,
    );
  });

  it('a refused login says nothing about the machine', () => {
    refused(planFailover(input({ ...gone, m3: denial })), /m3 refuses the login/);
  });

  it('names the node whose answer is cut short, empty, binary or in another language', () => {
    for (const text of [
      '',
      survey().slice(0, 200),
      '\u0000\u0001\uFFFD'.repeat(50),
      'Befehl nicht gefunden',
    ]) {
      refused(planFailover(input({ ...gone, m3: text })), /Node m3 answered.*something else than expected/);
    }
  });

  it('without a virtual address there is nothing to move', () => {
    refused(planFailover({ ...input(gone), cluster: { ...cluster, section: {} } }), /virtualIp/);
  });
});
