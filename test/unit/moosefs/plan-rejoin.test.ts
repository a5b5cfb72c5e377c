import assert from 'node:assert/strict';
import type { Plan, ScriptCheck } from '../../../src/failover/plan';
import type { PlanInput } from '../../../src/failover/planner';
import { planRejoin } from '../../../src/systems/moosefs/plan-rejoin';
import { planWriteImage } from '../../../src/systems/moosefs/plan-write-image';
import { cluster, input, silence, survey, type CandidateFacts, type World } from './plan-fixtures';

const request = { kind: 'rejoin', target: 'm1' };

/** m2 was promoted: it has changes of its own from 1460 on, and no image. */
const promoted: CandidateFacts = {
  live: 1500,
  holdsAddress: true,
  processes: ['mfsmaster 48 S'],
  testSays: 'mfsmaster pid: 48',
  ucarps: [1],
  ownLogs: [[1460, 1499, 1795295650]],
};
const withImage = (version: number, at = 1795295660): string =>
  survey(promoted).replace(
    '@@ changelogs',
    [
      `== metadata.mfs.back size=2905 mtime=${at}`,
      '# header: MFSM 2.0 (4D46534D20322E30)',
      `# version: ${version} ; fileid: 0x6B020925DD0A5199`,
      '@@ changelogs',
    ].join('\n'),
  );
/** The old master, switched on again with its mfsmaster off. */
const back: CandidateFacts = { ownLogs: [[1, 1459, 1795295541]], processes: [] };
const following: CandidateFacts = { logs: [[2, 1499, 1795295650]] };
const tails = (text: string, file: string, ...lines: string[]) =>
  `${text}\n@@ tails\n== ${file}\n${lines.join('\n')}\n@@ over\n`;

const ids = ({ steps }: Plan) => steps.map(({ id }) => id);
const plan = (world: World, change: Partial<PlanInput> = {}, wish: object = request) =>
  planRejoin(input(world, wish, change));
const usual: World = { m1: back, m2: withImage(1480), m3: following };

describe('MooseFS rejoin plan', () => {
  it('moves the old metadata aside, starts the metalogger, and gives the skew back at the very end (safety 12)', () => {
    const made = plan(usual);
    assert.equal(made.refused, undefined);
    assert.deepEqual(ids(made), ['return-m1', 'common-skew']);
    const script = made.steps[0]?.script ?? '';
    assert.match(script, /mv "\$f" "\$keep\/"/);
    assert.doesNotMatch(script, /\brm -rf|\brm "/);
    const last = made.steps.at(-1)?.script ?? '';
    assert.match(last, /kill -9 "\$p"/);
    assert.doesNotMatch(last, /vip-down|kill -TERM/);
    assert.deepEqual(made.lockNodes, ['m1', 'm2', 'm3']);
  });

  it('writes an image first where the promoted master has none, or one that its changes do not go with', () => {
    assert.deepEqual(ids(plan({ ...usual, m2: promoted })), ['write-image', 'return-m1', 'common-skew']);
    assert.equal(ids(plan({ ...usual, m2: withImage(900) }))[0], 'write-image');
  });

  it('ends a stale mfsmaster only after its name was typed, and says what it alone has', () => {
    const stale: CandidateFacts = {
      ...back,
      processes: ['mfsmaster 40 S'],
      live: 1475,
      testSays: 'mfsmaster pid: 40',
    };
    const made = plan({ ...usual, m1: { ...stale, ownLogs: [[1, 1474, 1795295600]] } });
    assert.deepEqual(ids(made), ['end-master-m1', 'return-m1', 'common-skew']);
    const [end] = made.steps;
    assert.equal(end?.typed?.name, 'm1');
    assert.equal(end?.danger, 'data-loss');
    assert.match(end?.typed?.why ?? '', /went on to change 1474/);
    const hung = plan({
      ...usual,
      m1: { ...back, processes: ['mfsmaster 40 T'], testSays: 'mfsmaster pid: 40' },
    });
    assert.equal(ids(hung)[0], 'end-master-m1');
    assert.equal(hung.steps[0]?.danger, 'disruptive');
  });

  it('safety 8: more changes than the present master ever had are given up only after the name was typed', () => {
    const ahead = plan({ ...usual, m1: { ...back, ownLogs: [[1, 1500, 1795295700]] } });
    assert.deepEqual(ids(ahead), ['return-m1', 'common-skew']);
    const [step] = ahead.steps;
    assert.deepEqual([step?.typed?.name, step?.danger], ['m1', 'data-loss']);
    assert.match(step?.typed?.why ?? '', /m2 never had.*change 1500/);
    const [usually] = plan({ ...usual, m1: { ...back, ownLogs: [[1, 1462, 1795295600]] } }).steps;
    assert.equal(usually?.typed, undefined);
  });

  it('brings ucarp to the common skew, from what a plan kept, or from the cluster file where none ran', () => {
    assert.deepEqual(ids(plan({ ...usual, m1: { ...back, ucarps: ['saved'] } })), [
      'return-m1',
      'rejoin-election-m1',
      'common-skew',
    ]);
    assert.deepEqual(ids(plan({ ...usual, m1: { ...back, ucarps: [7] } })), [
      'return-m1',
      'withdraw-m1',
      'rejoin-election-m1',
      'common-skew',
    ]);
    const without = { ...usual, m1: { ...back, ucarps: [] } };
    assert.match(plan(without).refused ?? '', /moosefs\.passwordFile/);
    const section = { ...cluster.section, passwordFile: '/etc/ucarp/password' };
    const made = plan(without, { cluster: { ...cluster, section } });
    assert.deepEqual(ids(made), ['return-m1', 'rejoin-election-m1', 'common-skew']);
    assert.match(made.steps[1]?.script ?? '', /-k 50 /);
  });

  it("starts no ucarp with hooks that a failover made for the master's node alone", () => {
    const own = (way: string) =>
      `option ${way[0] ?? ''} /run/standby/media.vip-${way === 'up' ? 'up' : 'down'}`;
    const m2 = withImage(1480).replace('flag B', `${own('up')}\n${own('down')}\nflag B`);
    const section = { ...cluster.section, passwordFile: '/etc/ucarp/password' };
    const made = plan({ ...usual, m1: { ...back, ucarps: [] }, m2 }, { cluster: { ...cluster, section } });
    const start = made.steps.find(({ id }) => id === 'rejoin-election-m1');
    assert.match(start?.script ?? '', /-u \/usr\/share\/ucarp\/vip-up -d \/usr\/share\/ucarp\/vip-down/);
  });

  it('keeps the low skew while another candidate could still win with something old', () => {
    const made = plan({ ...usual, m3: { ...following, logs: [[2, 400, 1795295000]] } });
    assert.deepEqual(ids(made), ['return-m1']);
    assert.ok(made.notes.some((note) => /m2 keeps its low skew for now.*m3/.test(note)));
    const off = plan({ ...usual, m3: silence });
    assert.deepEqual(ids(off), ['prove-m3-gone', 'return-m1']);
  });

  it('has nothing to do for a node that follows, and only the skew to give back when that is left', () => {
    const settled: World = { m1: following, m2: withImage(1480), m3: following };
    assert.deepEqual(ids(plan(settled)), ['common-skew']);
    const done = { ...settled, m2: withImage(1480).replace('option k 1', 'option k 50') };
    assert.match(plan(done).nothingToDo ?? '', /m1 follows m2/);
  });

  it('knows a metalogger of another history by the changes themselves', () => {
    const m2 = tails(withImage(1480), 'changelog.0.mfs', '1498 1795295649 WRITE', '1499 1795295650 WRITE');
    const same = tails(survey(following), 'changelog_ml.0.mfs', '1499 1795295650 WRITE');
    const other = tails(survey(following), 'changelog_ml.0.mfs', '1499 1795295644 UNLINK');
    assert.deepEqual(ids(plan({ m1: same, m2, m3: following })), ['common-skew']);
    assert.deepEqual(ids(plan({ m1: other, m2, m3: following })), ['return-m1', 'common-skew']);
  });

  it('safety 16: counts as done only with an image that was downloaded since, and with no file of the past', () => {
    const check = plan(usual).steps[0]?.doneWhen[0];
    assert.ok(check);
    const judged = (change: (text: string) => string, own = '') =>
      check.judge({
        exitCode: 0,
        stderr: '',
        truncated: false,
        stdout: change(
          `process mfsmetalogger\n@@ images\n== metadata_ml.mfs.back size=9 mtime=1795295680\n# header: MFSM 2.0 (4D46534D20322E30)\n# version: 1480 ; fileid: 0x6B020925DD0A5199\n@@ changelogs\n${own}changelog_ml.0.mfs first=1480 last=1499 mtime=1795295680 at=1795295650\nnow=1795295681\n@@ end\n`,
        ),
      }).holds;
    assert.equal(
      judged((text) => text),
      true,
    );
    assert.equal(
      judged((text) => text.replace('mtime=1795295680\n#', 'mtime=1795295000\n#')),
      false,
    );
    assert.equal(
      judged((text) => text.replace('process mfsmetalogger', '')),
      false,
    );
    assert.equal(
      judged((text) => text.replace('last=1499', 'last=1490')),
      false,
    );
    assert.equal(
      judged((text) => text, 'changelog.0.mfs first=1 last=9 mtime=1 at=1\n'),
      false,
    );
    assert.equal(
      judged((text) => text.replace('@@ end', '')),
      false,
    );
  });

  for (const [what, world, reason] of [
    ['the master itself', { ...usual, m1: promoted, m2: following }, /m1 is the master itself/],
    ['no master', { ...usual, m2: following }, /No other candidate is a live master/],
    ['two other masters', { ...usual, m3: { ...promoted, holdsAddress: false } }, /Two masters are live/],
    [
      'an address elsewhere',
      { ...usual, m2: { ...promoted, holdsAddress: false } },
      /virtual address is on no candidate/,
    ],
    ['an address on two', { ...usual, m1: { ...back, holdsAddress: true } }, /virtual address is on/],
    ['a node that is silent', { ...usual, m1: silence }, /m1 does not answer/],
    ['a hook that promotes', { ...usual, m1: { ...back, hook: 'mfsmaster start' } }, /does more than move/],
  ] as [string, World, RegExp][]) {
    it(`refuses: ${what}`, () => assert.match(plan(world).refused ?? '', reason));
  }

  it('safety 14: refuses while a candidate is merely unreachable, and a node that is no candidate', () => {
    const evidence = { console: { off: false, output: 'on' } };
    const made = planRejoin(input({ ...usual, m3: silence }, request, { evidence }));
    assert.match(made.refused ?? '', /m3 does not answer.*nothing proves/);
    assert.match(plan(usual, {}, { kind: 'rejoin', target: 'cs1' }).refused ?? '', /cs1 is no candidate/);
  });

  it('the checks of each step name what must hold, and each one can fail', () => {
    const stale: CandidateFacts = {
      ...back,
      processes: ['mfsmaster 40 S'],
      live: 1470,
      testSays: 'mfsmaster pid: 40',
    };
    const made = plan({ m1: stale, m2: promoted, m3: following });
    const checks = made.steps.flatMap((step) => [...step.checks, ...step.verify]);
    assert.ok(checks.length >= 12);
    for (const check of checks as ScriptCheck[]) {
      const nothing = { exitCode: 255, stdout: '', stderr: 'gone', truncated: false };
      assert.equal(check.judge(nothing).holds, false, check.title);
    }
  });
});

describe('MooseFS write-image plan', () => {
  const wish = { kind: 'write-image' };
  const world: World = { m1: following, m2: promoted, m3: following };

  it('restarts the master in place and waits until each metalogger could be promoted', () => {
    const made = planWriteImage(input(world, wish));
    assert.deepEqual(ids(made), ['write-image', 'cluster-back', 'image-on-m1', 'image-on-m3', 'canary']);
    assert.equal(made.steps[0]?.danger, 'disruptive');
    assert.match(made.steps[0]?.script ?? '', /mfsmaster restart/);
  });

  it('does not restart it again for an image that was just written', () => {
    const fresh = planWriteImage(input({ ...world, m2: withImage(1490) }, wish));
    assert.equal(fresh.steps[0]?.done, true);
    const old = planWriteImage(input({ ...world, m2: withImage(1490, 1795290000) }, wish));
    assert.equal(old.steps[0]?.done, undefined);
  });

  it('refuses without room, without a master, with a hung one, with two', () => {
    const refused = (change: World) => planWriteImage(input({ ...world, ...change }, wish)).refused ?? '';
    assert.match(refused({ m2: { ...promoted, dataFree: 1000 } }), /has 1000 bytes free/);
    assert.match(refused({ m2: following }), /No other candidate is a live master/);
    assert.match(
      refused({ m1: { ...back, processes: ['mfsmaster 40 T'], testSays: 'pid: 40' } }),
      /does not answer/,
    );
    assert.match(refused({ m1: { ...promoted, holdsAddress: false } }), /Two masters are live/);
  });
});
