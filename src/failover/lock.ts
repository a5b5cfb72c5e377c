import { randomBytes } from 'node:crypto';
import type { Clock } from '../heartbeat/clock';
import type { Connections, ExecResult } from '../ssh/connection';
import { SshError } from '../ssh/error';
import type { RunEvent } from './events';
import { LOCK_BASE, LOCK_STATUS, lockScript, STALE_AFTER, type LockRequest } from './lock-scripts';
import { oneLine } from './plain';

/** held: a live run has it; stale: its owner has not touched it for 60 s; lost: somebody took it from this run. */
export type LockFailure = 'held' | 'stale' | 'unreachable' | 'no-right' | 'lost';

/** The cluster's lock could not be taken or kept. `message` says where, whose it is and what to do. */
export class LockError extends Error {
  override readonly name = 'LockError';
  constructor(
    readonly reason: LockFailure,
    readonly node: string,
    message: string,
    readonly owner?: string,
  ) {
    super(message);
  }

  /** Another run holds it: exit status 3. */
  get foreign(): boolean {
    return this.reason === 'held' || this.reason === 'stale' || this.reason === 'lost';
  }
}

/** What happens to the lock. */
export type LockEvent = RunEvent & { readonly type: 'lock' };

/** What excludes two runs on one cluster. */
export interface RunLock {
  /** Rejects with `LockError`; then nothing of it is held. `tell` hears of the lock until it is released. */
  take(signal: AbortSignal, tell: (event: LockEvent) => void): Promise<void>;
  /** Proves right before a command that the lock is still this run's. Rejects with `LockError`. */
  verify(signal: AbortSignal): Promise<void>;
  /** Never rejects; says where it could not be given back. Those that are lost are not waited for long. */
  release(
    lost?: ReadonlySet<string>,
  ): Promise<readonly { readonly node: string; readonly message: string }[]>;
}

/** Collaborators of a cluster's lock. */
export interface LockOptions {
  readonly cluster: string;
  readonly nodes: readonly string[];
  /** The run's id. */
  readonly owner: string;
  /** user@machine, for whoever finds the lock. */
  readonly who?: string;
  /** Owners whose stale lock may be broken (`--confirm`). */
  readonly confirmed?: readonly string[];
  readonly connections: Connections;
  readonly clock: Clock;
  /** Folder on the nodes; another one in tests. */
  readonly base?: string;
  readonly token?: string;
}

const TOUCH_EVERY = 10_000;
const TIMEOUT = 10_000;
/** For a node that nobody heard for a while: whoever waits for the end of the run wants to plan anew. */
const LOST_TIMEOUT = 2_000;
/** Before the lock turns stale, with time to spare for one command to start. */
const TRUSTED_FOR = (STALE_AFTER - 15) * 1000;

/** The lock of safety 14: on every named node, all or nothing, touched every 10 s while the run lasts. */
export class ClusterLock implements RunLock {
  private readonly touchedAt = new Map<string, number>();
  private readonly token: string;
  private readonly nodes: readonly string[];
  private keeping: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  private lost: LockError | undefined;
  private tell: (event: LockEvent) => void = () => undefined;

  constructor(private readonly options: LockOptions) {
    this.token = options.token ?? randomBytes(8).toString('hex');
    // One order for all runs: of two that start at once, the same one loses everywhere.
    this.nodes = [...new Set(options.nodes)].sort();
  }

  async take(signal: AbortSignal, tell: (event: LockEvent) => void): Promise<void> {
    this.tell = tell;
    const tried: string[] = [];
    try {
      for (const node of this.nodes) {
        tried.push(node);
        await this.takeOn(node, signal);
      }
    } catch (error) {
      // A node that could not even be reached holds nothing; one that fell silent may.
      await this.releaseOn(
        error instanceof LockError && error.reason !== 'unreachable' ? tried.slice(0, -1) : tried,
      );
      throw error;
    }
    const stop = new AbortController();
    this.keeping = { stop, ended: this.keep(stop.signal) };
  }

  async verify(signal: AbortSignal): Promise<void> {
    await this.touchAll(signal);
    signal.throwIfAborted();
    if (this.lost) throw this.lost;
    const now = this.options.clock.now();
    for (const [node, at] of this.touchedAt) {
      if (now - at > TRUSTED_FOR) {
        throw new LockError(
          'unreachable',
          node,
          `The lock on ${node} was last confirmed ${Math.round((now - at) / 1000)} s ago and the node does not answer now, so another run could take it. Mend the connection to ${node} and retry.`,
        );
      }
    }
  }

  async release(
    lost: ReadonlySet<string> = new Set(),
  ): Promise<readonly { readonly node: string; readonly message: string }[]> {
    this.keeping?.stop.abort();
    await this.keeping?.ended;
    this.keeping = undefined;
    return this.releaseOn([...this.touchedAt.keys()], lost);
  }

  private async takeOn(node: string, signal: AbortSignal): Promise<void> {
    const { who, confirmed } = this.options;
    const startedAt = this.options.clock.now();
    let result: ExecResult;
    try {
      result = await this.ask(node, 'take', signal, {
        ...(who ? { who } : {}),
        ...(confirmed ? { confirmed } : {}),
      });
    } catch (error) {
      if (!(error instanceof SshError)) throw error;
      throw new LockError(
        'unreachable',
        node,
        `The cluster's lock cannot be taken on ${node}: ${error.message} Every node that could be primary must hold it, unless it is proven off.`,
      );
    }
    if (result.exitCode === LOCK_STATUS.held) throw this.foreign(node, result);
    if (result.exitCode !== LOCK_STATUS.done) throw noRight(node, result, this.options.base ?? LOCK_BASE);
    this.touchedAt.set(node, startedAt);
    this.tell({
      type: 'lock',
      node,
      state: 'taken',
      message: `The cluster's lock on ${node} is this run's.`,
    });
  }

  private foreign(node: string, result: ExecResult): LockError {
    const { age, owner, whose } = readOwner(result);
    return age > STALE_AFTER
      ? new LockError(
          'stale',
          node,
          `The lock on ${node} belongs to ${whose}, which has not touched it for ${age} s. If that run is really over, continue it with --resume ${oneLine(owner)}, or break its lock with --confirm ${oneLine(owner)}.`,
          owner,
        )
      : new LockError(
          'held',
          node,
          `The lock on ${node} is held by ${whose}, which touched it ${Math.max(0, age)} s ago. Two runs on one cluster exclude each other: let that one end, or abort it there.`,
          owner,
        );
  }

  private async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.lost) {
      try {
        await this.options.clock.sleep(TOUCH_EVERY, signal);
        await this.touchAll(signal);
      } catch {
        // Only the end of the run gets here: touchAll keeps what nodes answer.
        if (!signal.aborted) continue;
      }
    }
  }

  private async touchAll(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.touchedAt.keys()].map((node) => this.touchOn(node, signal)));
  }

  private async touchOn(node: string, signal: AbortSignal): Promise<void> {
    const startedAt = this.options.clock.now();
    try {
      const result = await this.ask(node, 'touch', signal);
      if (result.exitCode === LOCK_STATUS.done) {
        this.touchedAt.set(node, startedAt);
      } else if (result.exitCode === LOCK_STATUS.lost && !this.lost) {
        const owner = oneLine(/^\d+ (.*)$/m.exec(result.stdout)?.[1] ?? '');
        const message = owner
          ? `The lock on ${node} is no longer this run's: ${owner === this.options.owner ? 'the same run was resumed elsewhere' : `run ${owner} has it`}. Nothing more is done here.`
          : `The lock on ${node} has vanished (was the node restarted?). Nothing more is done; look at the cluster, then start again.`;
        this.lost = new LockError('lost', node, message, owner);
        this.tell({ type: 'lock', node, state: 'lost', message });
      }
    } catch (error) {
      if (signal.aborted || !(error instanceof SshError)) return;
      this.tell({
        type: 'lock',
        node,
        state: 'unreachable',
        message: `The lock on ${node} could not be touched: ${error.message}`,
      });
    }
  }

  private async releaseOn(
    nodes: readonly string[],
    lost: ReadonlySet<string> = new Set(),
  ): Promise<readonly { node: string; message: string }[]> {
    const kept = await Promise.all(nodes.map((node) => this.releaseOne(node, lost.has(node))));
    this.touchedAt.clear();
    return kept.filter((problem) => problem !== undefined);
  }

  private async releaseOne(
    node: string,
    isLost: boolean,
  ): Promise<{ node: string; message: string } | undefined> {
    const wasOurs = this.touchedAt.has(node);
    const failed = (why: string) => {
      const message = `The lock on ${node} could not be given back (${why}). It turns stale after ${STALE_AFTER} s; the next run then needs --confirm ${this.options.owner}.`;
      this.tell({ type: 'lock', node, state: 'not-released', message });
      return { node, message };
    };
    try {
      const result = await this.ask(node, 'release', undefined, {}, isLost ? LOST_TIMEOUT : TIMEOUT);
      if (result.exitCode === LOCK_STATUS.done) {
        this.tell({
          type: 'lock',
          node,
          state: 'released',
          message: `The lock on ${node} is given back.`,
        });
        return undefined;
      }
      if (result.exitCode === LOCK_STATUS.lost || !wasOurs) return undefined;
      return failed(oneLine(result.stderr) || `status ${result.exitCode ?? 'unknown'}`);
    } catch (error) {
      const neverThere =
        error instanceof SshError && !['timeout', 'closed', 'protocol'].includes(error.reason);
      if (!wasOurs && neverThere) return undefined;
      return failed(error instanceof Error ? error.message : String(error));
    }
  }

  private ask(
    node: string,
    verb: LockRequest['verb'],
    signal?: AbortSignal,
    more: Partial<LockRequest> = {},
    timeoutMs = TIMEOUT,
  ): Promise<ExecResult> {
    const { cluster, owner, connections, base } = this.options;
    const script = lockScript({ verb, cluster, owner, token: this.token, ...more }, base);
    return connections.to(node).exec(script, { timeoutMs, ...(signal ? { signal } : {}) });
  }
}

/** Whose a lock is, as `take` and `look` print it; `age` in seconds since it was touched. */
export function readOwner({ stdout }: ExecResult): {
  readonly age: number;
  readonly owner: string;
  readonly whose: string;
} {
  const [, age = '0', owner = ''] = /^(-?\d+) (.*)$/m.exec(stdout) ?? [];
  const who = oneLine(stdout.split('\n')[1] ?? '');
  return {
    age: Number(age),
    owner,
    whose: `run ${oneLine(owner) || 'without a name'}${who ? ` of ${who}` : ''}`,
  };
}

function noRight(node: string, result: ExecResult, base: string): LockError {
  const said = oneLine(result.stderr || result.stdout) || `status ${result.exitCode ?? 'unknown'}`;
  return new LockError(
    'no-right',
    node,
    `The cluster's lock cannot be made in ${base} on ${node}: ${said}. The login needs the right to write there (log in as root, or set ssh.become: sudo).`,
  );
}
