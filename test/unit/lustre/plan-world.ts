import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { Cluster } from '../../../src/cluster/cluster';
import type { Approvals } from '../../../src/failover/approval';
import { Consoles } from '../../../src/failover/console';
import type { StampedEvent } from '../../../src/failover/events';
import { EvidenceReader } from '../../../src/failover/evidence';
import { ClusterLock } from '../../../src/failover/lock';
import { UnattendedOperator } from '../../../src/failover/operator';
import type { Plan, PlanRequest } from '../../../src/failover/plan';
import { prepare } from '../../../src/failover/prepare';
import { run, type RunSummary } from '../../../src/failover/runner';
import type { Clock } from '../../../src/heartbeat/clock';
import { consoleHash } from '../../../src/heartbeat/console-record';
import { emptyHistory, type ClusterHistory } from '../../../src/heartbeat/history';
import type { Connections, NodeConnection } from '../../../src/ssh/connection';
import { lustrePlanners } from '../../../src/systems/lustre/planners';
import { clients, layout, nodeNames, servers } from '../../../src/systems/lustre/simulator-layout';
import { LustreSimulator } from '../../../src/systems/lustre/simulator';
import { failure, MemoryJournal } from '../failover/fakes';

/** In memory: while files are read, simulated time would run on. */
const approvesAll = {
  state: () => Promise.resolve('approved'),
  approve: () => Promise.resolve(),
} as unknown as Approvals;

const begin = Date.UTC(2026, 10, 22, 3, 0, 0);
const ports = new Map(nodeNames.map((name, index) => [name, 2200 + index]));

/** Simulated time that everything waits in: nodes, runner, evidence. */
class SimulatedClock implements Clock {
  private sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  constructor(private readonly simulator: LustreSimulator) {}
  now = () => this.simulator.state.now;
  sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const stop = () => reject(signal?.reason as Error);
      signal?.addEventListener('abort', stop, { once: true });
      this.sleepers.push({
        at: this.now() + ms,
        wake: () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
      });
    });
  advance(ms: number) {
    this.simulator.advance(ms);
    const due = this.sleepers.filter(({ at }) => at <= this.now());
    this.sleepers = this.sleepers.filter(({ at }) => at > this.now());
    for (const { wake } of due) wake();
  }
}

export interface Played {
  readonly plan: Plan;
  readonly summary: RunSummary;
  readonly events: readonly StampedEvent[];
  /** Everything that was told, as text. */
  readonly told: string;
}

/** A simulated cluster with the real runner, evidence, lock and consoles over it. */
export class World {
  readonly simulator = new LustreSimulator(begin);
  readonly clock = new SimulatedClock(this.simulator);
  readonly place = {
    ports,
    consoles: new Map(servers.map((name) => [name as string, `power ${name}`])),
  };
  readonly cluster: Cluster;
  history: ClusterHistory;
  /** What a console says, whatever is true. */
  lies: Partial<Record<string, 'on' | 'off'>> = {};
  /** Scripts that were run, by node. */
  readonly ran: { readonly node: string; readonly script: string }[] = [];
  /** Called before each command. */
  onCommand: ((node: string, script: string) => void) | undefined;
  /** Mirrors of which both sides were Primary at once, at any quarter second. */
  readonly doubles = new Set<string>();
  private readonly consoles: Consoles;

  constructor(change: (cluster: Cluster) => Cluster = (each) => each) {
    this.cluster = change(layout(this.place));
    this.history = {
      ...emptyHistory(this.cluster.name),
      consoles: Object.fromEntries(
        servers.map((name) => [name, { hash: consoleHash(`power ${name}`), notOffAt: begin - 60_000 }]),
      ),
      reached: Object.fromEntries(
        nodeNames.map((from) => [from, Object.fromEntries(nodeNames.map((to) => [to, begin - 60_000]))]),
      ),
    };
    this.consoles = new Consoles(this.cluster.name, approvesAll, this.clock, (words) => {
      const name = words[1] ?? '';
      const power = this.lies[name] ?? (this.simulator.isUp(name) ? 'on' : 'off');
      return Promise.resolve({ exitCode: 0, output: `Chassis Power is ${power}` });
    });
  }

  get state() {
    return this.simulator.state;
  }

  /** The nodes as Standby saw them now. */
  heard(nodes: readonly string[] = nodeNames) {
    const now = this.clock.now();
    this.history = {
      ...this.history,
      heard: { ...this.history.heard, ...Object.fromEntries(nodes.map((name) => [name, now])) },
    };
  }

  pass(seconds: number) {
    for (let left = seconds * 1000; left > 0; left -= 250) this.tick();
  }

  private tick() {
    this.clock.advance(250);
    for (const [resource, { sides }] of this.state.mirrors)
      if (sides.every(({ role, isUp, node }) => isUp && role === 'Primary' && this.simulator.isUp(node)))
        this.doubles.add(resource);
  }

  /** Lets time pass until something has happened. */
  async until<T>(promise: Promise<T>, forSeconds = 3_000): Promise<T> {
    let settled = false;
    const over = promise.finally(() => (settled = true));
    over.catch(() => undefined);
    for (let waited = 0; waited < forSeconds * 4 && !settled; waited++) {
      for (let turn = 0; turn < 12 && !settled; turn++) await setImmediate();
      if (!settled) this.tick();
    }
    assert.ok(settled, `nothing came of it within ${forSeconds} simulated seconds`);
    return over;
  }

  readonly connections: Connections = {
    to: (name) => this.connection(name),
    portOf: (name) => Promise.resolve(ports.get(name)),
    dispose: () => undefined,
  };

  private connection(name: string): NodeConnection {
    const { simulator, clock } = this;
    return {
      exec: async (script, { timeoutMs, signal, onOutput }) => {
        signal?.throwIfAborted();
        this.onCommand?.(name, script);
        this.ran.push({ node: name, script });
        const over = new AbortController();
        const ended = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
        const late = clock.sleep(simulator.isUp(name) ? timeoutMs : Math.min(timeoutMs, 3_000), ended);
        let text = '';
        const answered = simulator.isUp(name)
          ? simulator.run(name, script, (piece) => {
              text += piece;
              onOutput?.(piece, 'stdout');
            })
          : new Promise<never>(() => undefined);
        try {
          const first = await Promise.race([answered, late.then(() => undefined)]);
          if (!first || !simulator.isUp(name)) throw failure('timeout', name);
          if (first.stderr) onOutput?.(first.stderr, 'stderr');
          return { ...first, stdout: text + first.stdout, truncated: false };
        } finally {
          late.catch(() => undefined);
          over.abort(new Error('over'));
        }
      },
      converse: () => Promise.reject(failure('timeout', name)),
      reach: async (_host, port, timeoutMs, signal) => {
        if (!simulator.isUp(name)) throw failure('timeout', name);
        const to = [...ports].find(([, each]) => each === port)?.[0] ?? '';
        if (simulator.isUp(to)) return 'open';
        await clock.sleep(Math.min(timeoutMs, 1_000), signal);
        return 'unreachable';
      },
      dispose: () => undefined,
    };
  }

  /** The plan for the present state. */
  async plan(request: Partial<PlanRequest> & { kind: string }, offline = false): Promise<Plan> {
    const planner = lustrePlanners.find(({ kind }) => kind === request.kind);
    assert.ok(planner);
    return this.until(
      prepare({
        cluster: this.cluster,
        planner,
        request,
        connections: this.connections,
        history: this.history,
        consoles: this.consoles,
        clock: this.clock,
        offline,
        signal: new AbortController().signal,
      }),
    );
  }

  /** Plans and runs it as `--yes` with these names confirmed. */
  async play(
    request: Partial<PlanRequest> & { kind: string },
    { confirm = [], id = 'r1', resumed = false }: { confirm?: string[]; id?: string; resumed?: boolean } = {},
  ): Promise<Played> {
    const plan = await this.plan(request);
    return this.execute(plan, { confirm, id, resumed });
  }

  async execute(
    plan: Plan,
    { confirm = [], id = 'r1', resumed = false }: { confirm?: string[]; id?: string; resumed?: boolean } = {},
  ): Promise<Played> {
    const { cluster, connections, clock, consoles, history } = this;
    const events: StampedEvent[] = [];
    const summary = await this.until(
      run(plan, {
        run: id,
        resumed,
        cluster,
        connections,
        operator: new UnattendedOperator(confirm, (event) => events.push(event)),
        journal: new MemoryJournal(),
        clock,
        consoles,
        evidence: new EvidenceReader({
          cluster,
          connections,
          consoles,
          clock,
          history,
          ...(plan.looks ? { looks: plan.looks } : {}),
        }),
        lock: new ClusterLock({
          cluster: cluster.name,
          nodes: plan.lockNodes,
          owner: id,
          connections,
          clock,
        }),
        signal: new AbortController().signal,
      }),
    );
    return { plan, summary, events, told: events.map((event) => JSON.stringify(event)).join('\n') };
  }

  /** Where a target is mounted. */
  servedBy(target: string): string | undefined {
    return this.state.serving(target)?.node;
  }

  role(node: string, resource: string): string {
    return this.state.mirror(resource).side(node).role;
  }

  /** Whether every client is connected to a target where it is now. */
  allFollow(target: string): boolean {
    return this.state.connected(target).length === clients.length;
  }
}
