#!/usr/bin/env node
// Takes pictures of what helps while somebody writes a cluster file: hover, completion, quick fixes, lines above
// nodes; without asserting anything.   node test/host/language-shots.mjs [--theme light|dark|contrast] [--only NAME]
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { stopOnSignals } from '../../scripts/processes.mjs';
import { clusterFiles, startDemo } from './demo.mjs';
import { startHost } from './host.mjs';
import { launchBrowser, openWorkbench, themes } from './workbench.mjs';

const { values } = parseArgs({
  options: { theme: { type: 'string', default: 'dark' }, only: { type: 'string' } },
});

const storage = (count, rack) =>
  Array.from(
    { length: count },
    (_, index) =>
      `  - name: cs${index + 1}\n    address: 192.0.2.${index + 11}\n    roles: [${index < 3 ? 'mds, ' : ''}cs]\n${rack(index)}    disks:\n      - { path: /dev/sdb, capacity: 10TB, used: 8TB }\n`,
  ).join('');
const vstorage = (redundancy, nodes, rest = '') =>
  `cluster: stored\nsystem: vstorage\nredundancy:\n${redundancy}nodes:\n${nodes}${rest}`;
const lustre = `cluster: scratch
system: lustre
nodes:
  - { name: mgs1, address: 192.0.2.1, roles: [mgs, mds] }
  - { name: oss1, address: 192.0.2.3, roles: [oss], rack: r1 }
  - { name: oss2, address: 192.0.2.4, roles: [oss], rack: r2 }
lustre:
  filesystem: scratch
  mgsNids: [192.0.2.1@tcp]
  targets:
    - name: OST0000
      device: /dev/drbd0
      mountPoint: /mnt/ost0
      primary: oss1
      secondary: mgs1
`;

const suggest = 'Control+Space';
const fixes = 'Control+.';
const hover = ['Control+K', 'Control+I'];

/** Each picture: a file, the place of the cursor in it (line:column), and the keys that show what is wanted. */
const shots = [
  {
    name: 'hover-redundancy',
    text: vstorage(
      '  encoding: 5+2\n',
      storage(10, () => ''),
    ),
    at: '3:3',
    keys: hover,
  },
  {
    name: 'hover-parameter',
    text: vstorage(
      '  encoding: 5+2\n',
      storage(8, () => ''),
      'vstorage:\n  parameters:\n    mds.wd.offline_tout: 900\n',
    ),
    at: ':mds.wd',
    keys: hover,
  },
  {
    name: 'completion-encoding',
    text: vstorage(
      '  encoding: \n',
      storage(8, () => ''),
    ),
    at: '4:13',
    keys: [suggest],
  },
  {
    name: 'completion-key',
    text: vstorage(
      '  encoding: 5+2\n  \n',
      storage(8, () => ''),
    ),
    at: '5:3',
    keys: [suggest],
  },
  {
    name: 'completion-node',
    text: `${lustre}    - name: OST0001\n      primary: \n`,
    at: '17:16',
    keys: [suggest],
  },
  { name: 'completion-new-file', text: '', at: '1:1', keys: [suggest] },
  {
    name: 'fix-racks',
    text: vstorage(
      '  encoding: 1+2\n  failureDomain: rack\n',
      storage(6, (index) => (index < 2 ? `    rack: r${index}\n` : '')),
    ),
    at: ':name: cs3',
    keys: [fixes],
  },
  { name: 'fix-role', text: lustre, at: ':mgs1$', keys: [fixes] },
  {
    name: 'fix-milliseconds',
    text: vstorage(
      '  encoding: 5+2\n',
      storage(8, () => ''),
      'vstorage:\n  parameters:\n    mds.wd.offline_tout: 15\n',
    ),
    at: ':15$',
    keys: [fixes],
  },
  {
    name: 'fix-spare',
    text: vstorage(
      '  encoding: 5+2\n',
      storage(7, () => ''),
    ),
    at: '4:13',
    keys: [fixes],
  },
  { name: 'lens', demo: true, at: ':name: cs1' },
  { name: 'hover-node', demo: true, at: ':name: cs1', keys: hover },
  { name: 'console', demo: true, at: ':console:', squiggle: true },
].filter(({ name }) => values.only === undefined || name.includes(values.only));

const undo = [];
let undone;
const stop = () =>
  (undone ??= (async () => {
    for (const step of undo.reverse()) await Promise.resolve(step()).catch(() => {});
  })());
stopOnSignals(stop);

let workbench;
try {
  await shoot();
} catch (error) {
  await workbench?.picture('language-failed');
  throw error;
} finally {
  await stop();
}

async function shoot() {
  const demo = await startDemo();
  undo.push(() => demo.stop());
  const [demoFile] = await clusterFiles(demo.dir);
  // Before the workbench opens, which may look for files once; each with a name of its own.
  for (const { name, text } of shots) {
    if (text === undefined) continue;
    const own = text.replace(/^cluster: .*/, `cluster: ${name}`);
    await writeFile(path.join(demo.dir, `${name}.cluster.yaml`), own);
  }
  const host = await startHost();
  undo.push(() => host.stop());
  const browser = await launchBrowser();
  undo.push(() => browser.close());
  workbench = await openWorkbench(browser, host, demo.dir, { width: 1280, height: 720 });
  await workbench.openFile(demoFile);
  const theme = themes.find(({ suffix }) => suffix === values.theme);
  if (theme) await workbench.theme(theme);
  for (const [index, { name, demo: isDemo, at, keys = [], squiggle }] of shots.entries()) {
    const file = isDemo ? demoFile : `${name}.cluster.yaml`;
    if (isDemo && !shots[index - 1]?.demo) {
      // The other clusters do not exist: nobody should be told that they are silent.
      for (const other of shots) await rm(path.join(demo.dir, `${other.name}.cluster.yaml`), { force: true });
      await workbench.openContainer('Standby');
    }
    await workbench.openFile(file);
    await goTo(workbench, at);
    // Findings, lines above nodes and the first heartbeats come when they are ready.
    await workbench.page.waitForTimeout(isDemo && !shots[index - 1]?.demo ? 15_000 : 2_500);
    for (const key of keys) await workbench.page.keyboard.press(key);
    if (squiggle) {
      await workbench
        .hoverSquiggle('info', 0)
        .catch(() => process.stderr.write(`language-shots: nothing to hover in ${name}\n`));
    }
    await workbench.page.waitForTimeout(1_500);
    process.stdout.write(`${await workbench.picture(`language-${name}-${values.theme}`)}\n`);
    await workbench.page.keyboard.press('Escape');
    await workbench.page.keyboard.press('Escape');
    if (!isDemo) await workbench.command('View: Close Editor');
  }
}

/** Puts the cursor to a line and column, or to the last place of `:TEXT` (at its end with a `$` behind it). */
async function goTo(workbench, at) {
  if (!at.startsWith(':')) {
    const input = await workbench.quickInput('Control+G');
    await input.fill(`:${at}`);
    await input.press('Enter');
    return;
  }
  const isEnd = at.endsWith('$');
  await workbench.page.locator('.monaco-editor .view-lines').first().click();
  await workbench.page.keyboard.press('Control+F');
  const find = workbench.page.locator('.find-widget textarea').first();
  await find.fill(isEnd ? at.slice(1, -1) : at.slice(1));
  await find.press('Shift+Enter');
  await workbench.page.keyboard.press('Escape');
  await workbench.page.keyboard.press(isEnd ? 'ArrowLeft' : 'ArrowRight');
}
