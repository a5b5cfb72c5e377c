// Nodes for the tests of a person's first hour: a real OpenSSH server on loopback for each, in namespaces of its own
// (mounts, processes, host name), so that what it says of itself is the test's and not this machine's.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startGroup } from '../../../scripts/processes.mjs';
import { extensionFolder } from '../host.mjs';

const SSHD = '/usr/sbin/sshd';
const recorded = path.join(extensionFolder, 'test/fixtures/moosefs/01-healthy');

/** Why no such node can be started here, or undefined. */
export function whyNoNodes() {
  if (process.getuid?.() !== 0) return 'sshd and its namespaces need root';
  if (!existsSync(SSHD)) return `${SSHD} is missing: apt-get install openssh-server`;
  try {
    execFileSync('unshare', ['--mount', '--pid', '--fork', '--mount-proc', '--uts', 'true'], {
      stdio: 'ignore',
    });
    return undefined;
  } catch {
    return 'unshare cannot make namespaces here';
  }
}

/** Makes a key pair without passphrase and gives the private file's path. */
export function makeKey(file) {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file]);
  return file;
}

/**
 * Starts a node: `name` is its host name, `processes` run there under these names, `disks` are small file systems at
 * these paths, and a `master` answers mfscli with what a real one said. The key of `login` may log in as root.
 */
export async function startNode(dir, { name, login, processes, disks = [], master = false }) {
  const folder = path.join(dir, name);
  await mkdir(folder, { recursive: true });
  // sshd refuses to start without its privilege separation folder, which init makes at boot.
  await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const port = await freePort();
  makeKey(path.join(folder, 'host_key'));
  await writeFile(path.join(folder, 'authorized_keys'), await readFile(`${login}.pub`), { mode: 0o600 });
  const config = path.join(folder, 'sshd_config');
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${path.join(folder, 'host_key')}`,
    `AuthorizedKeysFile ${path.join(folder, 'authorized_keys')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin yes',
    'MaxSessions 20',
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  if (master) await cp(recorded, folder, { recursive: true });
  const setup = path.join(folder, 'setup.sh');
  await writeFile(setup, setupScript({ name, folder, config, processes, disks, master }));
  const { child, ended, stop } = startGroup(
    'unshare',
    ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--uts', 'sh', setup],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (data) => (said += data));
  let over = false;
  void ended.then(() => (over = true));
  const until = Date.now() + 30_000;
  while (!(await answers(port))) {
    if (over || Date.now() > until) {
      await stop();
      throw new Error(`the sshd of ${name} did not start; it said:\n${said}`);
    }
    await sleep(50);
  }
  return {
    name,
    port,
    stop,
    /** From now on the master knows of no chunkserver and no metalogger. */
    forgetOthers: async () => {
      for (const set of ['SCS', 'SHD', 'SMB'])
        await writeFile(path.join(folder, `mfscli_${set}_pipe.txt`), '');
    },
  };
}

function setupScript({ name, folder, config, processes, disks, master }) {
  return `set -e
hostname ${name}
while read -r _ place type _; do case $type in fuse*) umount -l "$place" || :;; esac; done </proc/mounts
mount -t tmpfs none /usr/local/sbin
[ ! -d /etc/mfs ] || mount -t tmpfs none /etc/mfs
mount -t tmpfs none /usr/local/etc
mount -t tmpfs none /mnt
mkdir /usr/local/etc/mfs
${disks.map((disk) => `mkdir -p ${disk} && mount -t tmpfs -o size=64m none ${disk} && echo ${disk} >>/usr/local/etc/mfs/mfshdd.cfg`).join('\n')}
${processes.map((program) => `cp "$(command -v sleep)" /usr/local/sbin/${program} && /usr/local/sbin/${program} 3600 </dev/null >/dev/null 2>&1 &`).join('\n')}
cat >/usr/local/sbin/mfscli <<'END'
#!/bin/sh
${master ? `for set in SIN SIC SCS SHD SMB; do case " $* " in *" -$set "*) cat ${folder}/mfscli_\${set}_pipe.txt;; esac; done` : 'exit 1'}
END
chmod +x /usr/local/sbin/mfscli
exec ${SSHD} -D -e -f ${config} 2>${folder}/log
`;
}

/** Host key of a node as known_hosts and the question for it have it. */
export function fingerprint(dir, name) {
  const printed = execFileSync('ssh-keygen', ['-lf', path.join(dir, name, 'host_key')], { encoding: 'utf8' });
  return /SHA256:\S+/.exec(printed)?.[0] ?? '';
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.setTimeout(1000, () => socket.destroy());
  }).finally(() => undefined);
}
