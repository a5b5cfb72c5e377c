import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boundedFunction, runFolder } from '../../../src/systems/lustre/scripts/common';

describe('commands with a limit on a node of Lustre', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'standby-bounded-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  /** Runs a script under sh with `bounded`, whose files lie in the scratch folder. */
  function run(
    script: string,
  ): Promise<{ readonly code: number; readonly said: string; readonly ms: number }> {
    const text = boundedFunction.replaceAll(runFolder, dir) + script;
    const began = Date.now();
    return new Promise((resolve) => {
      execFile(
        'sh',
        ['-c', text],
        { env: { PATH: `${dir}:${process.env['PATH'] ?? ''}` }, timeout: 60_000, killSignal: 'SIGKILL' },
        (error, stdout, stderr) =>
          resolve({ code: Number(error?.code ?? 0), said: stdout + stderr, ms: Date.now() - began }),
      );
    });
  }

  it('keeps its limit by the clock where every pause takes long: on a machine that is slow to start processes', async () => {
    writeFileSync(join(dir, 'sleep'), '#!/bin/sh\nexec /bin/sleep 0.7\n');
    chmodSync(join(dir, 'sleep'), 0o755);
    const { code, said, ms } = await run('bounded 2 tail -f /dev/null');
    assert.equal(code, 124);
    assert.match(said, /no answer within 2 s/);
    // Whoever counted pauses of a tenth of a second would need at least 14 s.
    assert(ms > 2_000 && ms < 13_000, `${ms} ms`);
  });

  it('gives output and status of a command that ends in time', async () => {
    const { code, said } = await run("bounded 5 sh -c 'echo said; exit 3'");
    assert.deepEqual({ code, said }, { code: 3, said: 'said\n' });
  });
});
