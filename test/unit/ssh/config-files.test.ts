import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { readConfigFiles } from '../../../src/ssh/config-file';
import { ConfigProblem, readConfigLines } from '../../../src/ssh/config-lines';
import { readConfigValues } from '../../../src/ssh/config-values';
import { matchesPattern } from '../../../src/ssh/patterns';
import { computing } from '../computing';

describe('SSH configuration files', () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'standby-config-'));
  const at = (...parts: string[]) => path.join(dir, ...parts);
  after(() => rmSync(dir, { recursive: true }));

  it("are the user's before the system's, and none where there are none", async () => {
    assert.deepEqual(await readConfigFiles(undefined, at('nobody'), at('missing')), []);
    mkdirSync(at('home', '.ssh'), { recursive: true });
    writeFileSync(at('home', '.ssh', 'config'), 'User mine\n');
    mkdirSync(at('etc', 'more'), { recursive: true });
    writeFileSync(at('etc', 'ssh_config'), 'Include more/*.conf\nUser theirs\n');
    writeFileSync(at('etc', 'more', 'x.conf'), 'Port 99\n');
    const files = await readConfigFiles(undefined, at('home'), at('etc', 'ssh_config'));
    const values = readConfigValues(files, { host: 'a', localUser: 'me', hasJump: false });
    assert.deepEqual(values.get('user')?.words, ['mine']);
    assert.deepEqual(values.get('port')?.words, ['99'], 'relative to the folder of the system’s file');
  });

  it('are refused when others may write to them, unless they were named', async () => {
    chmodSync(at('home', '.ssh', 'config'), 0o666);
    await assert.rejects(readConfigFiles(undefined, at('home'), at('missing')), /chmod go-w/);
    assert.equal((await readConfigFiles(at('home', '.ssh', 'config'), at('home'), at('missing'))).length, 1);
  });

  it('end in an answer or a ConfigProblem with its place, whatever they hold', () => {
    const word = fc.constantFrom(
      'Host',
      'Match',
      'host',
      'all',
      'final',
      'exec',
      'User',
      '"',
      "'",
      '\\',
      '=',
      '#',
      ' ',
      '\t',
      '\r',
      '*',
      '!',
      ',',
      '%h',
      'a',
      'ProxyJump',
      'Include',
      '\0',
      'ü',
    );
    const text = fc
      .array(fc.oneof(word, fc.constant('\n'), fc.string({ maxLength: 4 })), { maxLength: 40 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(text, (all) => {
        try {
          const files = [{ file: 'c', lines: readConfigLines(all, 'c'), included: new Map() }];
          readConfigValues(files, { host: 'a', localUser: 'me', hasJump: false });
        } catch (error) {
          assert.ok(error instanceof ConfigProblem, String(error));
          assert.match(error.message, /^c line \d+: /);
        }
      }),
      { seed: 20_261_122, numRuns: 2_000 },
    );
  });
});

describe('matchesPattern', () => {
  it('agrees with a regular expression on short texts', () => {
    const text = (letters: string) => fc.string({ unit: fc.constantFrom(...letters), maxLength: 7 });
    fc.assert(
      fc.property(text('ab*?'), text('ab'), (pattern, name) => {
        const source = pattern.replaceAll('*', '.*').replaceAll('?', '.');
        assert.equal(matchesPattern(pattern, name), new RegExp(`^${source}$`).test(name));
      }),
      { seed: 20_261_122, numRuns: 2_000 },
    );
  });

  it('takes no exponential time', () => {
    const took = computing(() =>
      assert.equal(matchesPattern(`${'a*'.repeat(500)}b`, 'a'.repeat(5_000)), false),
    );
    assert.ok(took < 2_000, `${took} ms`);
  });
});
