import { findNode, type Cluster, type Node } from '../cluster/cluster';
import { estimateAll, resume, type RebuildMemories } from '../rebuild/estimate';
import type { RebuildProgress } from '../rebuild/progress';
import type { Connections } from '../ssh/connection';
import type { Clock } from './clock';
import type { ClusterHistory } from './history';
import { liveness } from './liveness';
import { maintenanceKey, maintenanceOf, type Declaration } from './maintenance';
import { NodeWatch, type Change } from './node-watch';
import { observerLost } from './observer';
import { nextPhase, type Phase } from './phase';
import type { ClusterReading, DiskReading, Probes } from './probe';
import { mergeDisks } from './reading';
import type { ClusterState, FormerPrimary, Liveness, MaintenanceInForce, NodeState } from './state';

export interface WatchOptions {
  readonly cluster: Cluster;
  readonly probes: Probes;
  readonly connections: Connections;
  readonly clock: Clock;
  /** The last snapshot of the same cluster, made before its file changed. */
  readonly previous?: ClusterState;
  /** Maintenance that the operator declared or ended by hand, by node; wins over the file. */
  readonly maintenance?: ReadonlyMap<string, Declaration>;
  readonly log?: (line: string) => void;
}

/** A node as the last snapshot has it, and what it was made of. */
interface Shown {
  readonly version: number;
  readonly disks: readonly DiskReading[] | undefined;
  readonly verdict: NodeWatch['verdict'];
  readonly state: NodeState;
}

/** Of a large cluster something is always new: what nodes say together is worked out once in a second for 1,000. */
const COMBINE_MS_A_NODE = 1;
/** Up to this many nodes everything is worked out at once. */
const SMALL = 100;

/** Everything known of one cluster, and the making of snapshots from it. It asks nothing by itself. */
export class ClusterWatch {
  readonly nodes: readonly NodeWatch[];
  readonly #maintenance: Map<string, Declaration>;
  readonly #phases = new Map<NodeWatch, Phase>();
  readonly #shown = new Map<NodeWatch, Shown>();
  #combinedAt = -Infinity;
  #answersChanged = true;
  #freshNames = '';
  #reading: ClusterReading | undefined;
  #readingAt: number | undefined;
  #rebuild: readonly RebuildProgress[] = [];
  readonly #primaries = new Map<string, FormerPrimary>();
  #wasPrimary: readonly FormerPrimary[] = [];
  #memories: RebuildMemories = new Map();

  constructor(
    private readonly options: WatchOptions,
    onChange: (change: Change) => void = () => {},
  ) {
    const { cluster, connections, clock, previous } = options;
    this.#maintenance = new Map(options.maintenance);
    this.nodes = cluster.nodes.map(
      (node) =>
        new NodeWatch(cluster, node, connections.to(node.name), clock, (change) => {
          this.#answersChanged ||= change !== 'beat';
          onChange(change);
        }),
    );
    if (previous !== undefined) this.#restore(previous);
  }

  /** Declares maintenance by hand, until `until` (epoch milliseconds) where that is given, or ends it. */
  setMaintenance(node: string, on: boolean, until?: number): void {
    const at = this.options.clock.now();
    const of = maintenanceKey(findNode(this.options.cluster, node)?.maintenance);
    this.#maintenance.set(
      node,
      on ? { on, at, ...(until !== undefined && { until }) } : { on: false, at, of },
    );
  }

  /** Takes over what is declared, in the place of what was known. */
  setDeclarations(declared: ReadonlyMap<string, Declaration>): void {
    this.#maintenance.clear();
    for (const [node, declaration] of declared) this.#maintenance.set(node, declaration);
  }

  /** Takes over who was last seen as primary before this began, as remembered. */
  learnPrimaries(seen: ClusterHistory['primary']): void {
    const nodes = new Set(this.nodes.map(({ node }) => node.name));
    for (const [what, { node, at }] of Object.entries(seen))
      if (nodes.has(node) && !this.#primaries.has(what)) this.#primaries.set(what, { what, node, at });
    this.#keepPrimaries();
  }

  /** The maintenance of a node that is in force now. */
  maintenanceOf(node: Node): MaintenanceInForce | undefined {
    return maintenanceOf(node, this.#maintenance.get(node.name), this.options.clock.now());
  }

  isInMaintenance(node: Node): boolean {
    return this.maintenanceOf(node) !== undefined;
  }

  /** Answers that the last snapshot does not have yet. */
  get hasNews(): boolean {
    return this.#answersChanged;
  }

  livenessOf(watch: NodeWatch): Liveness {
    const { cluster, clock } = this.options;
    return liveness(watch.pulse, cluster.heartbeat, clock.now(), this.isInMaintenance(watch.node));
  }

  /** The nodes that answer at present. */
  fresh(): readonly NodeWatch[] {
    const { cluster, clock } = this.options;
    return this.nodes.filter((watch) => watch.isFresh(clock.now(), cluster.heartbeat.interval));
  }

  /** An immutable snapshot of this moment. `period` is the present time between two beats. */
  snapshot(
    period: number,
    livenessOf: (watch: NodeWatch) => Liveness = (w) => this.livenessOf(w),
  ): ClusterState {
    const { cluster, clock } = this.options;
    const at = clock.now();
    this.#combine(at);
    const livenesses = new Map(this.nodes.map((watch) => [watch, livenessOf(watch)]));
    const silences = this.nodes
      .filter((watch) => isSilent(livenesses.get(watch)) || watch.verdict !== undefined)
      .map((watch) => ({ since: watch.pulse.silentSince ?? at, verdict: watch.verdict }));
    const canAsk = cluster.heartbeat.witnesses > 0 && this.fresh().length > 0;
    return Object.freeze({
      cluster,
      at,
      nodes: Object.freeze(this.nodes.map((watch) => this.#node(watch, livenesses.get(watch) ?? 'unknown'))),
      ...(this.#reading !== undefined && { reading: this.#reading }),
      ...(this.#readingAt !== undefined && { readingAt: this.#readingAt }),
      rebuild: this.#rebuild,
      ...(this.#wasPrimary.length > 0 && { wasPrimary: this.#wasPrimary }),
      observerLost: observerLost(silences, this.nodes.length, period, canAsk),
    });
  }

  #node(watch: NodeWatch, state: Liveness): NodeState {
    const known = this.#reading?.disks;
    const disks = known && Object.hasOwn(known, watch.node.name) ? known[watch.node.name] : undefined;
    const maintenance = this.maintenanceOf(watch.node);
    const phase = this.#phase(watch, state, maintenance);
    const { version, verdict } = watch;
    const before = this.#shown.get(watch);
    if (
      before?.version === version &&
      before.disks === disks &&
      before.verdict === verdict &&
      before.state.liveness === state &&
      before.state.since === phase.since &&
      before.state.reason === phase.reason &&
      before.state.maintenance === undefined &&
      maintenance === undefined
    )
      return before.state;
    const shown = this.#make(watch, state, phase, maintenance, disks);
    this.#shown.set(watch, { version, disks, verdict, state: shown });
    return shown;
  }

  #make(
    watch: NodeWatch,
    state: Liveness,
    phase: Phase,
    maintenance: MaintenanceInForce | undefined,
    disks: readonly DiskReading[] | undefined,
  ): NodeState {
    const { firstAttempt, lastHeartbeat } = watch.pulse;
    const last = watch.lastReading();
    const reading = disks
      ? { ...last?.reading, disks: mergeDisks(last?.reading.disks, disks) }
      : last?.reading;
    const readingAt = last?.at ?? (disks ? this.#readingAt : undefined);
    return Object.freeze({
      name: watch.node.name,
      liveness: state,
      since: phase.since,
      reason: phase.reason,
      ...(maintenance !== undefined && { maintenance }),
      ...(watch.verdict !== undefined &&
        state !== 'denied' &&
        state !== 'active' && { verdict: watch.verdict }),
      ...(lastHeartbeat !== undefined && { lastHeartbeat }),
      ...(firstAttempt !== undefined && { firstAttempt }),
      ...(watch.failure !== undefined && { failure: watch.failure }),
      ...(reading !== undefined && { reading }),
      ...(readingAt !== undefined && { readingAt }),
      stale: watch.stale(),
    });
  }

  #phase(watch: NodeWatch, state: Liveness, maintenance: MaintenanceInForce | undefined): Phase {
    const { cluster, clock } = this.options;
    const phase = nextPhase(this.#phases.get(watch), state, clock.now(), {
      pulse: watch.pulse,
      timing: cluster.heartbeat,
      failure: watch.failure,
      restartSeenAt: watch.restartSeenAt,
      maintenance,
    });
    this.#phases.set(watch, phase);
    return phase;
  }

  /** Puts the fresh answers together when any of them, or who is fresh, changed. */
  #combine(at: number): void {
    const { cluster, probes, log } = this.options;
    const fresh = this.fresh();
    const names = fresh.map((watch) => watch.node.name).join(' ');
    if ((!this.#answersChanged && names === this.#freshNames) || fresh.length === 0) return;
    const pause = fresh.length > SMALL ? fresh.length * COMBINE_MS_A_NODE : 0;
    if (at - this.#combinedAt < pause && at >= this.#combinedAt) return;
    this.#combinedAt = at;
    this.#answersChanged = false;
    this.#freshNames = names;
    try {
      const reading = probes.combine(
        cluster,
        new Map(fresh.map((watch) => [watch.node.name, watch.freshReading()])),
        { at, ...(this.#reading !== undefined && { previous: this.#reading }) },
      );
      if (reading === undefined) return;
      this.#reading = reading;
      this.#readingAt = at;
      for (const { what, node } of reading.primary) this.#primaries.set(what, { what, node, at });
      this.#keepPrimaries();
      const { rebuild, memories } = estimateAll(this.#memories, reading.rebuild, at);
      this.#rebuild = Object.freeze(rebuild);
      this.#memories = memories;
    } catch (error) {
      // One strange answer must not take the tree away from the other nodes: the last reading stays.
      log?.(`${cluster.name}: the nodes' answers could not be put together: ${String(error)}`);
    }
  }

  #keepPrimaries(): void {
    const present = new Set(this.#reading?.primary.map(({ what }) => what));
    this.#wasPrimary = Object.freeze([...this.#primaries.values()].filter(({ what }) => !present.has(what)));
  }

  #restore(previous: ClusterState): void {
    const { cluster, clock } = this.options;
    if (previous.cluster.name !== cluster.name || previous.cluster.system !== cluster.system) return;
    const now = clock.now();
    for (const watch of this.nodes) {
      const old = previous.nodes.find((state) => state.name === watch.node.name);
      const oldNode = previous.cluster.nodes.find((node) => node.name === watch.node.name);
      const isSameMachine =
        oldNode?.address === watch.node.address && oldNode.ssh.port === watch.node.ssh.port;
      if (old === undefined || !isSameMachine) continue;
      watch.restore(old, previous.at);
      const { liveness: state, since, reason } = old;
      if (since !== undefined && reason !== undefined)
        this.#phases.set(watch, { liveness: state, since, reason });
    }
    this.#reading = previous.reading;
    this.#readingAt = previous.readingAt;
    const { reading, readingAt = now, wasPrimary = [] } = previous;
    for (const former of wasPrimary) this.#primaries.set(former.what, former);
    for (const { what, node } of reading?.primary ?? [])
      this.#primaries.set(what, { what, node, at: readingAt });
    this.#keepPrimaries();
    this.#rebuild = previous.rebuild;
    this.#memories = resume(previous.rebuild, now);
  }
}

/** Whether witnesses are asked about a node of this liveness. */
export function isSilent(state: Liveness | undefined): boolean {
  return state === 'inactive' || state === 'offline';
}
