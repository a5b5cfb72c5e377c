import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { hostName, judge, matchesHost, parseKnownHosts, type KnownHostLine } from '../../src/ssh/known-hosts';
import { KnownHostsFiles } from '../../src/ssh/known-hosts-files';
import { KnownHostsIndex } from '../../src/ssh/known-hosts-index';
import { makeKey, publicKey } from './sshd';
import { TEST_LIMIT } from './limits';
import { tempFolder } from './temp';

const hasKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined;

describe(`known_hosts, held against ssh-keygen${hasKeygen ? '' : ' (skipped: no ssh-keygen here)'}`, function () {
  // It starts many processes, which a busy machine does slowly.
  this.timeout(TEST_LIMIT);
  const temp = tempFolder();
  const file = path.join(temp.dir, 'known_hosts');
  let keys: readonly string[] = [];

  before(function () {
    if (!hasKeygen) return this.skip();
    keys = (['ed25519', 'ecdsa', 'rsa'] as const).map((type) => {
      const { type: name, base64 } = publicKey(makeKey(path.join(temp.dir, type), type));
      return `${name} ${base64}`;
    });
  });
  after(() => temp.dispose());

  /** The lines, with their markers, that ssh-keygen finds for a name. */
  const theirs = (name: string) => {
    const { stdout } = spawnSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' });
    return [...stdout.matchAll(/^# Host .* found: line (\d+) ?(\S*)/gm)].map(([, line, marker = '']) =>
      `${line} ${marker}`.trim(),
    );
  };
  const told = (lines: readonly KnownHostLine[]) =>
    lines.map((line) => `${line.line} ${line.revoked ? 'REVOKED' : line.authority ? 'CA' : ''}`.trim());
  const ours = (name: string) =>
    told(parseKnownHosts(readFileSync(file, 'latin1'), file).filter((line) => matchesHost(line, name)));

  it('finds the same lines in generated files, plain and hashed', async () => {
    const host = fc.constantFrom('db1', 'DB1.example.net', '10.0.0.7', '2001:db8::1', 'gate');
    const port = fc.constantFrom(22, 2222);
    const name = fc.tuple(host, port).map(([one, at]) => hostName(one, at));
    const pattern = fc.oneof(
      name,
      fc.constantFrom('*', 'db?', 'DB1', '*.example.net', '!gate', '!db*', '[db1]:*', '[*]:2222', '10.0.0.*'),
    );
    const line = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.tuple(
          fc.constantFrom('', '', '', '@revoked ', '@cert-authority ', '@other '),
          fc.array(pattern, { minLength: 1, maxLength: 3 }).map((all) => all.join(',')),
          fc.integer({ min: 0, max: 2 }),
          fc.constantFrom('', ' comment', ' two words', '\r'),
        ),
      },
      fc.constantFrom(
        '',
        '# note',
        '   ',
        'db1',
        'db1 ssh-ed25519',
        'db1 ssh-ed25519 AAAA',
        'db1 ssh-rsa !!!',
      ),
    );
    const isHashed = fc.boolean();
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 6 }), isHashed, name, async (lines, hashed, asked) => {
        writeFileSync(
          file,
          lines
            .map((one) =>
              typeof one === 'string' ? one : `${one[0]}${one[1]} ${keys[one[2]] ?? ''}${one[3]}`,
            )
            .join('\n'),
        );
        if (hashed) {
          spawnSync('ssh-keygen', ['-q', '-H', '-f', file]);
          rmSync(`${file}.old`, { force: true });
        }
        assert.deepEqual(ours(asked), theirs(asked), readFileSync(file, 'latin1'));
        const index = new KnownHostsIndex(parseKnownHosts(readFileSync(file, 'latin1'), file));
        assert.deepEqual(told(index.about(asked)), ours(asked));
        await Promise.resolve();
      }),
      { numRuns: 100, seed: 20_261_122 },
    );
  });

  it('stores keys that ssh-keygen finds, plain and hashed, whatever the last line looked like, once each', async () => {
    const key = Buffer.from((keys[0] ?? '').split(' ')[1] ?? '', 'base64');
    for (const hashNew of [false, true]) {
      for (const before of [undefined, '', '# no newline at the end', 'other ssh-rsa']) {
        rmSync(file, { force: true });
        if (before !== undefined) writeFileSync(file, before, { mode: 0o644 });
        const places = { user: [file], system: [], revoked: [], hashNew };
        // Two windows of the editor, each with files of its own.
        await Promise.all([1, 2].map(() => new KnownHostsFiles().add(places, '[db1]:2222', key)));
        await new KnownHostsFiles().add(places, '[db1]:2222', key);
        assert.ok(theirs('[db1]:2222').length >= 1, readFileSync(file, 'utf8'));
        assert.ok(
          theirs('[db1]:2222').length <= 2,
          'two at the same moment may both write, a third does not',
        );
        assert.deepEqual(theirs('[db2]:2222'), []);
        assert.equal(statSync(file).mode & 0o777, before === undefined ? 0o600 : 0o644);
        assert.ok(readFileSync(file, 'utf8').startsWith(before ?? ''));
      }
    }
  });

  it('never stores a name that would match other hosts', async () => {
    const key = Buffer.from((keys[0] ?? '').split(' ')[1] ?? '', 'base64');
    for (const name of ['*', 'db?', 'a,b', '!a', 'a b', '@revoked', '#a', 'a\nb *', '|1|x|y']) {
      rmSync(file, { force: true });
      const places = { user: [file], system: [], revoked: [], hashNew: false };
      await new KnownHostsFiles().add(places, name, key);
      const lines = parseKnownHosts(readFileSync(file, 'latin1'), file);
      for (const other of ['db1', 'a', 'b', 'anything'])
        assert.equal(judge(lines, other, key).kind, 'unknown', `${name} made ${other} known`);
      assert.equal(judge(lines, name, key).kind, 'known', name);
    }
  });

  it('takes RevokedHostKeys in text form, and does without no file that it cannot read', async () => {
    const [first = '', second = ''] = keys;
    const revoked = path.join(temp.dir, 'revoked');
    writeFileSync(file, `db1 ${first}\ndb1 ${second}\n`);
    writeFileSync(revoked, `# lost\n${first} of the old machine\n`);
    const places = { user: [file], system: [], revoked: [revoked], hashNew: false };
    const lines = await new KnownHostsFiles().about(places, 'db1');
    const blob = (key: string) => Buffer.from(key.split(' ')[1] ?? '', 'base64');
    assert.equal(judge(lines, 'db1', blob(first)).kind, 'revoked');
    assert.equal(judge(lines, 'db1', blob(second)).kind, 'known');
    execFileSync('ssh-keygen', ['-q', '-k', '-f', revoked, path.join(temp.dir, 'ed25519.pub')]);
    await assert.rejects(new KnownHostsFiles().about(places, 'db1'), /binary revocation list/);
    rmSync(revoked);
    await assert.rejects(new KnownHostsFiles().about(places, 'db1'), /ENOENT/);
  });
});
