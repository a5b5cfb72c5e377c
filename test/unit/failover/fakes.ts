import { plainCluster } from '../plain-cluster';
import { execFile } from 'node:child_process';
import type { Cluster, Node } from '../../../src/cluster/cluster';
import type { RunEvent, StampedEvent } from '../../../src/failover/events';
import type { Journal } from '../../../src/failover/journal';
import type { RunLock } from '../../../src/failover/lock';
import { UnattendedOperator, type Operator } from '../../../src/failover/operator';
import type { GoneCheck, Plan, ScriptCheck, Step } from '../../../src/failover/plan';
import type { Clock } from '../../../src/heartbeat/clock';
import type {
  Connections,
  ExecOptions,
  ExecResult,
  NodeConnection,
  Reach,
} from '../../../src/ssh/connection';
import { SshError, type SshFailure } from '../../../src/ssh/error';

/** Time that jumps as soon as somebody waits. */
export class JumpingClock implements Clock {
  constructor(public time = Date.parse('2026-11-21T03:00:00Z')) {}
  now = () => this.time;
  sleep = async (ms: number, signal?: AbortSignal) => {
    signal?.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    this.time += ms;
  };
}

/** Time that stands until the test moves it. */
export class ManualClock implements Clock {
  private sleepers: { at: number; wake: () => void }[] = [];
  constructor(public time = Date.parse('2026-11-21T03:00:00Z')) {}
  now = () => this.time;
  sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const stop = () => reject(signal?.reason as Error);
      signal?.addEventListener('abort', stop, { once: true });
      const wake = () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      this.sleepers.push({ at: this.time + ms, wake });
    });
  get waiting(): number {
    return this.sleepers.length;
  }
  async advance(ms: number) {
    this.time += ms;
    const due = this.sleepers.filter(({ at }) => at <= this.time);
    this.sleepers = this.sleepers.filter(({ at }) => at > this.time);
    for (const { wake } of due) wake();
    await settled();
  }
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settled() {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export interface FakeNode {
  exec?: (script: string, options: ExecOptions) => ExecResult | Promise<ExecResult>;
  reach?: (host: string, port: number) => Reach;
}

export class FakeConnections implements Connections {
  readonly asked: { node: string; script: string }[] = [];
  constructor(readonly nodes: Record<string, FakeNode>) {}
  to(name: string): NodeConnection {
    const node = this.nodes[name] ?? {};
    return {
      exec: async (script, options) => {
        options.signal?.throwIfAborted();
        this.asked.push({ node: name, script });
        if (!node.exec) throw failure('timeout', name);
        return node.exec(script, options);
      },
      converse: () => Promise.reject(failure('timeout', name)),
      reach: (host, port) =>
        node.reach ? Promise.resolve(node.reach(host, port)) : Promise.reject(failure('timeout', name)),
      dispose: () => undefined,
    };
  }
  dispose() {}
}

export function failure(reason: SshFailure, node = 'n'): SshError {
  return new SshError(reason, node, `${node}: ${reason}.`);
}

export function answer(stdout = '', exitCode = 0, stderr = ''): ExecResult {
  return { exitCode, stdout, stderr, truncated: false };
}

/** A real `sh` of this machine in place of a node. */
export function realShell(before = ''): FakeNode {
  return {
    exec: (script) =>
      new Promise((resolve, reject) => {
        execFile(
          'sh',
          ['-c', before + script],
          { env: { PATH: process.env['PATH'], LC_ALL: 'C' } },
          (error, stdout, stderr) => {
            const code = error?.code;
            if (error && typeof code !== 'number') reject(new Error(error.message));
            else resolve(answer(stdout, typeof code === 'number' ? code : 0, stderr));
          },
        );
      }),
  };
}

export function node(name: string, more: Partial<Node> = {}): Node {
  return { name, address: `${name}.example`, roles: ['master'], ssh: { become: 'none' }, disks: [], ...more };
}

export function cluster(nodes: readonly Node[], more: Partial<Cluster> = {}): Cluster {
  return plainCluster('c1', nodes, more);
}

export function check(title: string, more: Partial<ScriptCheck> = {}): ScriptCheck {
  return {
    type: 'script',
    title,
    node: 'm2',
    script: `check ${title}`,
    timeoutMs: 1000,
    judge: ({ exitCode, stdout }) => ({ holds: exitCode === 0, detail: stdout || `status ${exitCode}` }),
    ...more,
  };
}

export const gone = (more: Partial<GoneCheck> = {}): GoneCheck => ({
  type: 'gone',
  title: 'm1 is off',
  node: 'm1',
  console: 'console m1',
  witnesses: ['m3'],
  ...more,
});

export function step(id: string, more: Partial<Step> = {}): Step {
  return {
    id,
    title: `Step ${id}`,
    node: 'm2',
    why: 'because',
    checks: [],
    script: `run ${id}`,
    timeoutMs: 1000,
    verify: [],
    verifyForMs: 3000,
    danger: 'none',
    doneWhen: [],
    ...more,
  };
}

export function plan(steps: readonly Step[], more: Partial<Plan> = {}): Plan {
  return { kind: 'failover', cluster: 'c1', notes: [], steps, lockNodes: ['m2', 'm3'], ...more };
}

export class MemoryJournal implements Journal {
  readonly events: StampedEvent[] = [];
  closed = 0;
  write(event: StampedEvent) {
    this.events.push(event);
    return Promise.resolve();
  }
  close() {
    this.closed++;
    return Promise.resolve();
  }
}

export class MemoryLock implements RunLock {
  held = false;
  taken = 0;
  released = 0;
  problem: Error | undefined;
  take() {
    if (this.problem) return Promise.reject(this.problem);
    this.taken++;
    this.held = true;
    return Promise.resolve();
  }
  verify() {
    return this.problem ? Promise.reject(this.problem) : Promise.resolve();
  }
  release() {
    this.released++;
    this.held = false;
    return Promise.resolve([]);
  }
}

/** `--yes` with some answers replaced. */
export function operator(overrides: Partial<Operator> = {}, confirmed: string[] = []): Operator {
  const base = new UnattendedOperator(confirmed, () => undefined);
  return {
    unattended: true,
    tell: base.tell,
    decide: (question) => base.decide(question),
    typeName: (question) => base.typeName(question),
    approveConsole: (question) => base.approveConsole(question),
    ...overrides,
  };
}

export const types = (events: readonly RunEvent[]) => events.map(({ type }) => type);
