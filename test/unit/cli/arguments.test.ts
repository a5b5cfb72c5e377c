import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError } from '../../../src/cli/exit';
import { readInvocation } from '../../../src/cli/invocation';
import { toJson } from '../../../src/cli/json';
import { wantsColour } from '../../../src/cli/output';
import { Desk, goodFile } from './built';

describe('the words of the command line', () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['', /No command/],
    ['stats f', /Did you mean 'status'/],
    ['validate', /at least one FILE/],
    ['validate f --format xml', /--format xml .*pretty, json, sarif/],
    ['status', /needs a FILE/],
    ['status f g', /'g' is one argument too many/],
    ['status f --timeout 20', /--timeout 20 is not a duration/],
    ['status f --timeout 0s', /not a duration/],
    ['status f --timeout 2h', /1h at most/],
    ['status f --offline', /Unknown option '--offline'/],
    ['plan f', /needs a KIND/],
    ['plan f failover m1 m2', /'m2' is one argument too many/],
    ['run f --confirm', /confirm/],
    ['run f failover --resume X', /'failover' is one argument too many/],
    ['demo f', /takes no argument/],
    ['demo --nodes many', /a number from 5 to 2000/],
    ['demo --nodes 3', /a number from 5 to 2000/],
    ['help me', /'me' is not a command/],
  ];
  for (const [words, message] of wrong) {
    it(`standby ${words} is a usage error`, () => {
      assert.throws(
        () => readInvocation(words.split(' ').filter(Boolean)),
        (error) => {
          assert(error instanceof UsageError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it('reads every option of run', () => {
    const words =
      'run f failover --to m2 --yes --confirm m1 --confirm media --journal j --format json --ssh-config c --accept-new --system-ssh --cluster media';
    assert.deepEqual(readInvocation(words.split(' ')), {
      command: 'run',
      file: 'f',
      kind: 'failover',
      to: 'm2',
      yes: true,
      confirm: ['m1', 'media'],
      journal: 'j',
      format: 'json',
      sshConfig: 'c',
      acceptNew: true,
      systemSsh: true,
      cluster: 'media',
    });
  });

  it('takes a file that begins with a hyphen after --', () => {
    assert.deepEqual(readInvocation(['validate', '--', '--help']), {
      command: 'validate',
      files: ['--help'],
      format: 'pretty',
    });
  });

  it('turns bigints into numbers, exact to 2^53', () => {
    assert.equal(toJson({ a: 2n ** 53n, b: [1n] }), '{"a":9007199254740992,"b":[1]}');
  });

  it('uses colour on a terminal only, and not against NO_COLOR', () => {
    assert.equal(wantsColour(true, {}), true);
    assert.equal(wantsColour(false, {}), false);
    assert.equal(wantsColour(true, { NO_COLOR: '1' }), false);
    assert.equal(wantsColour(true, { NO_COLOR: '' }), true);
    assert.equal(wantsColour(true, { TERM: 'dumb' }), false);
  });
});

describe('standby as a process', function () {
  this.timeout(60_000);
  let desk: Desk;
  before(async () => {
    desk = await Desk.make();
    await desk.write('good.yaml', goodFile);
    await desk.write(
      'two.yaml',
      `${goodFile}---\n${goodFile.replace('media', 'second').replaceAll('10.0.0', '10.0.1')}`,
    );
    await desk.write('broken.yaml', goodFile.replace('roles: [master]', 'roles: master'));
  });
  after(() => desk.clear());

  it('explains itself and tells its version', async () => {
    const { version } = JSON.parse(
      await readFile(resolve(import.meta.dirname, '../../../package.json'), 'utf8'),
    ) as {
      version: string;
    };
    assert.equal((await desk.run('--version')).stdout, `${version}\n`);
    for (const command of ['validate', 'status', 'plan', 'run', 'whatif', 'discover', 'compare', 'demo']) {
      const { code, stdout } = await desk.run(command, '--help');
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`^Usage: standby ${command} `));
    }
    assert.match((await desk.run('plan', '--help')).stdout, /moosefs: failover/);
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['nonsense', /not a command/],
    ['demo --system mosefs', /no simulated cluster of 'mosefs'\. Did you mean moosefs\? There are moosefs, /],
    ['discover root@a', /needs --system/],
    ['discover --system moosefs', /needs at least one USER@HOST/],
    ['discover root@a --system mosefs', /no storage system 'mosefs'\. Did you mean 'moosefs'/],
    ['discover root@a:99999 --system moosefs', /port of 'root@a:99999' is not between 1 and 65535/],
    ['discover root@a/b --system moosefs', /'root@a\/b' is not an address to log in at/],
    ['discover root@a --system moosefs --name a/b', /--name: 'a\/b' is not a name/],
    ['discover root@a --system moosefs --become doas', /--become is none or sudo, not 'doas'/],
    [
      'discover root@a --system moosefs --output good.yaml',
      /good\.yaml exists already and is not overwritten/,
    ],
    ['compare', /compare needs a FILE/],
    ['compare broken.yaml', /nothing was connected/],
    ['plan good.yaml rejoin m1 --to m2', /rejoin takes no --to/],
    ['status missing.yaml', /missing\.yaml .*no such file/],
    ['status .', /directory/],
    ['status broken.yaml', /broken\.yaml:5:\d+: error: .*\[bad-value\]\n(?:.*\n)*.*nothing was connected/],
    ['plan broken.yaml failover', /nothing was connected/],
    ['run broken.yaml failover --yes', /nothing was connected/],
    ['plan good.yaml failback m1', /no plan of the kind 'failback' for .*failover, restart-master/],
    ['plan good.yaml failover m2', /takes no TARGET.*--to m2/],
    ['plan good.yaml failover --to m9', /no node m9/],
    ['plan two.yaml failover', /several clusters.*--cluster: media, second/],
    ['status good.yaml --cluster nobody', /no cluster 'nobody'/],
    ['status good.yaml --ssh-config nowhere', /nowhere does not exist/],
    ['run good.yaml failover', /no terminal.*--yes/],
    ['run good.yaml failover --format json', /needs --yes/],
    ['run good.yaml --resume nothing --yes', /no run nothing/],
  ];
  for (const [words, message] of wrong) {
    it(`answers 'standby ${words}' with exit status 2 and says why`, async () => {
      const { code, stdout, stderr } = await desk.run(...words.split(' '));
      assert.equal(code, 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, message);
    });
  }

  it('plans offline without asking any node', async () => {
    const { code, stdout, stderr } = await desk.run(
      'plan',
      'good.yaml',
      'failover',
      '--offline',
      '--format',
      'json',
    );
    const plan = JSON.parse(stdout) as { kind: string; cluster: string; steps: unknown[]; refused?: string };
    assert.equal(code, plan.refused === undefined ? 0 : 1, stderr);
    assert.equal(plan.kind, 'failover');
    assert.equal(plan.cluster, 'media');
    assert(Array.isArray(plan.steps));
  });
});
