#!/usr/bin/env node
// Installs what a fresh machine needs, each thing once and with one line said about it.
//   node scripts/setup.mjs [modules] [sshd] [bed] [drbd] [chromium] [host] [pictures]
// Without a name: everything but what only `npm run pictures` needs.
import './node-version.mjs';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { findChromium } from '../test/host/workbench.mjs';
import { canInstallHost, installHost } from '../test/host/install.mjs';
import { stopOnSignals } from './processes.mjs';

const root = path.dirname(import.meta.dirname);
const MINUTE = 60_000;

/** Debian's packages by what needs them. */
export const packages = {
  sshd: ['openssh-server', 'openssh-client'],
  chromium: ['chromium'],
  pictures: ['pngquant'],
  bed: [
    'openssh-server',
    'openssh-client',
    'moosefs-master',
    'moosefs-metalogger',
    'moosefs-chunkserver',
    'moosefs-client',
    'moosefs-cli',
    'ucarp',
    'iproute2',
    'iputils-ping',
    'busybox',
    'fuse3',
    'sudo',
  ],
  // The machines of that bed are made of further packages, which are unpacked beside it and not installed.
  drbd: [
    'openssh-server',
    'openssh-client',
    'openssh-sftp-server',
    'iproute2',
    'e2fsprogs',
    'gcc',
    'libc6-dev',
  ],
};

/** Whether this is a Debian (or kin) with apt-get. */
export function isDebian() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return false;
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^(ID|ID_LIKE)=.*debian/m.test(release);
}

/** Whether this process may install packages and make network namespaces. */
export const isRoot = () => process.getuid?.() === 0;

/**
 * Makes each of `needs` (modules, sshd, bed, drbd, chromium, host, pictures) ready as far as this machine allows.
 * Returns for each what is wrong with it: undefined when it is ready, else the reason, and whether this machine
 * should have been able to have it. `say` gets one line for everything that is installed.
 */
export async function setup(needs, say) {
  const outcome = {};
  if (needs.includes('modules')) outcome.modules = await attempt(() => installModules(say));
  const debs = needs.filter((need) => need in packages);
  Object.assign(outcome, await installPackages(debs, say));
  if (needs.includes('bed') && outcome.bed === undefined && !isRoot()) {
    outcome.bed = { reason: 'it makes network namespaces, which needs root', expected: false };
  }
  if (needs.includes('drbd') && outcome.drbd === undefined) {
    const reason = whyNoDrbd();
    outcome.drbd = reason ? { reason, expected: false } : await attempt(() => makeDrbdGuest(say));
  }
  if (needs.includes('host')) {
    outcome.host = canInstallHost()
      ? await attempt(() => installHost(say))
      : { reason: 'the browser-based VS Code runs on Linux x64 and arm64 only', expected: false };
  }
  return outcome;
}

/** Why this machine cannot run those of the DRBD bed, or undefined. */
function whyNoDrbd() {
  if (process.arch !== 'x64') return 'user-mode Linux comes for x86 only';
  if (!isRoot()) return 'it makes network namespaces, which needs root';
  if (!existsSync('/dev/net/tun')) return 'there is no /dev/net/tun';
  return undefined;
}

async function makeDrbdGuest(say) {
  const script = path.join(root, 'test/bed/drbd/guest.sh');
  if (spawnSync(script, ['ready'], { timeout: MINUTE }).status === 0) return;
  say("making the machines of the DRBD bed from Debian's packages (45 MB, under a minute)");
  await quietly(script, ['make'], { limit: 10 * MINUTE });
}

async function attempt(install) {
  try {
    await install();
    return undefined;
  } catch (error) {
    return { reason: error.message, expected: true };
  }
}

/** Runs `npm ci` when node_modules is not what package-lock.json says. */
export async function installModules(say) {
  if (await modulesMatch()) return;
  say('installing the packages of package-lock.json into node_modules (npm ci, under a minute)');
  await quietly('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], { limit: 10 * MINUTE });
}

async function modulesMatch() {
  try {
    const wanted = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')).packages;
    const there = JSON.parse(
      await readFile(path.join(root, 'node_modules/.package-lock.json'), 'utf8'),
    ).packages;
    return Object.entries(wanted).every(
      ([name, { version, optional }]) => name === '' || optional === true || there[name]?.version === version,
    );
  } catch {
    return false;
  }
}

async function installPackages(needs, say) {
  const lacking = Object.fromEntries(needs.map((need) => [need, missing(need)]));
  const wanted = [...new Set(Object.values(lacking).flat())];
  if (wanted.length === 0) return {};
  const line = `apt-get install --no-install-recommends ${wanted.join(' ')}`;
  const possible = isDebian() && isRoot();
  let failure;
  if (possible) {
    say(`installing Debian's ${wanted.join(' ')}`);
    failure = await attempt(() => aptInstall(wanted));
  } else {
    say(`some tests need packages that are not installed. On Debian, as root: ${line}`);
  }
  const outcome = {};
  for (const need of needs) {
    const still = possible ? missing(need) : lacking[need];
    if (still.length === 0) continue;
    outcome[need] = { reason: failure?.reason ?? `needs ${still.join(', ')}`, expected: possible };
  }
  return outcome;
}

function missing(need) {
  // Another distribution's Chromium does as well.
  if (need === 'chromium' && findChromium() !== undefined) return [];
  if (!isDebian()) return need === 'sshd' && existsSync('/usr/sbin/sshd') ? [] : packages[need];
  const { stdout } = spawnSync(
    'dpkg-query',
    ['-W', '-f', '${Package} ${db:Status-Status}\n', ...packages[need]],
    {
      encoding: 'utf8',
      timeout: MINUTE,
    },
  );
  const there = new Set((stdout ?? '').split('\n').filter((row) => row.endsWith(' installed')));
  return packages[need].filter((name) => !there.has(`${name} installed`));
}

// Debian starts a service when its package is installed, unless this file says 101 (invoke-rc.d(8)): no sshd on
// port 22 and no MooseFS master of its own may appear on a machine because tests were run there.
const policy = '/usr/sbin/policy-rc.d';

async function aptInstall(names) {
  const remove = await forbidServices();
  const onExit = () => void (remove && spawnSync('rm', ['-f', policy]));
  process.once('exit', onExit);
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    // One broken third-party source fails the update; whether that matters, the install says.
    await attempt(() => quietly('apt-get', ['update', '-q'], { env, limit: 5 * MINUTE }));
    await quietly(
      'apt-get',
      ['install', '-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', ...names],
      { env, limit: 15 * MINUTE },
    );
  } finally {
    process.off('exit', onExit);
    if (remove) await rm(policy, { force: true });
  }
}

/** Returns whether the file was made here and is to be removed again. */
async function forbidServices() {
  try {
    const file = await open(policy, 'wx', 0o755);
    await file.writeFile('#!/bin/sh\nexit 101\n');
    await file.close();
    await chmod(policy, 0o755);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Runs a command whose output matters only when it fails. */
function quietly(command, args, { env = process.env, limit }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limit,
      shell: process.platform === 'win32',
    });
    // An installer must not go on without the process that minds it.
    const end = () => child.kill();
    process.once('exit', end);
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('exit', end);
      if (code === 0) return resolve();
      const how = signal ? `was ended after ${limit / MINUTE} minutes` : `failed with exit code ${code}`;
      reject(new Error(`${command} ${args[0]} ${how}:\n${output.trim().slice(-3000)}`));
    });
  });
}

if (import.meta.filename === process.argv[1]) {
  stopOnSignals(() => {});
  const all = ['modules', 'sshd', 'bed', 'drbd', 'chromium', 'host'];
  const named = process.argv.slice(2);
  const known = [...all, 'pictures'];
  const unknown = named.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`setup: unknown: ${unknown.join(', ')}; known are ${known.join(', ')}\n`);
    process.exit(2);
  }
  const needs = named.length > 0 ? named : all;
  const outcome = await setup(needs, (line) => process.stderr.write(`setup: ${line}\n`));
  for (const need of needs) {
    const problem = outcome[need];
    process.stderr.write(`setup: ${need} ${problem ? `is not ready: ${problem.reason}` : 'is ready'}\n`);
    if (problem?.expected) process.exitCode = 1;
  }
}
