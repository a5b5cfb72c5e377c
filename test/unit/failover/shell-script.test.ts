import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan, ScriptCheck, Step } from '../../../src/failover/plan';
import { planShellScript } from '../../../src/failover/shell-script';
import { planFailover } from '../../../src/systems/moosefs/plan-failover';
import { input, silence } from '../moosefs/plan-fixtures';

const check = (title: string, node: string, script: string): ScriptCheck => ({
  type: 'script',
  title,
  node,
  script,
  timeoutMs: 1000,
  judge: () => ({ holds: true, detail: '' }),
});

const step = (change: Partial<Step>): Step => ({
  id: 'a',
  title: 'A step',
  node: 'm1',
  why: 'It has to be.',
  checks: [],
  script: 'echo ran',
  timeoutMs: 1000,
  verify: [],
  verifyForMs: 5000,
  danger: 'none',
  doneWhen: [],
  ...change,
});

const plan = (change: Partial<Plan>): Plan => ({
  kind: 'failover',
  cluster: 'media',
  notes: [],
  steps: [],
  lockNodes: ['m1', 'm2'],
  ...change,
});

describe('a plan as a shell script', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'standby-script-'))));
  after(() => rmSync(folder, { recursive: true }));

  function run(text: string, ...args: string[]) {
    const file = join(folder, 'plan.sh');
    writeFileSync(file, text);
    return spawnSync('sh', [file, ...args], { encoding: 'utf8', cwd: folder });
  }

  it('of a real failover can be read by a shell, and runs nothing by itself', () => {
    const made = planFailover(input({ m1: silence, m2: {}, m3: {} }));
    assert.equal(made.refused, undefined);
    const text = planShellScript(made);
    const file = join(folder, 'real.sh');
    writeFileSync(file, text);
    execFileSync('sh', ['-n', file]);
    const listed = run(text);
    assert.equal(listed.status, 0, listed.stderr);
    for (const [index, { title }] of made.steps.entries())
      assert.ok(listed.stdout.includes(`${index + 1}. `) && listed.stdout.includes(title), title);
  });

  it('runs one step, or what its checks read, when asked for it by number', () => {
    const text = planShellScript(
      plan({
        steps: [
          step({ script: 'set -eu\necho first; exit 3' }),
          step({ script: 'echo second', checks: [check('Is it?', 'm2', 'echo looked')] }),
        ],
      }),
    );
    const first = run(text, 'run', '1');
    assert.deepEqual([first.status, first.stdout], [3, 'step 1, meant for m1\nfirst\n']);
    assert.match(run(text, 'run', '2').stdout, /second/);
    assert.equal(run(text, 'look', '2').stdout, '== look_1, meant for m2\nlooked\n');
    assert.doesNotMatch(run(text, 'run', '9').stdout, /second/);
  });

  it('names what only a person can do: the lock, each check, evidence, typed names', () => {
    const text = planShellScript(
      plan({
        steps: [
          step({
            danger: 'data-loss',
            typed: { name: 'm2', why: 'It may lack writes.' },
            checks: [
              check('No mfsmaster runs on m3', 'm3', 'true'),
              { type: 'gone', title: 'm1 is off', node: 'm1', console: 'power m1', witnesses: [] },
            ],
          }),
        ],
      }),
    );
    for (const words of [
      /^#.*The lock: .*m1, m2/m,
      /^#.*No mfsmaster runs on m3 \(on m3: look_1\)/m,
      /^#.*m1 is off \(on your own machine: power m1\)/m,
      /^#.*read its console twice, at least 5 s apart/m,
      /^#.*make you type: m2 .*It may lack writes/m,
      /^# Danger: DATA LOSS/m,
    ])
      assert.match(text, words);
  });

  it('says that a plan was refused, and runs nothing of it', () => {
    const text = planShellScript(plan({ refused: 'The master is alive.', steps: [step({})] }));
    assert.match(text, /^# REFUSED: The master is alive\./m);
    const ended = run(text, 'run', '1');
    assert.deepEqual([ended.status, ended.stdout], [1, '']);
  });

  it('takes no text for a command', () => {
    const evil = "x\ntouch pwned\n#'; touch pwned; $(touch pwned) `touch pwned`";
    const text = planShellScript(
      plan({
        cluster: evil,
        to: evil,
        lockNodes: [evil],
        steps: [
          step({
            title: evil,
            node: evil,
            why: evil,
            typed: { name: evil, why: evil },
            checks: [
              check(evil, evil, 'true'),
              { type: 'gone', title: evil, node: evil, console: evil, witnesses: [] },
            ],
          }),
        ],
      }),
    );
    for (const args of [[], ['run', '1'], ['look', '1']]) assert.equal(run(text, ...args).status, 0);
    assert.equal(existsSync(join(folder, 'pwned')), false);
  });
});
