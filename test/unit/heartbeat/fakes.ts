import { plainCluster } from '../plain-cluster';
import type { Cluster, Node } from '../../../src/cluster/cluster';
import { beatAnswer, beatScript } from '../../../src/heartbeat/beat';
import type { Clock } from '../../../src/heartbeat/clock';
import type { Probe, Probes } from '../../../src/heartbeat/probe';
import type {
  Connections,
  Conversation,
  ConverseOptions,
  ExecOptions,
  ExecResult,
  NodeConnection,
  Reach,
} from '../../../src/ssh/connection';
import { SshError, type SshFailure } from '../../../src/ssh/error';

/** A clock that stands still until a test moves it. Wakes sleepers in the order of their time. */
export class FakeClock implements Clock {
  #now: number;
  #sleepers: { due: number; wake: () => void }[] = [];

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** Sleepers that nobody has woken or cancelled. */
  get pending(): number {
    return this.#sleepers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(signal?.reason as Error);
      };
      if (signal?.aborted) return reject(signal.reason as Error);
      const sleeper = {
        due: this.#now + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
      };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  /** Lets time pass, with everything that happens in it. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#sleepers.toSorted((a, b) => a.due - b.due)[0];
      if (next === undefined || next.due > until) break;
      this.#now = Math.max(this.#now, next.due);
      this.#sleepers = this.#sleepers.filter((one) => one !== next);
      next.wake();
      await settle();
    }
    this.#now = until;
    await settle();
  }

  /** The machine sleeps: the time of day goes on, and timers wait as long as they would have. */
  jump(ms: number): void {
    this.#now += ms;
    for (const sleeper of this.#sleepers) sleeper.due += ms;
  }
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** How a fake node behaves now. */
export type Behaviour = 'up' | 'hangs' | SshFailure;

/** Fake connections to a cluster's nodes: each behaves as told, and counts what it was asked. */
export class FakeConnections implements Connections {
  portOf?: (node: string) => Promise<number | undefined>;
  readonly #nodes = new Map<string, FakeNode>();

  constructor(readonly clock: FakeClock) {}

  node(name: string): FakeNode {
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const made = new FakeNode(name, this.clock);
    this.#nodes.set(name, made);
    return made;
  }

  to(name: string): NodeConnection {
    return this.node(name);
  }

  dispose(): void {}
}

export class FakeNode implements NodeConnection {
  behaviour: Behaviour = 'up';
  /** Answers by script; the word “hangs” is none at all. */
  readonly answers = new Map<string, string | ExecResult | (() => string | ExecResult)>();
  /** Of scripts that hang and run on after their deadline: when they end. */
  readonly stuck = new Map<string, Promise<'ended' | 'lost'>>();
  /** What a TCP connection from here to an address says; default: open. */
  readonly reaches = new Map<string, Reach>();
  readonly asked: string[] = [];
  readonly dialled: string[] = [];
  /** The most of one script that ran at the same time. */
  readonly atOnce = new Map<string, number>();
  /** Conversations ever begun. */
  begun = 0;
  /** Conversations that nobody closed. */
  conversations = 0;
  readonly #running = new Map<string, number>();

  constructor(
    readonly name: string,
    private readonly clock: FakeClock,
  ) {}

  async exec(script: string, options: ExecOptions): Promise<ExecResult> {
    this.asked.push(script);
    const running = (this.#running.get(script) ?? 0) + 1;
    this.#running.set(script, running);
    this.atOnce.set(script, Math.max(this.atOnce.get(script) ?? 0, running));
    try {
      return await this.#answer(script, options);
    } finally {
      this.#running.set(script, running - 1);
    }
  }

  /** Each question is answered, counted and held up as if its script were run by `exec`. */
  async converse(answer: string, options: ConverseOptions): Promise<Conversation> {
    let isOpen = true;
    const close = () => {
      if (isOpen) this.conversations--;
      isOpen = false;
    };
    const ask = (with_: ConverseOptions) =>
      this.exec(answer, with_).then(
        (result) => result.stdout.trimEnd(),
        (error: unknown) => {
          close();
          throw error;
        },
      );
    this.begun++;
    this.conversations++;
    const first = await ask(options);
    return {
      first,
      ask,
      close,
      get isOpen() {
        return isOpen;
      },
    };
  }

  async reach(host: string, port: number, _timeoutMs: number, signal?: AbortSignal): Promise<Reach> {
    if (signal?.aborted) throw this.error('aborted');
    this.dialled.push(`${host}:${port}`);
    if (this.behaviour !== 'up') throw this.error('closed');
    return Promise.resolve(this.reaches.get(host) ?? 'open');
  }

  dispose(): void {}

  /** Beats since the start of the test. */
  get beats(): number {
    return this.asked.filter((script) => script === beatScript).length;
  }

  async #answer(script: string, options: ExecOptions): Promise<ExecResult> {
    await Promise.resolve();
    if (options.signal?.aborted) throw this.error('aborted');
    if (this.behaviour === 'hangs') return this.#hang(options);
    if (this.behaviour !== 'up') throw this.error(this.behaviour);
    const set = this.answers.get(script);
    const answer = typeof set === 'function' ? set() : set;
    if (answer === 'hangs') return this.#hang(options, this.stuck.get(script));
    if (answer === undefined) return said(script === beatScript ? beatAnswer(100, 0.5) : '');
    return typeof answer === 'string' ? said(answer) : answer;
  }

  async #hang(options: ExecOptions, ended?: Promise<'ended' | 'lost'>): Promise<never> {
    try {
      await this.clock.sleep(options.timeoutMs, options.signal);
    } catch {
      throw this.error('aborted');
    }
    throw this.error('timeout', ended);
  }

  error(reason: SshFailure, ended?: Promise<'ended' | 'lost'>): SshError {
    return new SshError(reason, this.name, `${this.name}: ${reason}.`, ended ? { ended } : {});
  }
}

/** An answer with exit status 0. */
export function said(stdout: string, more: Partial<ExecResult> = {}): ExecResult {
  return { exitCode: 0, stdout, stderr: '', truncated: false, ...more };
}

/** A node with the address of its number: n1 is 10.0.0.1. */
export function fakeNode(name: string, more: Partial<Node> = {}): Node {
  const number = /\d+$/.exec(name)?.[0] ?? '99';
  return {
    name,
    address: `10.0.0.${number}`,
    roles: ['chunkserver'],
    ssh: { become: 'none' },
    disks: [],
    ...more,
  };
}

/** A cluster with the timing of MooseFS. */
export function fakeCluster(nodes: readonly (string | Node)[], more: Partial<Cluster> = {}): Cluster {
  return plainCluster(
    'media',
    nodes.map((node) => (typeof node === 'string' ? fakeNode(node) : node)),
    more,
  );
}

/** Probes that ask nothing, unless told. */
export function fakeProbes(
  node: readonly Probe[] = [],
  combine: Probes['combine'] = () => undefined,
): Probes {
  return { node, combine };
}

/** A probe whose answer is a fact of its own name. */
export function fakeProbe(id: string, more: Partial<Probe> = {}): Probe {
  return {
    id,
    everyBeats: 1,
    timeoutMs: 3_000,
    script: () => `probe ${id}`,
    read: (result) => ({ facts: { [id]: result.stdout } }),
    ...more,
  };
}
