import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import { output, runProgram } from '../programs';
import { onPath } from '../needs';

const guestScript = resolve(import.meta.dirname, 'guest.sh');
const MINUTE = 60_000;

/** Programs that the bed or the making of its machines starts, and the Debian package of each. */
const programs: Readonly<Record<string, string>> = {
  'apt-get': 'apt',
  dpkg: 'dpkg',
  gcc: 'gcc',
  sshd: 'openssh-server',
  'ssh-keygen': 'openssh-client',
  ip: 'iproute2',
  mke2fs: 'e2fsprogs',
  debugfs: 'e2fsprogs',
  nsenter: 'util-linux',
  unshare: 'util-linux',
};

/** Why the bed cannot be built on this machine, or undefined when it can. */
export function drbdProblem(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return 'user-mode Linux comes for x86 on Linux only';
  if (process.getuid?.() !== 0) return 'it needs root';
  const missing = Object.keys(programs).filter((name) => !onPath(name));
  if (missing.length > 0)
    return `missing: ${[...new Set(missing.map((name) => programs[name]))].join(' ')} (see CONTRIBUTING.md)`;
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK);
  } catch {
    return '/dev/net/tun does not exist or is not open to us';
  }
  return undefined;
}

/** Fetches and builds the machines, unless they are there; says so on standard error. */
export async function makeGuest(): Promise<void> {
  await output(guestScript, ['make'], { timeoutMs: 5 * MINUTE });
}

/** Whether namespaces can be made here. */
export async function namespaceProblem(): Promise<string | undefined> {
  const tried = await runProgram('unshare', ['--net', '--mount', '--pid', '--fork', 'true'], {
    timeoutMs: 5_000,
  });
  return tried.code === 0 ? undefined : `namespaces cannot be made here: ${tried.stderr.trim()}`;
}
