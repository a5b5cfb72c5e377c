import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProgram } from './programs';

/** Programs that the bed starts, and the Debian package of each. */
const programs: Readonly<Record<string, string>> = {
  mfsmaster: 'moosefs-master',
  mfsmetalogger: 'moosefs-metalogger',
  mfschunkserver: 'moosefs-chunkserver',
  mfsmount: 'moosefs-client',
  mfscli: 'moosefs-cli',
  ucarp: 'ucarp',
  sshd: 'openssh-server',
  'ssh-keygen': 'openssh-client',
  ip: 'iproute2',
  tc: 'iproute2',
  busybox: 'busybox',
  fusermount3: 'fuse3',
  nsenter: 'util-linux',
  unshare: 'util-linux',
};

/** Why the bed cannot be built here, or undefined when it can. */
export async function bedProblem(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'network namespaces exist on Linux only';
  if (process.getuid?.() !== 0) return 'it needs root';
  const missing = [
    ...new Set(
      Object.keys(programs)
        .filter((name) => !onPath(name))
        .map((name) => programs[name]),
    ),
  ];
  if (missing.length > 0) {
    return `missing: apt-get install --no-install-recommends ${missing.join(' ')} (see CONTRIBUTING.md)`;
  }
  if (!existsSync('/dev/fuse')) return '/dev/fuse does not exist: load the kernel module fuse';
  const name = `standby-probe-${process.pid}`;
  const added = await runProgram('ip', ['netns', 'add', name], { timeoutMs: 5000 });
  if (added.code !== 0) return `network namespaces cannot be made here: ${added.stderr.trim()}`;
  await runProgram('ip', ['netns', 'del', name], { timeoutMs: 5000 });
  return undefined;
}

/** Whether a program can be found where root looks for it. */
export function onPath(name: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
