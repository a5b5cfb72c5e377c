#!/usr/bin/env node
// `npm start`: sets up, builds, starts the demo clusters and opens a real VS Code on them; stays until Ctrl-C.
// Options: --no-open (only print the address), --port N (of the browser-based VS Code), --browser (use that one
// even where there is a desktop VS Code), --system NAME (only the demo cluster of this storage system; repeatable).
import './node-version.mjs';
import { randomBytes } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { startDemo } from '../test/host/demo.mjs';
import { startHost } from '../test/host/host.mjs';
import { startGroup, stopOnSignals } from './processes.mjs';
import { isRoot, setup } from './setup.mjs';

const root = path.dirname(import.meta.dirname);
const say = (line) => process.stdout.write(`standby: ${line}\n`);

const { values } = parseArgs({
  options: {
    open: { type: 'boolean', default: true },
    port: { type: 'string', default: '0' },
    browser: { type: 'boolean', default: false },
    system: { type: 'string', multiple: true, default: [] },
  },
  allowNegative: true,
});

const undo = [];
let undone;
/** Ends everything that was started, last first, once. */
const stop = () =>
  (undone ??= (async () => {
    for (const step of undo.reverse()) await Promise.resolve(step()).catch(() => {});
  })());
stopOnSignals(async () => {
  process.stdout.write('\n');
  say('ending the demo and the editor');
  await stop();
});

try {
  process.exitCode = await start();
} catch (error) {
  process.stderr.write(`standby: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  await stop();
}
// A terminal's input that nobody reads any more would keep this process.
process.exit();

async function start() {
  const desktop = values.browser ? undefined : findDesktop();
  const needs = ['modules', ...(desktop === undefined ? ['host'] : [])];
  await timed('set up', async () => {
    const outcome = await setup(needs, say);
    for (const need of needs) {
      if (outcome[need] === undefined) continue;
      const hint = need === 'host' ? '\n  Or install a desktop VS Code with its command "code".' : '';
      throw new Error(`${outcome[need].reason}${hint}`);
    }
  });
  await timed('built', async () => {
    const { build } = await import('./build.mjs');
    await build();
  });
  const demo = await timed(
    'started the demo clusters',
    startDemo.bind(undefined, { prompt: true, systems: values.system }),
  );
  undo.push(() => demo.stop());
  return desktop === undefined ? inBrowser(demo) : onDesktop(desktop, demo);
}

async function timed(what, work) {
  const began = performance.now();
  const result = await work();
  say(`${what} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return result;
}

async function inBrowser(demo) {
  const password = randomBytes(9).toString('base64url');
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error(`--port ${values.port} is not a port number`);
  const host = await timed('started the browser-based VS Code', () => startHost({ password, port }));
  undo.push(() => host.stop());
  const address = `${host.url}/?folder=${demo.dir}`;
  process.stdout.write('\n');
  say(`open      ${address}`);
  say(`password  ${password}`);
  say('end       Ctrl-C here');
  process.stdout.write('\n');
  if (values.open) openAddress(address);
  demo.show();
  const { code } = await Promise.race([
    demo.ended.then((end) => ({ ...end, what: 'the demo' })),
    host.ended.then((end) => ({ ...end, code: end.code || 1, what: 'the browser-based VS Code' })),
  ]);
  return code ?? 1;
}

async function onDesktop(code, demo) {
  const args = ['--new-window', '--wait', '--disable-workspace-trust', `--extensionDevelopmentPath=${root}`];
  if (isRoot()) {
    // Electron refuses root without these two.
    const dir = await mkdtemp(path.join(os.tmpdir(), 'standby-code-'));
    undo.push(() => rm(dir, { recursive: true, force: true }));
    args.push('--no-sandbox', '--user-data-dir', dir);
  }
  say(`opening ${code} on ${demo.dir}; close its window or press Ctrl-C here to end`);
  const editor = startGroup(code, [...args, demo.dir], { stdio: ['ignore', 'inherit', 'inherit'] });
  undo.push(() => editor.stop());
  demo.show();
  const end = await Promise.race([editor.ended, demo.ended]);
  return end.code ?? 1;
}

/** The desktop VS Code's command, when there is one and a screen to show it on. */
function findDesktop() {
  const screen =
    ['darwin', 'win32'].includes(process.platform) ||
    Boolean(process.env.DISPLAY) ||
    Boolean(process.env.WAYLAND_DISPLAY);
  // In a terminal of a remote window, "code" is a helper that cannot load an extension from a folder.
  if (!screen || process.env.VSCODE_IPC_HOOK_CLI) return undefined;
  const { status } = spawnSync(process.platform === 'win32' ? 'where' : 'which', ['code'], {
    stdio: 'ignore',
    timeout: 10_000,
  });
  return status === 0 ? 'code' : undefined;
}

/** Hands the address to the desktop's browser; where there is none, the printed address has to do. */
function openAddress(address) {
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  const child = spawn('xdg-open', [address], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
