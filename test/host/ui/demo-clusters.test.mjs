// All demo clusters side by side in one workbench, as `npm start` opens it: what only their systems know stands in the
// tree, and the story of the rebuild document comes true on the ten nodes of the vstorage cluster.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchBrowser, themes } from '../workbench.mjs';
import { driveRun, until } from './run-in-terminal.mjs';
import { npmStart } from './started.mjs';

describe('the demo clusters side by side', function () {
  this.timeout(480_000);
  this.bail(true);

  let started;
  let browser;
  let workbench;

  before(async () => {
    started = await npmStart();
    const settings = path.join(started.folder, '.vscode/settings.json');
    const demo = JSON.parse(await readFile(settings, 'utf8'));
    await writeFile(settings, JSON.stringify({ ...demo, 'terminal.integrated.gpuAcceleration': 'off' }));
    browser = await launchBrowser();
    workbench = await started.open(browser, { width: 1400, height: 1000 });
  });

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed' || workbench === undefined) return;
    await workbench.picture('demos-failed').catch(() => {});
    console.log(`      the window when it failed: screenshots/demos-failed.png\n${started.output()}`);
  });

  after(async () => {
    await browser?.close();
    await started?.stop();
  });

  it('are one tree, in which each says how fast its time runs', async () => {
    // On a machine that is busy with other tests the editor takes long to find the cluster files.
    await until('the view is there', 150_000, async () => {
      return workbench.openContainer('Standby').then(
        () => true,
        () => false,
      );
    });
    await until('the MooseFS cluster is active', 120_000, async () => {
      return (await spoken(/^cluster demo,.* all 9 nodes active/)).length === 1;
    });
    await collapse(/^cluster demo,/);
    await until('the Lustre targets are served', 120_000, () => sees(/^scratch, 6 of 6 targets served/));
    await inEveryTheme('lustre-tree');
    await collapse(/^cluster scratch-demo,/);
    await until('the vstorage cluster is active', 120_000, async () => {
      return (await spoken(/^cluster vdemo, demo ×60, all 10 nodes active/)).length === 1;
    });
  });

  it('move a Lustre target to its partner, from the palette to the end in the terminal', async () => {
    await workbench.command('Standby: Fail Over…');
    let pictured = false;
    const wanted = /scratch-demo\.cluster\.yaml|Fail over a target|^OST0000|^oss2|step by step/;
    await driveRun(
      workbench,
      240_000,
      async (text) => {
        if (!pictured && /^\s*2 of \d+/m.test(text)) {
          pictured = true;
          await inEveryTheme('lustre-terminal');
        }
        return /^\s*Done\./m.test(text);
      },
      wanted,
    );
    await expand(/^cluster scratch-demo,/);
    await until('oss2 serves it', 120_000, () => sees(/^OST0000, on oss2/));
    await inEveryTheme('lustre-failed-over');
    await collapse(/^cluster scratch-demo,/);
    await workbench.command('Terminal: Kill All Terminals');
    await workbench.command('View: Close All Editors');
  });

  it('wait, rebuild, are suppressed and cannot rebuild, in the words of the document', async () => {
    await until('its chunks are whole', 120_000, () => sees(/^Redundancy, nothing to rebuild/));
    await menu(/^cluster vdemo,/, 'Show Rebuild Progress');
    const panel = workbench.webview();
    await panel.getByText('Complete').first().waitFor();

    started.say('kill vs7');
    await until('it waits', 120_000, () => sees(/^Redundancy, rebuild starts in \d+ min/));
    await panel
      .getByText(/rebuild starts in \d+ min/)
      .first()
      .waitFor();
    const first = await countdown();
    await until('the countdown runs', 120_000, async () => (await countdown()) < first);
    await inEveryTheme('vstorage-waiting');

    started.say('kill vs8');
    await until('it rebuilds', 120_000, () => sees(/^Redundancy, rebuilding: /));
    await panel.getByText('Rebuilding').first().waitFor();
    await inEveryTheme('vstorage-rebuilding');

    // Both are rebuilt before the third goes, else chunks have lost too many pieces.
    started.say('pass 5h', 'kill vs9', 'pass 20m');
    await until('it is suppressed', 120_000, () =>
      sees(/^Redundancy, .*suppressed: 3 hosts offline, limit 2/),
    );
    await panel.getByText('Suppressed').first().waitFor();
    await inEveryTheme('vstorage-suppressed');

    started.say('start vs7', 'start vs8', 'start vs9', 'pass 5h', 'fill vs1', 'kill vs10', 'pass 20m');
    await until('it cannot rebuild', 120_000, () => sees(/^Redundancy, cannot rebuild: no room/));
    await panel
      .getByText(/cannot rebuild: no room/)
      .first()
      .waitFor();
    await inEveryTheme('vstorage-cannot');
    await workbench.resize(700, 900);
    await workbench.picture('vstorage-narrow');
    await workbench.resize(1400, 1000);
    started.say('heal vs10', 'empty vs1', 'pass 5h');
  });

  /** The accessible names of rows of the tree that match. */
  async function spoken(pattern) {
    return workbench
      .rows('Clusters', pattern)
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));
  }

  async function sees(pattern) {
    return (await spoken(pattern)).length > 0;
  }

  /** Seconds that the tree counts down to the rebuild. */
  async function countdown() {
    const [text = ''] = await spoken(/^Redundancy, rebuild starts in/);
    const [, minutes = '0', seconds = '0'] = /in (?:(\d+) min ?)?(?:(\d+) s)?/.exec(text) ?? [];
    return Number(minutes) * 60 + Number(seconds);
  }

  async function collapse(pattern) {
    const row = workbench.rows('Clusters', pattern).first();
    await row.click();
    if ((await row.getAttribute('aria-expanded')) === 'true')
      await workbench.page.keyboard.press('ArrowLeft');
  }

  async function expand(pattern) {
    const row = workbench.rows('Clusters', pattern).first();
    await row.click();
    if ((await row.getAttribute('aria-expanded')) === 'false')
      await workbench.page.keyboard.press('ArrowRight');
  }

  async function menu(pattern, item) {
    await workbench.rows('Clusters', pattern).first().click({ button: 'right' });
    const entry = workbench.page.getByRole('menuitem', { name: item }).first();
    await entry.waitFor();
    // A menu takes no click in its first moments: the button that opened it is still being released.
    for (let tries = 0; tries < 10 && (await entry.isVisible()); tries += 1) {
      await sleep(300);
      await entry.click({ timeout: 1_000 }).catch(() => {});
    }
  }

  async function inEveryTheme(name) {
    for (const theme of themes) {
      await workbench.theme(theme);
      await workbench.picture(`${name}-${theme.suffix}`);
    }
  }
});
