#!/usr/bin/env node
// `npm run test:vsix`: packs the extension, installs the package into the browser-based VS Code, and runs there the
// suite of the extension host, the tests of what a new user does, and those of test/host/vsix/.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { measure, packageExtension } from '../../scripts/package.mjs';
import { startGroup, stopOnSignals } from '../../scripts/processes.mjs';
import { extensionFolder as root } from './host.mjs';

const scratch = await mkdtemp(path.join(os.tmpdir(), 'standby-vsix-'));
const vsix = path.join(scratch, 'standby.vsix');
const stats = { passes: 0, failures: 0, pending: 0 };
const failed = [];
let running;
stopOnSignals(async () => {
  await running?.stop();
  await rm(scratch, { recursive: true, force: true });
});

try {
  await packageExtension(vsix, { quiet: true });
  const { size, files } = await measure(vsix);
  process.stdout.write(`      installed from a package of ${(size / 1024).toFixed(1)} KB, ${files} files\n`);
  await play('the suite', [path.join(import.meta.dirname, 'run.mjs')]);
  const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js');
  const reporter = path.join(root, 'scripts/mocha-reporter.cjs');
  const tests = [...(await newUsers()).map((name) => `test/host/ui/${name}`), 'test/host/vsix/*.test.mjs'];
  await play('the tests of the user interface', [
    ...[mocha, '--reporter', reporter, '--exit', '--timeout', '240000'],
    ...tests,
  ]);
} catch (error) {
  process.stderr.write(`vsix: ${error.message}\n`);
  stats.failures += 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
if (process.env.STANDBY_TEST_RESULT)
  await writeFile(process.env.STANDBY_TEST_RESULT, JSON.stringify({ stats, failed }));
process.stdout.write(`vsix: ${stats.passes} passed, ${stats.failures} failed\n`);
process.exitCode = stats.failures > 0 || stats.passes === 0 ? 1 : 0;

/** The tests that go the way of somebody who has just installed Standby. */
async function newUsers() {
  const names = await readdir(path.join(import.meta.dirname, 'ui'));
  return names.filter((name) => /^(main-job|first-hour.*)\.test\.mjs$/.test(name)).sort();
}

async function play(what, args) {
  const resultFile = path.join(scratch, 'result.json');
  await rm(resultFile, { force: true });
  running = startGroup(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, STANDBY_TEST_VSIX: vsix, STANDBY_TEST_RESULT: resultFile },
    graceMs: 20_000,
  });
  const { code } = await running.ended;
  const result = JSON.parse(await readFile(resultFile, 'utf8').catch(() => '{}'));
  if (result.stats === undefined) throw new Error(`${what} ended with exit code ${code} and left no result`);
  for (const key of Object.keys(stats)) stats[key] += result.stats[key];
  failed.push(...(result.failed ?? []));
  if (code !== 0 && result.stats.failures === 0) throw new Error(`${what} ended with exit code ${code}`);
}
