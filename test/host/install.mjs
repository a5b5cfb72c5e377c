#!/usr/bin/env node
// Installs the browser-based VS Code into test/host/.host/, once. Run again after an interruption, it goes on
// with the stage it was in; run twice at once, the second waits for the first.
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const here = import.meta.dirname;

/** The git-ignored folder everything is installed into. */
export const hostFolder = path.join(here, '.host');

const codeServer = path.join(hostFolder, 'node_modules/code-server');
const nodePackage = path.join(hostFolder, 'node_modules', `node-${process.platform}-${process.arch}`);

/** Paths of an installed host: the Node that runs it and its entry script. */
export const installed = {
  node: path.join(nodePackage, 'bin/node'),
  entry: path.join(codeServer, 'out/node/entry.js'),
};

/** The address bar's counterpart: playwright-core of the host's own package. */
export async function loadPlaywright() {
  const playwright = await import(
    new URL(`file://${path.join(hostFolder, 'node_modules/playwright-core/index.js')}`).href
  );
  return playwright.default ?? playwright;
}

/** Whether this kind of machine has the host's Node as a package. */
export function canInstallHost() {
  return process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
}

const MINUTE = 60_000;

// code-server ships VS Code without its dependencies and installs them in a postinstall script; that script also
// wants a compiler for modules that only write log files, so its two installs are made here without scripts.
const stages = [
  {
    name: 'code-server',
    run: async () => {
      for (const file of ['package.json', 'package-lock.json']) {
        await copyFile(path.join(here, file), path.join(hostFolder, file));
      }
      await npm(hostFolder, ['ci', '--ignore-scripts'], 10 * MINUTE);
    },
  },
  { name: 'workbench', run: () => npm(path.join(codeServer, 'lib/vscode'), withoutScripts, 10 * MINUTE) },
  {
    name: 'extensions',
    run: () => npm(path.join(codeServer, 'lib/vscode/extensions'), withoutScripts, 10 * MINUTE),
  },
  {
    // Without this module output channels (Show Log) stay empty. It wants a compiler, which a user need not have.
    name: 'log files',
    run: () =>
      npm(path.join(codeServer, 'lib/vscode'), ['rebuild', '@vscode/spdlog'], 5 * MINUTE).catch(() => {}),
  },
];
const withoutScripts = ['install', '--omit=dev', '--ignore-scripts'];

/**
 * Installs what is missing and returns whether anything was. Throws when npm fails or takes over ten minutes;
 * `say` gets one line when there is something to install.
 */
export async function installHost(say = () => {}) {
  if (!canInstallHost()) {
    throw new Error(
      `the browser-based VS Code is installed on Linux x64 and arm64 only, not on ${process.platform} ${process.arch}`,
    );
  }
  const wanted = await fingerprint();
  if ((await stamp()).wanted === wanted && (await stamp()).done === stages.length) return false;
  await mkdir(hostFolder, { recursive: true });
  const unlock = await lock(say);
  try {
    let at = await stamp();
    if (at.wanted !== wanted) at = { wanted, done: 0 };
    if (at.done >= stages.length) return false;
    say('installing the browser-based VS Code into test/host/.host (about 800 MB, 1–2 minutes, once)');
    for (; at.done < stages.length;) {
      await stages[at.done].run();
      at.done += 1;
      await writeFile(stampFile, JSON.stringify(at));
    }
    return true;
  } finally {
    await unlock();
  }
}

const stampFile = path.join(hostFolder, 'stamp.json');

async function stamp() {
  try {
    return JSON.parse(await readFile(stampFile, 'utf8'));
  } catch {
    return { wanted: '', done: 0 };
  }
}

async function fingerprint() {
  const hash = createHash('sha256');
  for (const file of ['package.json', 'package-lock.json'])
    hash.update(await readFile(path.join(here, file)));
  return hash.digest('hex');
}

/** One install at a time: the lock file names its owner, and one whose owner has died is taken over. */
async function lock(say) {
  const file = path.join(hostFolder, 'lock');
  const until = Date.now() + 20 * MINUTE;
  let told = false;
  for (;;) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (await abandoned(file)) await rm(file, { force: true });
    else {
      if (!told) say('waiting for another install of the browser-based VS Code to finish');
      told = true;
      if (Date.now() > until) throw new Error(`another install holds ${file} for over 20 minutes`);
      await sleep(500);
    }
  }
}

async function abandoned(file) {
  try {
    const pid = Number(await readFile(file, 'utf8'));
    if (pid > 0) return !alive(pid);
    // Made a moment ago and not written yet, or its owner died in between.
    return Date.now() - (await stat(file)).mtimeMs > 5000;
  } catch {
    return false;
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function npm(cwd, args, limit) {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', [...args, '--no-fund', '--no-audit', '--loglevel=error'], {
      cwd,
      // With npm's own environment of a running `npm test`, the nested npm would read the outer package's settings.
      env: {
        ...withoutNpm(process.env),
        ...(existsSync(installed.node)
          ? { PATH: `${path.dirname(installed.node)}${path.delimiter}${process.env.PATH}` }
          : {}),
        npm_config_nodedir: nodePackage,
        npm_config_engine_strict: 'false',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limit,
    });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else
        reject(
          new Error(
            `npm ${args.join(' ')} in ${cwd} ${signal ? `was ended after ${limit / MINUTE} minutes` : `failed (exit ${code})`}:\n${output.slice(-4000)}`,
          ),
        );
    });
  });
}

function withoutNpm(env) {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^npm_(package|lifecycle|command|execpath|node_execpath)/.test(name),
    ),
  );
}

if (import.meta.filename === process.argv[1]) {
  const started = performance.now();
  const did = await installHost((line) => process.stderr.write(`host: ${line}\n`));
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stderr.write(`host: ${did ? `installed in ${seconds} s` : 'already installed'}\n`);
}
