#!/usr/bin/env node
// `npm run pictures`: draws the icon and takes the pictures of README and docs/ anew, into media/. The pictures are
// those that the tests of the user interface take on their way, so they show what passed. --only NAME,NAME for some.
// pngquant reduces their colours to a palette: some 50 KB each.
import './node-version.mjs';
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { launchBrowser, pictures as taken } from '../test/host/workbench.mjs';
import { stopOnSignals, startGroup } from './processes.mjs';
import { setup } from './setup.mjs';

const root = path.dirname(import.meta.dirname);
const media = path.join(root, 'media');

/** Each picture: the test that takes it, and its name there. */
const pictures = {
  overview: { test: 'main-job', from: 'panel-dark' },
  finding: { test: 'main-job', from: 'squiggle-dark' },
  failover: { test: 'main-job', from: 'terminal-dark' },
};
const names = ['icon', ...Object.keys(pictures)];

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const wanted = values.only?.split(',') ?? names;

let running;
stopOnSignals(async () => running?.stop());
try {
  await all();
} catch (error) {
  process.stderr.write(`pictures: ${error.message}\n`);
  process.exitCode = 1;
}

async function all() {
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')}; known are ${names.join(', ')}`);
  const needs = ['modules', 'chromium', 'host', 'pictures'];
  const outcome = await setup(needs, (line) => process.stdout.write(`pictures: ${line}\n`));
  for (const need of needs) if (outcome[need] !== undefined) throw new Error(outcome[need].reason);
  await mkdir(path.join(media, 'pictures'), { recursive: true });
  if (wanted.includes('icon')) await drawIcon();
  const chosen = Object.entries(pictures).filter(([name]) => wanted.includes(name));
  // Not before the packages that it imports are installed.
  if (chosen.length > 0) await (await import('./build.mjs')).build();
  for (const test of new Set(chosen.map(([, picture]) => picture.test))) await play(test);
  for (const [name, { from }] of chosen)
    await reduce(path.join(taken, `${from}.png`), path.join(media, 'pictures', `${name}.png`), 64);
}

/** media/icon.svg as the PNG of 256 pixels that a package has to have. */
async function drawIcon() {
  const svg = await readFile(path.join(media, 'icon.svg'), 'utf8');
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 256, height: 256 } });
    await page.setContent(`<style>body { margin: 0 }</style>${svg}`);
    const drawn = path.join(media, 'icon.png');
    await page.locator('svg').screenshot({ path: drawn, omitBackground: true });
    await reduce(drawn, drawn, 64);
  } finally {
    await browser.close();
  }
}

async function play(test) {
  process.stdout.write(`pictures: the test ${test} takes its pictures\n`);
  running = startGroup(
    process.execPath,
    [
      path.join(root, 'node_modules/mocha/bin/mocha.js'),
      ...['--timeout', '240000', '--exit', `test/host/ui/${test}.test.mjs`],
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], graceMs: 20_000 },
  );
  const { code } = await running.ended;
  if (code !== 0) throw new Error(`the test ${test} failed: its pictures would show what does not work`);
}

async function reduce(from, to, colours) {
  const { status, stderr } = spawnSync(
    'pngquant',
    ['--force', '--strip', '--speed', '1', '--output', to, String(colours), from],
    { encoding: 'utf8', timeout: 60_000 },
  );
  if (status !== 0) throw new Error(`pngquant: ${stderr}`);
  const { size } = await stat(to);
  process.stdout.write(`pictures: ${path.relative(root, to)} ${(size / 1024).toFixed(0)} KB\n`);
}
