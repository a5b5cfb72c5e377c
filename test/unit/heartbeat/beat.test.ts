import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { beatAnswer, beatScript, readBeat } from '../../../src/heartbeat/beat';
import { UnreadableError } from '../../../src/heartbeat/probe';
import { said } from './fakes';

const unreadable = (pattern: RegExp) => (error: unknown) =>
  error instanceof UnreadableError && pattern.test(error.message);

describe('the heartbeat', () => {
  it('is answered by a real sh, with built-ins only', () => {
    // No PATH: a command that is no built-in could not start.
    const stdout = execFileSync('/bin/sh', ['-c', beatScript], {
      encoding: 'utf8',
      env: { PATH: '/nowhere' },
    });
    const reading = readBeat(said(stdout));
    assert.ok(reading.uptimeSeconds !== undefined && reading.uptimeSeconds > 0);
    assert.ok(reading.load !== undefined && reading.load >= 0);
  });

  it('answers where /proc is absent, without uptime and load', () => {
    const elsewhere = beatScript.replaceAll('/proc/', '/nowhere/');
    const { stdout, status } = spawnSync('/bin/sh', ['-c', elsewhere], { encoding: 'utf8' });
    assert.equal(status, 0);
    assert.deepEqual(readBeat(said(stdout)), {});
  });

  it('reads what simulated nodes answer', () => {
    assert.deepEqual(readBeat(said(beatAnswer(12.5, 0.25))), { uptimeSeconds: 12.5, load: 0.25 });
  });

  it('refuses an empty answer', () => assert.throws(() => readBeat(said('')), unreadable(/found nothing/)));

  it('refuses a truncated answer', () => {
    const answer = beatAnswer(12.5, 0.25);
    for (let length = 1; length < answer.length; length++)
      assert.throws(() => readBeat(said(answer.slice(0, length))), UnreadableError, `cut after ${length}`);
  });

  it('refuses a binary answer', () =>
    assert.throws(() => readBeat(said('\x7fELF\x02\x01\0\0')), unreadable(/binary data/)));

  it('refuses an answer in another language, and repeats its beginning', () =>
    assert.throws(
      () => readBeat(said('Dieses Konto ist gesperrt.\n')),
      unreadable(/“Dieses Konto ist gesperrt\.”/),
    ));

  it('refuses an answer with something before it, and says where that may come from', () =>
    assert.throws(() => readBeat(said(`Welcome!\n${beatAnswer(1, 1)}`)), unreadable(/“Welcome!”.*\.bashrc/)));

  it('says how the command ended and what it complained about', () =>
    assert.throws(
      () => readBeat(said('', { exitCode: 1, stderr: 'sudo: a password is required\n' })),
      unreadable(/status 1.*sudo: a password is required/),
    ));
});
