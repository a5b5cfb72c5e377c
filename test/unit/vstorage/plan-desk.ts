import type { Cluster } from '../../../src/cluster/cluster';
import { Approvals } from '../../../src/failover/approval';
import { Consoles } from '../../../src/failover/console';
import { EvidenceReader } from '../../../src/failover/evidence';
import type { Operator } from '../../../src/failover/operator';
import type { Plan, PlanRequest } from '../../../src/failover/plan';
import { emptyHistory } from '../../../src/heartbeat/history';
import { prepare } from '../../../src/failover/prepare';
import { run, type RunSummary } from '../../../src/failover/runner';
import { vstoragePlanners } from '../../../src/systems/vstorage/planners';
import { VstorageSimulator } from '../../../src/systems/vstorage/simulator';
import { clusterOf, demoLayout, type VstorageLayout } from '../../../src/systems/vstorage/simulator-layout';
import * as fakes from '../failover/fakes';

/** Everything between a plan and a simulated cluster, with time that passes on both sides at once. */
export class PlanDesk {
  readonly clock = new fakes.JumpingClock(Date.parse('2026-11-22T06:00:00Z'));
  readonly simulator: VstorageSimulator;
  readonly cluster: Cluster;
  readonly journal = new fakes.MemoryJournal();
  readonly connections: fakes.FakeConnections;
  /** What becomes of each answer of a node, where a test lets the cluster say something else. */
  altered = (text: string): string => text;
  private readonly consoles: Consoles;
  private readonly abort = new AbortController();

  constructor(readonly layout: VstorageLayout = demoLayout) {
    this.simulator = new VstorageSimulator(this.clock.now(), layout);
    this.cluster = clusterOf(layout);
    const { clock, simulator } = this;
    const sleep = clock.sleep;
    clock.sleep = async (ms, signal) => {
      await sleep(ms, signal);
      simulator.advance(ms);
    };
    this.connections = new fakes.FakeConnections(
      Object.fromEntries(
        simulator.nodeNames.map((name) => [
          name,
          {
            exec: async (script: string) => {
              if (!simulator.isUp(name)) throw fakes.failure('timeout', name);
              let said = '';
              const answer = await simulator.run(name, script, (text) => (said += text));
              return { ...answer, stdout: this.altered(said + answer.stdout), truncated: false };
            },
            reach: () => 'unreachable' as const,
          },
        ]),
      ),
    );
    this.consoles = new Consoles(layout.name, new Approvals('/nonexistent'), clock, () =>
      Promise.reject(new Error('no console')),
    );
  }

  /** Lets simulated time pass. */
  pass(minutes: number): void {
    this.simulator.advance(minutes * 60_000);
    this.clock.time += minutes * 60_000;
  }

  async plan(kind: string, target?: string): Promise<Plan> {
    const planner = vstoragePlanners.find((each) => each.kind === kind);
    if (!planner) throw new RangeError(`There is no ${kind}.`);
    const request: PlanRequest = { kind, ...(target === undefined ? {} : { target }) };
    return prepare({
      cluster: this.cluster,
      planner,
      request,
      connections: this.connections,
      history: emptyHistory(this.layout.name),
      consoles: this.consoles,
      clock: this.clock,
      signal: this.abort.signal,
    });
  }

  /** Runs a plan with an operator that types every name, unless another one is given. */
  async run(
    plan: Plan,
    operator: Operator = fakes.operator({ unattended: false, typeName: () => Promise.resolve(true) }),
  ): Promise<RunSummary> {
    const { clock, cluster, connections, consoles, journal } = this;
    return run(plan, {
      run: 'r1',
      cluster,
      connections,
      operator,
      journal,
      clock,
      consoles,
      lock: new fakes.MemoryLock(),
      signal: this.abort.signal,
      evidence: new EvidenceReader({
        cluster,
        connections,
        consoles,
        clock,
        history: emptyHistory(this.layout.name),
      }),
    });
  }

  /** How each step ended, in order. */
  get steps(): readonly string[] {
    return this.journal.events.flatMap((event) =>
      event.type === 'step-ended' ? [`${event.step} ${event.outcome}`] : [],
    );
  }

  /** Details of the checks of one step. */
  details(step: string): readonly string[] {
    return this.journal.events.flatMap((event) =>
      event.type === 'check' && event.step === step ? [event.detail] : [],
    );
  }
}
