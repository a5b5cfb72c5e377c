// One real OpenSSH server that is N nodes: it listens on every address of a loopback of its own (ip-netns(8)).
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import process from 'node:process';

const sshd = '/usr/sbin/sshd';

/** Starts this script anew in a network of its own, unless it is there; gives the child's exit status. */
export function inOwnNetwork(script) {
  if (process.env.STANDBY_BENCH_NETWORK === 'own') return undefined;
  if (!existsSync(sshd)) return say(`${sshd} is missing: apt-get install openssh-server`);
  if (process.getuid() !== 0) return say('sshd as many nodes needs root: run the benchmark as root.');
  // bash reads .bashrc for a command that came through sshd; what this machine's has is not what we measure.
  const prepare = 'ip link set lo up; [ -f ~/.bashrc ] && mount --bind /dev/null ~/.bashrc; exec "$@"';
  const { status } = spawnSync(
    'unshare',
    ['--net', '--mount', 'sh', '-c', prepare, 'sh', process.execPath, script, ...process.argv.slice(2)],
    { stdio: 'inherit', env: { ...process.env, STANDBY_BENCH_NETWORK: 'own' } },
  );
  return status ?? 1;
}

function say(why) {
  process.stderr.write(`${why}\n`);
  return 1;
}

/** The address of node number `index`, all within 127.0.0.0/8. */
export const addressOf = (index) => `127.1.${Math.floor(index / 250)}.${(index % 250) + 1}`;

/** The server with its files; `stop` ends it and the sessions it serves. */
export class Farm {
  constructor(folder, count) {
    this.folder = folder;
    this.addresses = Array.from({ length: count }, (_, index) => addressOf(index));
    this.config = path.join(folder, 'config');
    this.key = path.join(folder, 'key');
  }

  async start() {
    const { folder } = this;
    const at = (name) => path.join(folder, name);
    for (const name of ['host', 'key'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'bench', '-f', at(name)]);
    if (!existsSync('/run/sshd')) mkdirSync('/run/sshd', { mode: 0o755 });
    const lines = [
      'ListenAddress 0.0.0.0',
      `HostKey ${at('host')}`,
      `AuthorizedKeysFile ${at('key.pub')}`,
      `PidFile ${at('pid')}`,
      'StrictModes no',
      'UsePAM no',
      'UseDNS no',
      'PermitRootLogin yes',
      'MaxStartups 2000',
      'MaxSessions 10',
      'LogLevel QUIET',
    ];
    writeFileSync(at('sshd_config'), `${[...lines, ...penalties(folder)].join('\n')}\n`);
    const host = readFileSync(at('host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
    writeFileSync(at('known_hosts'), this.addresses.map((address) => `${address} ${host}\n`).join(''));
    writeFileSync(
      this.config,
      [
        'Host *',
        'User root',
        `IdentityFile ${this.key}`,
        'IdentitiesOnly yes',
        `UserKnownHostsFile ${at('known_hosts')}`,
        'KexAlgorithms curve25519-sha256',
        'LogLevel ERROR',
        'BatchMode yes',
        '',
      ].join('\n'),
    );
    this.child = spawn(sshd, ['-D', '-f', at('sshd_config'), '-E', at('log')], { stdio: 'ignore' });
    for (let tries = 0; tries < 100 && !existsSync(at('pid')); tries++) await sleep(50);
  }

  /** Process ids of the sessions that are served now. */
  sessions() {
    const { pid } = this.child;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number);
  }

  async stop() {
    const sessions = this.sessions();
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    for (const pid of sessions)
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    await gone;
  }
}

/** OpenSSH 9.8 and later lock out an address after failed logins, and older ones do not know the keyword. */
function penalties(folder) {
  const file = path.join(folder, 'sshd_config');
  const line = 'PerSourcePenalties no';
  writeFileSync(file, `HostKey ${path.join(folder, 'host')}\n${line}\n`);
  return spawnSync(sshd, ['-t', '-f', file]).status === 0 ? [line] : [];
}
