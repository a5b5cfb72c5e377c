import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Approvals } from '../../../src/failover/approval';
import { ConsoleError, Consoles, runOnThisMachine, saysOff } from '../../../src/failover/console';
import { systemClock } from '../../../src/heartbeat/clock';

describe('consoles', () => {
  let dir: string;
  let approvals: Approvals;
  let consoles: Consoles;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'standby-console-'));
    approvals = new Approvals(join(dir, 'state'));
    consoles = new Consoles('c1', approvals, systemClock);
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const read = async (text: string) => {
    await consoles.approve('m1', text);
    return consoles.read('m1', text);
  };

  it('counts only the whole word off, in any case, through colours', () => {
    for (const text of ['Chassis Power is off', 'OFF', 'state:Off.', '\u001b[31moff\u001b[0m'])
      assert.ok(saysOff(text), text);
    for (const text of ['offline', 'turnoff', 'Power is on', 'off_line', 'öoff', '', 'o\nff'])
      assert.ok(!saysOff(text), text);
  });

  it('safety 4: takes no setting for the state of the machine (ipmitool chassis status of one that runs)', () => {
    const running =
      'System Power         : on\nPower Restore Policy : always-off\nLast Power Event     : ac-failed';
    assert.ok(!saysOff(running));
    assert.ok(saysOff(running.replace(': on', ': off')));
  });

  it('takes off from stdout and from stderr, but only with exit status 0', async () => {
    assert.equal((await read(`sh -c 'echo off'`)).off, true);
    assert.equal((await read(`sh -c 'echo Off >&2'`)).off, true);
    const failed = await read(`sh -c 'echo off; exit 1'`);
    assert.equal(failed.off, false);
    assert.match(failed.problem ?? '', /status 1/);
  });

  it('does not join a word from two streams', async () => {
    assert.equal((await read(`sh -c 'printf o; printf ff >&2'`)).off, false);
  });

  it('safety 19: runs no program by a relative path, which a cloned repository could bring', async () => {
    for (const text of ['./echo off', 'bin/echo off', '../echo off']) {
      assert.match((await read(text)).problem ?? '', /relative path/, text);
    }
    assert.equal((await read('/bin/echo off')).off, true);
  });

  it('gives nothing to a shell', async () => {
    const trace = join(dir, 'trace');
    const { output } = await read(`echo off; touch ${trace} $HOME $(id)`);
    assert.equal(output, `off; touch ${trace} $HOME $(id)`);
    assert.ok(!existsSync(trace));
  });

  it('says what is wrong with a program that is not there, and with a line that cannot be split', async () => {
    assert.match((await read('no-such-program-here status')).problem ?? '', /could not be started/);
    assert.match((await read(`echo 'off`)).problem ?? '', /without its partner/);
  });

  it('ends a hanging command with everything that it started', async () => {
    const trace = join(dir, 'trace');
    const result = await runOnThisMachine(['sh', '-c', `(sleep 1; touch ${trace}) & echo off; wait`], {
      timeoutMs: 200,
    });
    assert.match(result.problem ?? '', /no answer within/);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    assert.ok(!existsSync(trace), 'a grandchild went on');
  });

  it('is cancelled at once', async () => {
    const stop = new AbortController();
    const running = runOnThisMachine(['sleep', '20'], { timeoutMs: 20_000, signal: stop.signal });
    stop.abort(new Error('stopped'));
    await assert.rejects(running, /stopped/);
  });

  it('safety 19: runs nothing that was never approved, nor a changed text, nor for another node or cluster', async () => {
    const trace = join(dir, 'trace');
    const refused = (reason: string) => (error: unknown) =>
      error instanceof ConsoleError && error.reason === reason;
    await assert.rejects(consoles.read('m1', `touch ${trace}`), refused('not-approved'));
    await consoles.approve('m1', 'echo off');
    await assert.rejects(consoles.read('m1', `touch ${trace}`), refused('changed'));
    await assert.rejects(consoles.read('m2', 'echo off'), refused('not-approved'));
    await assert.rejects(
      new Consoles('c2', approvals, systemClock).read('m1', 'echo off'),
      refused('not-approved'),
    );
    assert.ok(!existsSync(trace));
  });

  it('safety 19: keeps hashes only, readable by the user alone', async () => {
    await consoles.approve('m1', 'ipmitool -P geheim');
    const file = join(dir, 'state', 'approvals.json');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(join(dir, 'state')).mode & 0o777, 0o700);
    const { readFileSync } = await import('node:fs');
    assert.ok(!readFileSync(file, 'utf8').includes('geheim'));
  });

  it('keeps every one of several approvals that are given at once, whichever store they come through', async () => {
    const other = new Consoles('c2', new Approvals(join(dir, 'state')), systemClock);
    const nodes = ['m1', 'm2', 'm3', 'm4'];
    await Promise.all(nodes.flatMap((node) => [consoles.approve(node, 'x'), other.approve(node, 'x')]));
    for (const node of nodes)
      for (const store of [consoles, other]) assert.equal(await store.approval(node, 'x'), 'approved', node);
  });

  it('knows names of nodes that every object has', async () => {
    assert.equal(await consoles.approval('constructor', 'x'), 'never');
    await consoles.approve('constructor', 'x');
    assert.equal(await consoles.approval('constructor', 'x'), 'approved');
  });

  it('guesses no approval from a damaged file', async () => {
    await consoles.approve('m1', 'echo off');
    writeFileSync(join(dir, 'state', 'approvals.json'), '{"c1": {"m1"');
    await assert.rejects(consoles.read('m1', 'echo off'), /damaged/);
  });
});
