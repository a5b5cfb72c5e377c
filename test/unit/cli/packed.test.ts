import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { output, runProgram } from '../../bed/programs';
import { build, goodFile } from './built';

const root = resolve(import.meta.dirname, '../../..');

/** The command line as `npm pack` packs it, installed where nothing else is, without a network. */
describe('the packed command line', function () {
  this.timeout(120_000);
  let dir: string;

  const env = () => ({
    PATH: process.env['PATH'],
    HOME: dir,
    npm_config_cache: join(dir, 'cache'),
    npm_config_update_notifier: 'false',
  });
  const npm = (program: 'npm' | 'npx', cwd: string, ...args: string[]) =>
    runProgram(program, args, { timeoutMs: 100_000, cwd, env: env() });

  before(async () => {
    await build();
    dir = await mkdtemp(join(tmpdir(), 'standby-packed-'));
    // Without scripts: the build for production would empty dist/, which other tests use at this moment.
    await output('npm', ['pack', '--ignore-scripts', '--pack-destination', dir], {
      timeoutMs: 100_000,
      cwd: root,
      env: env(),
    });
    const [tarball] = (await readdir(dir)).filter((name) => name.endsWith('.tgz'));
    assert.ok(tarball);
    const installed = await npm(
      'npm',
      dir,
      'install',
      '--offline',
      '--no-audit',
      '--no-fund',
      `./${tarball}`,
    );
    assert.equal(installed.code, 0, installed.stderr);
    await writeFile(join(dir, 'good.cluster.yaml'), goodFile);
    await writeFile(join(dir, 'bad.cluster.yaml'), goodFile.replace('1TB', '1000'));
  });
  after(() => rm(dir, { recursive: true, force: true }));

  const standby = (...args: string[]) => npm('npx', dir, '--no-install', 'standby', ...args);

  it('brings no other package along', async () => {
    const names = (await readdir(join(dir, 'node_modules'))).filter((name) => !name.startsWith('.'));
    assert.deepEqual(names, ['standby']);
  });

  it('validates a good file and a bad one', async () => {
    const good = await standby('validate', 'good.cluster.yaml');
    assert.deepEqual({ code: good.code, stderr: good.stderr }, { code: 0, stderr: '' });
    const bad = await standby('validate', 'bad.cluster.yaml');
    assert.equal(bad.code, 1);
    assert.match(bad.stdout, /^bad\.cluster\.yaml:\d+:\d+: error: .*\[size-without-unit\]$/m);
  });

  it('writes SARIF for a code host', async () => {
    const { code, stdout } = await standby('validate', '--format', 'sarif', 'bad.cluster.yaml');
    assert.equal(code, 1);
    const { version, runs } = JSON.parse(stdout) as {
      version: string;
      runs: { results: { ruleId: string; level: string }[] }[];
    };
    assert.equal(version, '2.1.0');
    assert.deepEqual(
      runs.flatMap(({ results }) => results).filter(({ level }) => level === 'error')[0]?.ruleId,
      'size-without-unit',
    );
  });

  it('loads what it loads on demand: a plan from the file alone', async () => {
    const { code, stdout, stderr } = await standby(
      'plan',
      'good.cluster.yaml',
      'failover',
      '--to',
      'm2',
      '--offline',
    );
    assert.ok([0, 1].includes(code ?? -1), stderr);
    assert.match(stdout, /m2/);
  });
});
