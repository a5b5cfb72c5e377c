#!/usr/bin/env node
// Takes pictures of the rebuild panel in the editor: a thousand nodes of which some are gone, in all themes, wide and 320
// pixels narrow, and a MooseFS that rebuilds; without asserting anything. Needs the build.   node test/host/panel-shots.mjs
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { stopOnSignals } from '../../scripts/processes.mjs';
import { clusterFiles, startDemo } from './demo.mjs';
import { startHost } from './host.mjs';
import { launchBrowser, openWorkbench, themes } from './workbench.mjs';

const all = [...themes, { suffix: 'contrast-light', title: 'Light High Contrast', mark: 'hc-light' }];

const started = [];
const stop = async () => {
  for (const one of started.splice(0).reverse()) await one();
};
stopOnSignals(stop);

/** Opens the panel of a demo alone in the window. */
async function panelOf(browser, options, active) {
  const [demo, host] = await Promise.all([startDemo(options), startHost()]);
  started.push(
    () => demo.stop(),
    () => host.stop(),
  );
  const workbench = await openWorkbench(browser, host, demo.dir, { width: 1300, height: 1000 });
  const [file] = await clusterFiles(demo.dir);
  await workbench.openFile(file);
  await workbench.openContainer('Standby');
  await workbench.rows('Clusters', active).first().waitFor({ timeout: 240_000 });
  await workbench.command('Standby: Show Rebuild Progress');
  await workbench.webview().locator('.tile').first().waitFor();
  return { demo, workbench };
}

/** Narrow: the panel's group takes the window, and the window is as wide as the panel should be and what stands beside it. */
async function narrow(workbench, name) {
  await workbench.command('View: Toggle Primary Side Bar Visibility');
  await workbench.webview().locator('h2').first().click();
  await workbench.command('View: Toggle Maximize Editor Group');
  await workbench.resize(320 + 48, 1000);
  await sleep(1_500);
  const wide = await workbench
    .webview()
    .evaluate((body) => [
      body.ownerDocument.documentElement.scrollWidth,
      body.ownerDocument.defaultView.innerWidth,
    ]);
  process.stdout.write(`${name}: the page is ${wide[0]} wide in ${wide[1]}\n`);
  await workbench.picture(name);
  await workbench.resize(1300, 1000);
}

const browser = await launchBrowser();
try {
  const large = await panelOf(browser, { nodes: 1000 }, /^cluster large, all 1000 nodes active/);
  for (const node of ['cs0021', 'cs0022', 'cs0023']) large.demo.say(`kill ${node}`);
  await large.workbench
    .webview()
    .getByText(/Not active: cs00/)
    .waitFor({ timeout: 120_000 });
  await sleep(5_000);
  for (const theme of all) {
    await large.workbench.theme(theme);
    await sleep(1_000);
    await large.workbench.picture(`panel-1000-${theme.suffix}`);
  }
  await narrow(large.workbench, 'panel-1000-narrow');
  await stop();

  const small = await panelOf(browser, {}, /^cluster demo,.*all 9 nodes active/);
  small.demo.say('kill cs3');
  await small.workbench
    .webview()
    .locator('.tile .flow')
    .first()
    .waitFor({ timeout: 120_000 })
    .catch(() => undefined);
  for (const theme of all) {
    await small.workbench.theme(theme);
    await sleep(500);
    await small.workbench.picture(`panel-flow-${theme.suffix}`);
  }
  await narrow(small.workbench, 'panel-flow-narrow');
} finally {
  await stop();
  await browser.close();
}
