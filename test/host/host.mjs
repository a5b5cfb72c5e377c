// Starts the installed browser-based VS Code with a home, settings and extensions folder of its own.
import { execFile } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { startGroup } from '../../scripts/processes.mjs';
import { installed } from './install.mjs';

/** The extension's folder. */
export const extensionFolder = path.join(import.meta.dirname, '../..');

const quietSettings = {
  'workbench.startupEditor': 'none',
  'files.autoSave': 'off',
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'update.mode': 'none',
  // The demo's SSH servers are no web pages to be offered.
  'remote.autoForwardPorts': false,
};

const restricted = {
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

/**
 * Starts the host on a loopback port and resolves once it listens, within 60 s.
 * `link` puts the extension into the extensions folder; without it only a test run's payload loads it.
 * `vsix` is a package to install instead of that, as a person would; STANDBY_TEST_VSIX names one for every host.
 * `password` is asked for in the browser; without one any local user can use the host, so only tests do that.
 * `trust`: false leaves workspaces untrusted (restricted mode), without a question.
 * `smokeTestDriver` makes the workbench read extensionTestsPath, and suppresses its dialogs and toasts.
 */
export async function startHost({
  link = true,
  vsix = process.env.STANDBY_TEST_VSIX,
  password,
  port = 0,
  settings = {},
  env = {},
  smokeTestDriver = false,
  trust = true,
} = {}) {
  if (!existsSync(installed.entry)) {
    throw new Error('the browser-based VS Code is not installed; run: node test/host/install.mjs');
  }
  // Short, because socket paths below it are limited to 107 bytes.
  const dir = await mkdtemp('/tmp/vsc-');
  const stallFile = path.join(dir, 'stalls.jsonl');
  const remove = () => rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  let group;
  try {
    await layOut(dir, {
      link: link && !vsix,
      password,
      settings: trust ? settings : { ...restricted, ...settings },
    });
    if (vsix) await install(dir, path.resolve(vsix));
    group = startGroup(
      installed.node,
      [installed.entry, ...flags(dir, { port, password, smokeTestDriver, trust })],
      {
        cwd: dir,
        env: { ...ownHome(process.env, dir), STANDBY_TEST_STALLS: stallFile, ...env },
      },
    );
    const log = createWriteStream(path.join(dir, 'host.log'));
    group.child.stdout.pipe(log, { end: false });
    group.child.stderr.pipe(log, { end: false });
    const listening = await listeningPort(group, 60_000);
    return {
      dir,
      extensions: path.join(dir, 'e'),
      port: listening,
      url: `http://127.0.0.1:${listening}`,
      logFile: path.join(dir, 'host.log'),
      stallFile,
      ended: group.ended,
      stop: async () => {
        await group.stop();
        log.end();
        await remove();
      },
    };
  } catch (error) {
    await group?.stop();
    await remove();
    throw error;
  }
}

async function layOut(dir, { link, password, settings }) {
  for (const folder of ['home', 'run', 'u/User', 'e']) {
    await mkdir(path.join(dir, folder), { recursive: true, mode: 0o700 });
  }
  const config =
    password === undefined ? 'auth: none\n' : `auth: password\npassword: ${JSON.stringify(password)}\n`;
  await writeFile(path.join(dir, 'config.yaml'), config, { mode: 0o600 });
  await writeFile(
    path.join(dir, 'u/User/settings.json'),
    JSON.stringify({ ...quietSettings, ...settings }, undefined, 2),
  );
  // What responsive.mjs reads.
  const watch = path.join(import.meta.dirname, 'stall-watch');
  await symlink(watch, path.join(dir, 'e', 'standby-test.stall-watch-0.0.0'));
  if (link) {
    const { publisher, name, version } = JSON.parse(
      await readFile(path.join(extensionFolder, 'package.json'), 'utf8'),
    );
    await symlink(path.resolve(extensionFolder), path.join(dir, 'e', `${publisher}.${name}-${version}`));
  }
}

/** Installs a package into the extensions folder, which keeps what lies there. */
async function install(dir, vsix) {
  await promisify(execFile)(
    installed.node,
    [installed.entry, ...folders(dir), '--install-extension', vsix, '--force'],
    { cwd: dir, env: ownHome(process.env, dir), timeout: 120_000 },
  );
}

const folders = (dir) => [
  ...['--config', path.join(dir, 'config.yaml')],
  ...['--user-data-dir', path.join(dir, 'u')],
  ...['--extensions-dir', path.join(dir, 'e')],
];

function flags(dir, { port, password, smokeTestDriver, trust }) {
  return [
    ...folders(dir),
    ...['--auth', password === undefined ? 'none' : 'password'],
    ...['--bind-addr', `127.0.0.1:${port}`],
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-proxy',
    '--ignore-last-opened',
    '--disable-getting-started-override',
    ...(trust ? ['--disable-workspace-trust'] : []),
    ...(smokeTestDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
}

/** The environment with homes inside `dir`, and without what an outer editor or npm left in it. */
function ownHome(env, dir) {
  const kept = Object.entries(env).filter(
    ([name]) =>
      !/^(npm_|VSCODE_|ELECTRON_|XDG_|NODE_OPTIONS$|PASSWORD$|HASHED_PASSWORD$|PORT$|CODE_SERVER_)/.test(
        name,
      ),
  );
  const home = path.join(dir, 'home');
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_DATA_HOME: path.join(home, '.local/share'),
    XDG_STATE_HOME: path.join(home, '.local/state'),
    XDG_CACHE_HOME: path.join(home, '.cache'),
    XDG_RUNTIME_DIR: path.join(dir, 'run'),
    EXTENSIONS_GALLERY: '{}',
  };
}

function listeningPort({ child, ended }, limitMs) {
  return new Promise((resolve, reject) => {
    let seen = '';
    const fail = (what) =>
      reject(new Error(`the browser-based VS Code ${what}; it said:\n${seen.slice(-4000) || '(nothing)'}`));
    const timer = setTimeout(() => fail(`did not listen within ${limitMs / 1000} s`), limitMs);
    const read = (data) => {
      seen += data;
      const port = /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(seen)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      child.stdout.off('data', read);
      resolve(Number(port));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', (data) => (seen += data));
    void ended.then(({ code }) => {
      clearTimeout(timer);
      fail(`ended at once with exit code ${code}`);
    });
  });
}
