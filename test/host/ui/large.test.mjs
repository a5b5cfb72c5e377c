// A thousand simulated nodes in the real editor: the tree is usable while they connect, and the extension host never
// becomes unresponsive.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterFiles, startDemo } from '../demo.mjs';
import { startHost } from '../host.mjs';
import { watchResponsive } from '../responsive.mjs';
import { launchBrowser, openWorkbench, themes } from '../workbench.mjs';

const NODES = 1000;

describe('a thousand nodes', function () {
  this.timeout(480_000);
  this.bail(true);

  let demo;
  let host;
  let browser;
  let workbench;
  let responsive;

  before(async () => {
    [demo, host, browser] = await Promise.all([startDemo({ nodes: NODES }), startHost(), launchBrowser()]);
    workbench = await openWorkbench(browser, host, demo.dir, { width: 1400, height: 900 });
    responsive = watchResponsive(workbench.page, host);
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.picture('large-failed').catch(() => {});
  });

  after(async () => {
    await browser?.close();
    await Promise.all([host?.stop(), demo?.stop()]);
  });

  it('become active, under a group that stays closed', async () => {
    const [file] = await clusterFiles(demo.dir);
    await workbench.openFile(file);
    const began = performance.now();
    await workbench.openContainer('Standby');
    await workbench.rows('Clusters', /^cluster large/).waitFor();
    // The others follow: what a person does while they connect is part of the test.
    const first = await until('the first hundred is active', 240_000, async () => {
      const count = Number(/Active, (\d+)/.exec((await spokenOf(/^nodes Active/)) ?? '')?.[1] ?? 0);
      return count >= 100 ? count : undefined;
    });
    console.log(`      ${first} nodes active ${seconds(began)} s after the view was opened`);
    // The five metadata servers have a small group of their own.
    assert.equal(
      await workbench.rows('Clusters', /^node .* active/).count(),
      5,
      'well nodes stand in the way',
    );
  });

  it('are filtered while one types, and the message says so', async () => {
    await workbench.command('Standby: Filter Nodes…');
    const input = workbench.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    const began = performance.now();
    await input.fill('rack:r07 cs0007');
    await workbench.page
      .getByText(/Nodes shown: 1 of 1000, for “rack:r07 cs0007”/)
      .first()
      .waitFor();
    await until('only cs0007 is shown', 120_000, async () => {
      return (await workbench.rows('Clusters', /^node /).count()) === 1 && (await spokenOf(/^node cs0007/));
    });
    console.log(`      filtered in ${seconds(began)} s`);
    await input.press('Enter');
    await workbench.picture('large-filter');
    await workbench.command('Standby: Clear Filter');
    await workbench
      .rows('Clusters', /^nodes Active/)
      .first()
      .waitFor();
  });

  it('can be opened and scrolled to the last one', async () => {
    const began = performance.now();
    const active = workbench.rows('Clusters', /^nodes Active/).first();
    await active.locator('.monaco-tl-twistie').click();
    await until('its first nodes are in sight', 120_000, async () => {
      return (await workbench.rows('Clusters', /^node cs00\d+/).count()) > 10;
    });
    await workbench
      .rows('Clusters', /^node cs00\d+/)
      .first()
      .click();
    await until('nodes far below are in sight', 120_000, async () => {
      await workbench.page.keyboard.press('End');
      return spokenOf(/^node cs0[1-9]\d\d/);
    });
    console.log(`      opened and scrolled in ${seconds(began)} s`);
    await workbench.picture('large-scrolled');
    await workbench.page.keyboard.press('Home');
  });

  it('are all active at last, and none is silent', async () => {
    const began = performance.now();
    const all = new RegExp(`^cluster large, all ${NODES} nodes active`);
    await until('all are active', 240_000, () => spokenOf(all));
    assert.ok((await workbench.rows('Clusters', /^node .* active/).count()) >= 5);
    assert.equal(await workbench.rows('Clusters', /^nodes (Unknown|Inactive|Offline|Denied)/).count(), 0);
    console.log(`      all of them ${seconds(began)} s later`);
  });

  it('that fall silent stand on top, with since when and why, and are counted on the badge', async () => {
    const killed = ['cs0021', 'cs0022', 'cs0023'];
    for (const node of killed) demo.say(`kill ${node}`);
    for (const node of killed)
      await workbench
        .rows('Clusters', new RegExp(`^node ${node}, inactive`))
        .first()
        .waitFor();
    assert.match((await spokenOf(/^node cs0021/)) ?? '', /^node cs0021, inactive since \d\d:\d\d/);
    const badge = workbench.page.locator('.activitybar .badge-content');
    await until('the badge counts them', 120_000, async () => {
      return (await badge.allInnerTexts()).some((text) => Number(text) >= 3);
    });
    await workbench.picture('large-silent');
    await workbench.theme(themes.find(({ suffix }) => suffix === 'dark'));
    await workbench.picture('large-silent-dark');
    console.log(`      at the end: ${await spokenOf(/^cluster large/)}`);
    await responsive.settle();
  });

  /** What a screen reader says of the first row that matches. */
  async function spokenOf(name) {
    const row = workbench.rows('Clusters', name).first();
    return (await row.count()) > 0 ? row.getAttribute('aria-label') : undefined;
  }
});

async function until(what, limitMs, holds) {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await holds();
    if (found) return found;
    if (Date.now() > end) throw new Error(`after ${limitMs / 1000} s still not: ${what}`);
    await sleep(250);
  }
}

function seconds(since) {
  return ((performance.now() - since) / 1000).toFixed(1);
}
