import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { beatAnswer, beatScript, readBeat } from '../../../src/heartbeat/beat';
import { UnreadableError } from '../../../src/heartbeat/probe';

const unreadable = (pattern: RegExp) => (error: unknown) =>
  error instanceof UnreadableError && pattern.test(error.message);

const saying = (script: string) => `${script}; echo "$answer"`;

describe('the heartbeat', () => {
  it('is answered by a real sh, with built-ins only', () => {
    // No PATH: a command that is no built-in could not start.
    const stdout = execFileSync('/bin/sh', ['-c', saying(beatScript)], {
      encoding: 'utf8',
      env: { PATH: '/nowhere' },
    });
    const reading = readBeat(stdout.trimEnd());
    assert.ok(reading.uptimeSeconds !== undefined && reading.uptimeSeconds > 0);
    assert.ok(reading.load !== undefined && reading.load >= 0);
  });

  it('answers where /proc is absent, without uptime and load', () => {
    const elsewhere = beatScript.replaceAll('/proc/', '/nowhere/');
    const { stdout, stderr } = spawnSync('/bin/sh', ['-c', saying(elsewhere)], { encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.deepEqual(readBeat(stdout.trimEnd()), {});
  });

  it('reads what simulated nodes answer', () => {
    assert.deepEqual(readBeat(beatAnswer(12.5, 0.25)), { uptimeSeconds: 12.5, load: 0.25 });
  });

  it('refuses an empty answer', () => assert.throws(() => readBeat(''), unreadable(/found nothing/)));

  it('refuses a binary answer', () =>
    assert.throws(() => readBeat('\x7fELF\x02\x01\0\0'), unreadable(/binary data/)));

  it('refuses an answer in another language, and repeats its beginning', () =>
    assert.throws(() => readBeat('Dieses Konto ist gesperrt.'), unreadable(/“Dieses Konto ist gesperrt\.”/)));
});
