#!/usr/bin/env node
// Runs the suite of test/host/suite in a downloaded desktop VS Code (needs the network, and a screen or xvfb-run).
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { runTests } from '@vscode/test-electron';
import { extensionFolder } from './host.mjs';
import { buildSuite, suiteEntry } from './suite-build.mjs';

const scratch = await mkdtemp(path.join(os.tmpdir(), 'standby-desktop-'));
try {
  await buildSuite();
  const workspace = path.join(scratch, 'workspace');
  await mkdir(workspace);
  const resultFile = path.join(scratch, 'result.json');
  let failure;
  try {
    await runTests({
      extensionDevelopmentPath: path.resolve(extensionFolder),
      extensionTestsPath: suiteEntry,
      launchArgs: [
        workspace,
        '--disable-extensions',
        '--disable-workspace-trust',
        '--user-data-dir',
        path.join(scratch, 'user'),
        // Electron refuses root without it.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
      extensionTestsEnv: { STANDBY_TEST_RESULT: resultFile, STANDBY_TEST_GREP: '' },
    });
  } catch (error) {
    failure = error;
  }
  const result = await readFile(resultFile, 'utf8').then(JSON.parse, () => undefined);
  for (const line of result?.output ?? []) process.stdout.write(`${line}\n`);
  if (failure !== undefined) process.stderr.write(`desktop: ${failure.message ?? failure}\n`);
  if (failure !== undefined || !result || result.stats.passes === 0) process.exitCode = 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
