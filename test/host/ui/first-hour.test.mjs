// The first half of a person's first hour: the walkthrough leads to the demo, breaks a node of it, fails over and shows
// the panel, and ticks each step when it happened. Nothing is set up before but an empty folder.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import process from 'node:process';
import { startHost } from '../host.mjs';
import { launchBrowser, openWorkbench, themes } from '../workbench.mjs';
import { driveRun, until } from './run-in-terminal.mjs';

describe('the walkthrough, as a new user goes through it', function () {
  this.timeout(240_000);
  this.bail(true);

  const undo = [];
  let workbench;

  before(async () => {
    const folder = await mkdtemp('/tmp/standby-hour-');
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const [host, browser] = await Promise.all([
      // A terminal drawn by WebGL has no text that a test could read.
      startHost({ settings: { 'terminal.integrated.gpuAcceleration': 'off' } }),
      launchBrowser(),
    ]);
    undo.push(
      () => host.stop(),
      () => browser.close(),
    );
    workbench = await openWorkbench(browser, host, folder, { width: 1400, height: 900 });
  });

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed' || workbench === undefined) return;
    await workbench.picture('walkthrough-failed').catch(() => {});
    console.log('      the window when it failed: screenshots/walkthrough-failed.png');
  });

  after(async () => {
    for (const step of undo.reverse()) await Promise.resolve(step()).catch(() => {});
  });

  it('opens from the view, with six steps of which none has been taken', async () => {
    await workbench.command('Standby: Show Clusters');
    await workbench.page
      .locator('.welcome-view-content')
      .getByRole('button', { name: 'Get started step by step' })
      .click();
    await step('demo').waitFor();
    assert.equal(await workbench.page.locator('[data-step-id^="standby.standby#start#"]').count(), 6);
    for (const id of ['demo', 'break', 'failover', 'file', 'connect', 'plan']) {
      await open(id);
      await inEveryTheme(`walkthrough-${id}`);
      assert.equal(await isTicked(id), false, id);
    }
  });

  it('starts the demo clusters in this very window, and ticks the step', async () => {
    await press('demo', 'Open Demo Clusters');
    await until('the demo is active', 120_000, async () => {
      return (await workbench.rows('Clusters', /^cluster demo,.*all 9 nodes active/).count()) === 1;
    });
    await until('the master is known', 60_000, async () => {
      return (await workbench.rows('Clusters', /^node m1, primary, active/).count()) > 0;
    });
    await ticked('demo');
    await workbench.picture('walkthrough-demo-runs');
  });

  it('kills the master, and the tree says what it was', async () => {
    await press('break', 'Kill a Node');
    await workbench.pick(onDemo);
    await workbench.pick(/^m1/);
    await until('m1 is silent', 120_000, async () => {
      return (await workbench.rows('Clusters', /^node m1, was primary, (inactive|offline)/).count()) > 0;
    });
    await ticked('break');
    await workbench.picture('walkthrough-broken');
  });

  it('fails over to another master, step by step', async () => {
    await press('failover', 'Fail Over…');
    const wanted = new RegExp(`${onDemo.source}|failover|Let the plan choose|step by step`);
    await driveRun(workbench, 200_000, (text) => /^\s*Done\./m.test(text), wanted);
    await until('another node is the master', 60_000, async () => {
      return (await workbench.rows('Clusters', /^node m[23], primary, active/).count()) > 0;
    });
    await ticked('failover');
  });

  it('shows in the panel what the cluster does now', async () => {
    await workbench.command('Terminal: Kill All Terminals');
    await press('failover', 'Show Rebuild Progress');
    const panel = workbench.webview();
    await panel.getByText('m1', { exact: false }).first().waitFor();
    await workbench.picture('walkthrough-panel');
  });

  /** The row of the one demo cluster whose file is demo.cluster.yaml. */
  const onDemo = /(?<![-\w])demo\.cluster\.yaml/;

  function step(id) {
    return workbench.page.locator(`[data-step-id="standby.standby#start#${id}"]`).first();
  }

  /** Shows the walkthrough with a step open. */
  async function open(id) {
    const tab = workbench.page.getByRole('tab', { name: /Walkthrough|Get Started|Welcome/ }).first();
    if ((await step(id).count()) === 0 || !(await step(id).isVisible())) await tab.click();
    await step(id).waitFor();
    const isOpen = async () => /expanded/.test((await step(id).getAttribute('class')) ?? '');
    await until(`step ${id} is open`, 60_000, async () => {
      if (!(await isOpen())) await step(id).click();
      return isOpen();
    });
  }

  async function press(id, name) {
    await open(id);
    await step(id).getByRole('button', { name, exact: true }).click();
  }

  async function isTicked(id) {
    return (await step(id).locator('[role=checkbox][aria-checked=true], .codicon.complete').count()) > 0;
  }

  async function ticked(id) {
    await open(id);
    await until(`step ${id} is ticked`, 30_000, () => isTicked(id));
  }

  async function inEveryTheme(name) {
    const chosen = process.env.STANDBY_TEST_PICTURES ? themes : [];
    for (const theme of chosen) {
      await workbench.theme(theme);
      await workbench.page.waitForTimeout(1000);
      await workbench.picture(`${name}-${theme.suffix}`);
    }
  }
});
