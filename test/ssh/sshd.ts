import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { AMPLE } from './limits';

const SSHD = '/usr/sbin/sshd';

/** Why no real sshd can be started here, or undefined. */
export function whyNoSshd(): string | undefined {
  if (!existsSync(SSHD)) return `${SSHD} is missing: apt-get install openssh-server`;
  if (process.getuid?.() !== 0) return 'sshd needs root for its privilege separation: run the tests as root';
  return undefined;
}

/** Makes a key pair without passphrase (or with one) and gives the private file's path. */
export function makeKey(
  file: string,
  type: 'ed25519' | 'rsa' | 'ecdsa' = 'ed25519',
  passphrase = '',
): string {
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', 'test', '-f', file]);
  return file;
}

/** The base64 part of a public key file. */
export function publicKey(file: string): { readonly type: string; readonly base64: string } {
  const [type = '', base64 = ''] = readFileSync(`${file}.pub`, 'utf8').split(' ');
  return { type, base64 };
}

/** A free port on loopback. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A real OpenSSH server on loopback with a configuration, host keys and authorized_keys of its own. */
export class Sshd {
  private child: ChildProcess | undefined;

  private constructor(
    readonly dir: string,
    readonly port: number,
    private readonly extra: readonly string[],
  ) {}

  /** The line of a known_hosts file that makes the server known by its ed25519 key. */
  get knownHostsLine(): string {
    const { type, base64 } = publicKey(this.hostKey);
    return `[127.0.0.1]:${this.port} ${type} ${base64}\n`;
  }

  readonly user = os.userInfo().username;

  get hostKey(): string {
    return path.join(this.dir, 'host_ed25519');
  }

  static async start(
    dir: string,
    authorized: readonly string[],
    extra: readonly string[] = [],
  ): Promise<Sshd> {
    mkdirSync(dir, { recursive: true });
    // sshd refuses to start without its privilege separation folder, which init makes at boot.
    if (!existsSync('/run/sshd')) mkdirSync('/run/sshd', { mode: 0o755 });
    const sshd = new Sshd(dir, await freePort(), extra);
    makeKey(sshd.hostKey);
    makeKey(path.join(dir, 'host_rsa'), 'rsa');
    writeFileSync(
      path.join(dir, 'authorized_keys'),
      authorized.map((file) => readFileSync(`${file}.pub`, 'utf8')).join(''),
    );
    chmodSync(path.join(dir, 'authorized_keys'), 0o600);
    await sshd.up();
    return sshd;
  }

  /** Starts the server (again), on the same port. */
  async up(): Promise<void> {
    const config = path.join(this.dir, 'sshd_config');
    const lines = [
      ...this.extra,
      `Port ${this.port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${this.hostKey}`,
      `HostKey ${path.join(this.dir, 'host_rsa')}`,
      `AuthorizedKeysFile ${path.join(this.dir, 'authorized_keys')}`,
      `PidFile ${path.join(this.dir, 'pid')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin yes',
      'MaxStartups 100:30:200',
      'MaxSessions 10',
      'LogLevel VERBOSE',
      // With a SHLVL bash does not read this machine's .bashrc, which may take its time (shell.c, run_startup_files).
      'SetEnv SHLVL=2',
    ];
    writeFileSync(config, `${[...lines, ...this.penalties(config)].join('\n')}\n`);
    const log = path.join(this.dir, 'log');
    this.child = spawn(SSHD, ['-D', '-f', config, '-E', log], { stdio: 'ignore' });
    for (const end = performance.now() + AMPLE; performance.now() < end;) {
      if (this.child.exitCode !== null) break;
      if (await answers(this.port)) return;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    throw new Error(`sshd did not start: ${existsSync(log) ? readFileSync(log, 'utf8') : 'no log'}`);
  }

  /** Ends the listening server and the sessions it serves. */
  async down(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child?.pid || child.exitCode !== null) return;
    const sessions = childrenOf(child.pid);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    for (const pid of sessions) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    await gone;
  }

  /** Processes of the sessions this server serves now. */
  sessions(): readonly number[] {
    return this.child?.pid ? childrenOf(this.child.pid) : [];
  }

  /** OpenSSH 9.8 and later lock out an address after failed logins, and older ones do not know the keyword. */
  private penalties(config: string): readonly string[] {
    writeFileSync(config, `HostKey ${this.hostKey}\nPerSourcePenalties no\n`);
    try {
      execFileSync(SSHD, ['-t', '-f', config], { stdio: 'ignore' });
      return ['PerSourcePenalties no'];
    } catch {
      return [];
    }
  }
}

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
