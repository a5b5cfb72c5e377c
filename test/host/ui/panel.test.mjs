// The rebuild panel in the real editor: no violation that axe-core finds in any theme, no violation of its policy,
// what was asked and chosen survives a reload.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { startDemo, clusterFiles } from '../demo.mjs';
import { startHost } from '../host.mjs';
import { launchBrowser, openWorkbench, themes } from '../workbench.mjs';
import { until } from './run-in-terminal.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const allThemes = [...themes, { suffix: 'contrast-light', title: 'Light High Contrast', mark: 'hc-light' }];

describe('the rebuild panel in the editor', function () {
  this.timeout(240_000);
  this.bail(true);

  let demo;
  let host;
  let browser;
  let workbench;
  const refused = [];

  before(async () => {
    [demo, host, browser] = await Promise.all([startDemo(), startHost(), launchBrowser()]);
    workbench = await openWorkbench(browser, host, demo.dir, { width: 1300, height: 1100 });
    workbench.page.on('console', (message) => {
      const text = message.text();
      if (/Content Security Policy/i.test(text) && /rebuild\.(js|css)|nonce/i.test(text)) refused.push(text);
    });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.picture('panel-failed').catch(() => {});
  });

  after(async () => {
    await browser?.close();
    await Promise.all([host?.stop(), demo?.stop()]);
  });

  it('shows the map, and answers what if', async () => {
    const [file] = await clusterFiles(demo.dir);
    await workbench.openFile(file);
    await workbench.openContainer('Standby');
    await workbench.rows('Clusters', /^cluster demo,.*all 9 nodes active/).waitFor();
    await workbench.command('Standby: Show Rebuild Progress');
    const panel = workbench.webview();
    await panel
      .getByText(/^Complete: all data has its redundancy; \S+ more failures? (is|are) survivable/)
      .first()
      .waitFor();
    assert.equal(await panel.locator('.tile').count(), 9);
    await panel.locator('#lose').click();
    await workbench.page.keyboard.type('cs1');
    await workbench.page.keyboard.press('Enter');
    await panel.getByText(/^Without cs1: /).waitFor();
    await panel.getByText(/^No data is lost: /).waitFor();
    await panel
      .getByRole('radio', { name: 'last day' })
      .click()
      .catch(() => undefined);
  });

  it('is asked from the menu of a node in the tree', async () => {
    await workbench
      .rows('Clusters', /^node cs2/)
      .first()
      .click({ button: 'right' });
    const entry = workbench.page.getByRole('menuitem', { name: 'What If This Node Is Lost' }).first();
    await entry.hover();
    // A menu that has just opened takes no click yet, but a key.
    await workbench.page.keyboard.press('Enter');
    const panel = workbench.webview();
    await panel.getByText(/^Without cs2: /).waitFor();
    assert.equal(await panel.locator('#lose').evaluate((field) => field.value), 'cs2');
    await panel.locator('#lose').evaluate((field) => (field.value = 'cs1'));
    await panel.getByRole('button', { name: 'Ask' }).click();
    await panel.getByText(/^Without cs1: /).waitFor();
  });

  it('has no violation that axe-core finds, in any theme, while a chunkserver is gone', async () => {
    demo.say('kill cs3');
    await workbench
      .webview()
      .getByText(/Not active: cs3/)
      .waitFor();
    await workbench.webview().locator('.plot').first().waitFor();
    for (const theme of allThemes) {
      await workbench.theme(theme);
      const violations = await violationsOfAxe();
      await workbench.picture(`panel-whole-${theme.suffix}`);
      assert.deepEqual(violations, [], theme.title);
    }
  });

  it('leads from a node to the tree and its line in the file', async () => {
    await workbench.webview().locator('[data-node=cs2]').click();
    await until('the cursor is on the line of cs2', 20_000, async () => {
      const line = workbench.page.locator('.view-line').filter({ hasText: 'name: cs2' });
      return (await line.count()) > 0;
    });
  });

  it('shows what was asked again after the window was reloaded, and its policy refused nothing', async () => {
    await workbench.reload();
    await workbench
      .webview()
      .getByText(/^Without cs1: /)
      .waitFor();
    await workbench.webview().locator('.plot').first().waitFor();
    await workbench.picture('panel-whole-reloaded');
    assert.deepEqual(refused, []);
  });

  /** Runs axe-core in the page of the panel; what it finds, with the elements. */
  async function violationsOfAxe() {
    const source = await readFile(axe, 'utf8');
    const frames = workbench.page.frames();
    for (const frame of frames.toReversed()) {
      const isPanel = await frame
        .locator('main#page')
        .count()
        .catch(() => 0);
      if (!isPanel) continue;
      await frame.evaluate(source);
      return frame.evaluate(async () => {
        const { violations } = await globalThis.axe.run(document.querySelector('main#page'));
        return violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' ; ')}`,
        );
      });
    }
    throw new Error('the page of the panel was not found');
  }
});
