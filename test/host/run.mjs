#!/usr/bin/env node
// Runs the mocha suite of test/host/suite inside the extension host of the browser-based VS Code.
// Options: --grep TEXT, --result FILE (mocha's JSON), --keep-log (copies the host's logs to out/test/host-logs).
// With STANDBY_TEST_VSIX, a package, the suite meets Standby as an installed extension, not one under development.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { stopOnSignals } from '../../scripts/processes.mjs';
import { extensionFolder, startHost } from './host.mjs';
import { watchResponsive } from './responsive.mjs';
import { launchBrowser, WAIT, workbenchUrl } from './workbench.mjs';
import { buildSuite, suiteEntry } from './suite-build.mjs';

const { values } = parseArgs({
  options: { grep: { type: 'string' }, result: { type: 'string' }, 'keep-log': { type: 'boolean' } },
});

/** Milliseconds for the whole suite, on a machine that is busy with other suites. */
const LIMIT = 480_000;

const undo = [];
let undone;
/** Undoes what was set up, last first, once. */
const stop = () =>
  (undone ??= (async () => {
    for (const step of undo.reverse()) await Promise.resolve(step()).catch(() => {});
  })());
stopOnSignals(stop);

try {
  process.exitCode = await inHost();
} catch (error) {
  process.stderr.write(`host: ${error.stack ?? error}\n`);
  process.exitCode = 1;
} finally {
  await stop();
}

async function inHost() {
  await buildSuite();
  const scratch = await mkdtemp('/tmp/vst-');
  undo.push(() => rm(scratch, { recursive: true, force: true }));
  const workspace = path.join(scratch, 'workspace');
  await mkdir(workspace);
  const resultFile = path.join(scratch, 'result.json');

  const vsix = process.env.STANDBY_TEST_VSIX ?? '';
  const host = await startHost({
    link: false,
    smokeTestDriver: true,
    env: {
      STANDBY_TEST_RESULT: resultFile,
      STANDBY_TEST_GREP: values.grep ?? '',
      STANDBY_TEST_INSTALLED: vsix === '' ? '' : 'yes',
    },
  });
  undo.push(() => host.stop());
  if (values['keep-log']) undo.push(() => keepLogs(host));

  const browser = await launchBrowser();
  undo.push(() => browser.close());
  // A suite runs only beside an extension under development; beside an installed Standby that is an empty one.
  const underDevelopment = vsix === '' ? extensionFolder : path.join(import.meta.dirname, 'stall-watch');
  const soFar = () => readFile(`${resultFile}.running`, 'utf8').catch(() => 'Nothing was begun.');
  const exitCode = await inBrowser(browser, host, workspace, underDevelopment, soFar);

  let result;
  try {
    result = JSON.parse(await readFile(resultFile, 'utf8'));
  } catch {
    throw new Error(`the extension host ended with ${exitCode} and wrote no result`);
  }
  for (const line of result.output) process.stdout.write(`${line}\n`);
  const resultCopy = values.result ?? process.env.STANDBY_TEST_RESULT;
  if (resultCopy) await writeFile(resultCopy, JSON.stringify(result));
  if (result.stats.passes === 0) throw new Error('no test passed in the extension host');
  return exitCode === 0 && result.stats.failures === 0 ? 0 : 1;
}

async function inBrowser(browser, host, workspace, underDevelopment, soFar) {
  const page = await browser.newPage();
  page.setDefaultTimeout(WAIT);
  const said = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  const responsive = watchResponsive(page, host);
  const finished = new Promise((resolve) => {
    void page.exposeFunction('codeAutomationExit', (code) => resolve(code));
  });
  await page.exposeFunction('codeAutomationLog', (type, args) => {
    const words = args?.join?.(' ') ?? String(args);
    said.push(`${type}: ${words}`);
    responsive.hear(words);
  });
  const remote = (file) => `vscode-remote://127.0.0.1:${host.port}${path.resolve(file)}`;
  await page.goto(
    workbenchUrl(host, workspace, [
      ['extensionDevelopmentPath', remote(underDevelopment)],
      ['extensionTestsPath', remote(suiteEntry)],
    ]),
  );
  const late = Symbol('late');
  const code = await Promise.race([
    finished,
    sleep(LIMIT, late, { ref: false }),
    host.ended.then(() => {
      throw new Error('the browser-based VS Code ended during the tests');
    }),
  ]);
  if (code === late) {
    throw new Error(
      `the suite did not end within ${LIMIT / 1000} s:\n${await soFar()}\nThe page said:\n${said.slice(-40).join('\n')}`,
    );
  }
  await responsive.settle();
  return code;
}

async function keepLogs(host) {
  const to = path.join(extensionFolder, 'out/test/host-logs');
  await rm(to, { recursive: true, force: true });
  await cp(host.logFile, path.join(to, 'host.log'));
  await cp(path.join(host.dir, 'u/logs'), path.join(to, 'logs'), { recursive: true }).catch(() => {});
}
