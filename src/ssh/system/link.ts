import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Node } from '../../cluster/cluster';
import { SshError } from '../error';
import { Gate } from '../gate';
import { withLimit } from '../limit';
import { loginFailure } from './explain';
import { endSsh, sshVersion, startSsh } from './process';
import { loginWords, sharedWords, type SystemSshSetting } from './words';

const READY = 'standby-ready';

/**
 * The command line of the login that the others share. It waits for the end of its stdin, so that the connection
 * ends with us even when nobody could say goodbye.
 */
const HOLD = `exec sh -c 'echo ${READY} "$SSH_CONNECTION"; read -r x'`;

const LOGIN_MS = 30_000;
/** After a refused login the same answer is given for a while: servers lock out who keeps trying. */
const LOGIN_PAUSE_MS = 20_000;
const KEPT = 8 * 1024;

/** As many logins at a time as Standby's own SSH makes; the signing is done by the ssh processes. */
const logins = new Gate(8);

/** A login that is up. */
export interface Login {
  /** A place in the complaints of the ssh that holds it, and what was said since such a place (8 KB at most). */
  readonly mark: () => number;
  readonly since: (mark: number) => string;
  readonly isOpen: () => boolean;
  /** Ends a login that others can no longer share, so that the next use makes another. */
  readonly giveUp: () => void;
  /** The address and port of the node's SSH server, as it sees them itself. */
  readonly server: { readonly host: string; readonly port: number } | undefined;
}

/** One node's connection by the ssh of this machine: logged in on first use, again after it broke. */
export class SystemLink {
  private holder: ChildProcessWithoutNullStreams | undefined;
  private socket = 'none';
  private version = '';
  private opening: Promise<Login> | undefined;
  private isQueued = false;
  private login: Login | undefined;
  private refused: { readonly error: SshError; readonly at: number } | undefined;
  private readonly others = new Set<ChildProcessWithoutNullStreams>();
  private readonly disposed = new AbortController();

  constructor(
    private readonly host: Node,
    private readonly setting: SystemSshSetting,
    /** Names a socket for a login; undefined where ssh cannot share a connection (Windows). */
    private readonly nextSocket: (() => string) | undefined,
    private readonly log: (line: string) => void,
  ) {}

  get node(): string {
    return this.host.name;
  }

  /** Whether several commands share one login. */
  get isShared(): boolean {
    return this.nextSocket !== undefined;
  }

  /** The login, made now unless there is one. Rejects with SshError. */
  open(): Promise<Login> {
    if (this.disposed.signal.aborted)
      return Promise.reject(this.closed('its connections were closed by Standby'));
    if (this.login?.isOpen()) return Promise.resolve(this.login);
    if (this.refused && performance.now() - this.refused.at < LOGIN_PAUSE_MS)
      return Promise.reject(this.refused.error);
    this.opening ??= this.connect().finally(() => (this.opening = undefined));
    return this.opening;
  }

  /** Starts a command line on the open login, or by a login of its own where none can be shared. */
  run(line: string): ChildProcessWithoutNullStreams {
    return this.start(
      this.nextSocket === undefined
        ? loginWords(this.host, this.setting, undefined, line, this.version)
        : sharedWords(this.socket, ['--', 'node', line]),
    );
  }

  /** Opens a TCP connection from the node, whose bytes are this process's (ssh(1), -W). */
  forward(host: string, port: number): ChildProcessWithoutNullStreams {
    // -v tells when the connection stands, which a server that says nothing would not.
    return this.start(sharedWords(this.socket, ['-v', '-W', `[${host}]:${port}`, '--', 'node']));
  }

  /** An error for a node that could not be reached in time, or whose turn has not come. */
  delay(ms: number): SshError {
    if (this.isQueued)
      return new SshError(
        'busy',
        this.node,
        `Node ${this.node}: it waits for its turn; the ssh of this machine is still connecting to other nodes.`,
      );
    return new SshError(
      'timeout',
      this.node,
      `Node ${this.node}: the ssh of this machine has not logged in within ${ms / 1000} s. Check that the machine is up, and the way to it.`,
    );
  }

  /** An error for work that a break of the connection ended. */
  closed(why: string): SshError {
    return new SshError('closed', this.node, `Node ${this.node}: ${why}. The next use connects again.`);
  }

  dispose(): void {
    this.disposed.abort();
    for (const child of this.others) endSsh(child);
    if (this.holder) endSsh(this.holder);
  }

  private async connect(): Promise<Login> {
    const { signal } = this.disposed;
    const errors = {
      timeout: () => this.delay(LOGIN_MS),
      aborted: () => this.closed('its connections were closed by Standby'),
    };
    this.isQueued = true;
    const leave = await logins
      .enter(signal)
      .catch(() => {
        throw errors.aborted();
      })
      .finally(() => (this.isQueued = false));
    let holder: ChildProcessWithoutNullStreams | undefined;
    try {
      this.version = await sshVersion();
      this.login = await withLimit(LOGIN_MS, signal, errors, () => {
        // A new one each time: an ssh that was killed leaves its socket, and the next would share nothing.
        this.socket = this.nextSocket?.() ?? 'none';
        holder = startSsh(loginWords(this.host, this.setting, this.socket, HOLD, this.version));
        this.holder = holder;
        return this.greeting(holder);
      });
      this.refused = undefined;
      this.log(`${this.node}: connected by the ssh of this machine`);
      return this.login;
    } catch (error) {
      if (holder) endSsh(holder);
      if (error instanceof SshError) {
        this.log(`${this.node}: ${error.reason}: ${error.message}`);
        if (error.reason === 'auth-failed') this.refused = { error, at: performance.now() };
      }
      throw error;
    } finally {
      leave();
    }
  }

  /** Waits for the line that says that the login stands; a start-up file may print others before it. */
  private greeting(holder: ChildProcessWithoutNullStreams): Promise<Login> {
    return new Promise((resolve, reject) => {
      let printed = '';
      let complaint = '';
      let said = 0;
      let isOpen = true;
      holder.stderr.on('data', (data: Buffer) => {
        const text = data.toString('utf8');
        said += text.length;
        complaint = (complaint + text).slice(-KEPT);
      });
      holder.stdout.on('data', (data: Buffer) => {
        printed = (printed + data.toString('latin1')).slice(-KEPT);
        const found = /standby-ready ?([^\n]*)\n/.exec(printed);
        if (!found) return;
        const [, , host, port] = (found[1] ?? '').split(' ');
        resolve({
          mark: () => said,
          since: (mark) => complaint.slice(Math.max(0, complaint.length - (said - mark))),
          isOpen: () => isOpen,
          giveUp: () => {
            isOpen = false;
            endSsh(holder);
          },
          server: host !== undefined && port !== undefined ? { host, port: Number(port) } : undefined,
        });
      });
      holder.on('error', (error: NodeJS.ErrnoException) => {
        isOpen = false;
        reject(
          error.code === 'ENOENT'
            ? new SshError(
                'configuration',
                this.node,
                `Node ${this.node}: this machine has no program ssh in its PATH. Install OpenSSH's client, or take the node off standby.ssh.systemSsh.`,
              )
            : this.closed(`ssh could not be started (${error.message})`),
        );
      });
      holder.on('close', () => {
        if (isOpen && this.login?.isOpen() === true && this.holder === holder)
          this.log(`${this.node}: connection given up, ssh ended`);
        isOpen = false;
        reject(loginFailure(this.node, complaint));
      });
    });
  }

  private start(words: readonly string[]): ChildProcessWithoutNullStreams {
    const child = startSsh(words);
    this.others.add(child);
    const gone = () => this.others.delete(child);
    child.on('close', gone).on('error', gone);
    if (this.disposed.signal.aborted) endSsh(child);
    return child;
  }
}
