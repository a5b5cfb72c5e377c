#!/usr/bin/env node
// Takes pictures of the extension in the browser-based VS Code, without asserting anything.
//   node test/host/shots.mjs [--folder DIR] [--file NAME] [--command TITLE]… [--hover] [--wait SECONDS]
//                            [--theme light|dark|contrast|all] [--narrow] [--name NAME]
// Without --folder the demo cluster is started and its workspace opened.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { stopOnSignals } from '../../scripts/processes.mjs';
import { startDemo, clusterFiles } from './demo.mjs';
import { startHost } from './host.mjs';
import { launchBrowser, openWorkbench, themes } from './workbench.mjs';

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    file: { type: 'string' },
    command: { type: 'string', multiple: true, default: [] },
    hover: { type: 'boolean' },
    wait: { type: 'string', default: '5' },
    theme: { type: 'string', default: 'all' },
    narrow: { type: 'boolean' },
    name: { type: 'string', default: 'shot' },
  },
});

const undo = [];
let undone;
const stop = () =>
  (undone ??= (async () => {
    for (const step of undo.reverse()) await Promise.resolve(step()).catch(() => {});
  })());
stopOnSignals(stop);

try {
  await shoot();
} finally {
  await stop();
}

async function shoot() {
  let { folder, file } = values;
  if (folder === undefined) {
    const demo = await startDemo();
    undo.push(() => demo.stop());
    folder = demo.dir;
    file ??= (await clusterFiles(demo.dir))[0];
  }
  const host = await startHost({ settings: { 'terminal.integrated.gpuAcceleration': 'off' } });
  undo.push(() => host.stop());
  const browser = await launchBrowser();
  undo.push(() => browser.close());

  const size = values.narrow ? { width: 700, height: 800 } : {};
  const workbench = await openWorkbench(browser, host, folder, size);
  if (file !== undefined) await workbench.openFile(file);
  await workbench
    .openContainer('Standby')
    .catch(() => process.stderr.write('shots: no container "Standby"\n'));
  for (const title of values.command) await workbench.command(title);
  await workbench.page.waitForTimeout(Number(values.wait) * 1000);
  await workbench.expandAll('Clusters').catch(() => process.stderr.write('shots: the tree has no rows\n'));
  for (const theme of themes) {
    if (values.theme !== 'all' && values.theme !== theme.suffix) continue;
    await workbench.theme(theme);
    if (values.hover) {
      await workbench
        .hoverSquiggle('warning')
        .catch(() => process.stderr.write('shots: no warning to hover\n'));
    }
    process.stdout.write(`${await workbench.picture(`${values.name}-${theme.suffix}`)}\n`);
  }
  for (const toast of await workbench.toasts()) process.stderr.write(`shots: notification: ${toast}\n`);
}
