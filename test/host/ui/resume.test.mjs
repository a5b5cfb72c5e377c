// A run in the real editor whose extension host dies in the middle of the promotion, and is gone on with afterwards.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { startDemo } from '../demo.mjs';
import { startHost } from '../host.mjs';
import { launchBrowser, openWorkbench, themes } from '../workbench.mjs';
import { driveRun, until } from './run-in-terminal.mjs';

describe('a run whose extension host is killed', function () {
  this.timeout(480_000);
  this.bail(true);

  let demo;
  let host;
  let browser;
  let workbench;
  /** What outlives the editor: the user's state folder. */
  let state;

  async function openEditor() {
    // A terminal drawn by WebGL has no text that a test could read.
    const settings = { 'terminal.integrated.gpuAcceleration': 'off' };
    [host, browser] = await Promise.all([
      startHost({ settings, env: { XDG_STATE_HOME: state } }),
      browser ?? launchBrowser(),
    ]);
    workbench = await openWorkbench(browser, host, demo.dir, { width: 1400, height: 900 });
  }

  before(async () => {
    state = await mkdtemp(path.join(tmpdir(), 'standby-state-'));
    demo = await startDemo();
    await openEditor();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.picture('resume-failed').catch(() => {});
  });

  after(async () => {
    await browser?.close();
    await host?.stop();
    await demo?.stop();
    if (state !== undefined) await rm(state, { recursive: true, force: true });
  });

  /** The journal says that the promotion's command has started and not ended. */
  async function isPromoting() {
    const runs = path.join(state, 'standby/runs');
    const [journal] = (await readdir(runs).catch(() => [])).filter((name) => name.endsWith('.jsonl'));
    const lines = journal === undefined ? '' : await readFile(path.join(runs, journal), 'utf8');
    return /"type":"command-started","step":"promote"/.test(lines);
  }

  it('is interrupted in the middle of the promotion', async () => {
    await workbench.openContainer('Standby');
    const masters = workbench.rows('Clusters', /^node \S+, primary, active/);
    await until('a master is known', 120_000, async () => (await masters.count()) > 0);
    demo.say('kill m1');
    await workbench
      .rows('Clusters', /^node m1, ((was )?primary, )?(inactive|offline)/)
      .first()
      .waitFor();
    const pid = await extensionHostPid(host);
    await workbench.command('Standby: Fail Over…');
    await driveRun(workbench, 240_000, isPromoting);
    process.kill(pid, 'SIGKILL');
  });

  it('is offered after the restart, goes on from where the cluster is by then, and succeeds', async () => {
    await workbench.close();
    await host.stop();
    await openEditor();
    const toast = workbench.page
      .locator('.notification-toast')
      .filter({ hasText: /“failover to m\d” on demo, begun .* was interrupted/ });
    await toast.waitFor({ timeout: 120_000 });
    await workbench.picture('resume-offer');
    await toast.getByRole('button', { name: 'Go On with It…' }).click();
    await driveRun(workbench, 240_000, (text) => /^\s*Done\.|^\s*Nothing to do\./m.test(text));
    await workbench.picture('resumed');
    await workbench.openContainer('Standby');
    const masters = workbench.rows('Clusters', /^node m[23], primary, active/);
    await until('another node is the master', 120_000, async () => (await masters.count()) === 1);
  });

  it('is one of the past runs, with a report that tells of both parts', async () => {
    await workbench.command('Standby: Show Past Runs');
    const row = workbench.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: 'demo · succeeded' });
    await row.waitFor();
    await workbench.picture('past-runs');
    await row.click();
    await workbench.pick('Open the report');
    const report = workbench.webview();
    await report.getByText('Resumed').first().waitFor();
    const text = await report.innerText();
    assert.match(text, /Outcome\s+succeeded/);
    for (const theme of themes) {
      await workbench.theme(theme);
      await workbench.picture(`report-${theme.suffix}`);
    }
  });
});

/** The extension host of this very host: found by the home that it was given. */
async function extensionHostPid(host) {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const read = (file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
    if (!(await read('cmdline')).includes('--type=extensionHost')) continue;
    if ((await read('environ')).includes(`HOME=${host.dir}/home`)) return Number(pid);
  }
  throw new Error('no extension host runs');
}
