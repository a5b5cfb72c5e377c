import { SimulatedChunks, type ChunkCounts, type Standing } from './simulator-chunks';
import { SimulatedHost, type SimulatedCs } from './simulator-host';
import { chunksPerGroup, type VstorageLayout } from './simulator-layout';
import type { CsState } from './observation';

/** Milliseconds without a heartbeat until a chunk service is inactive. */
const inactiveMs = 15_000;
/** While a new master MDS is being elected the cluster does not know how it is. */
const electionMs = 10_000;
const stepMs = 5_000;
const firstCs = 1025;
const mostEvents = 200;

/** One line of the cluster's event log; times in epoch milliseconds. */
export interface SimulatedEvent {
  readonly at: number;
  readonly system: string;
  readonly severity: 'INF' | 'WRN' | 'ERR';
  readonly message: string;
}

/** Something that `vinfra` does in the background. */
export interface SimulatedTask {
  readonly id: string;
  readonly name: string;
  /** Whether it is through. */
  isOver(): boolean;
}

/** The one state behind all nodes: what every command prints is derived from it. */
export class VstorageState {
  readonly hosts: ReadonlyMap<string, SimulatedHost>;
  readonly services: SimulatedCs[] = [];
  readonly chunks: SimulatedChunks;
  readonly parameters: Map<string, number>;
  readonly events: SimulatedEvent[] = [];
  readonly tasks = new Map<string, SimulatedTask>();
  /** What a lock is dated by: locks are touched by people whose time is not simulated. */
  lockTime: number;
  /** Name of the node with the master MDS; undefined while there is no majority. */
  master: string | undefined;
  /** How much faster than the world's the time runs; what passes at once counts as that, too. */
  timeFactor: number;
  private electedAt: number;
  /** The clock that the MDS count with: it stands while they have no majority. */
  private mdsNow: number;
  private readonly placedBytes: bigint;
  /** Bytes that are stored now, over what was placed at the beginning, in thousandths. */
  private fullness = 1_000n;
  private readonly said = new Map<number, CsState>();
  private queuedBefore = 0;

  /** `now` is simulated time, epoch milliseconds. */
  constructor(
    readonly layout: VstorageLayout,
    public now: number,
  ) {
    this.lockTime = now;
    this.timeFactor = layout.timeFactor;
    const before = now - 86_400_000;
    this.electedAt = before;
    this.mdsNow = now;
    this.parameters = new Map(Object.entries(layout.parameters));
    this.hosts = new Map(layout.nodes.map((node) => [node.name, new SimulatedHost(node, before)]));
    const used = new Map<number, bigint>();
    for (const host of this.hosts.values())
      for (const [disk, { capacity, used: bytes }] of host.node.disks.entries()) {
        const id = firstCs + this.services.length;
        used.set(id, bytes);
        this.services.push({ id, host, disk, capacity, heardAt: now, releasing: false, dropped: false });
      }
    this.placedBytes = [...used.values()].reduce((sum, bytes) => sum + bytes, 0n);
    this.chunks = new SimulatedChunks(
      layout,
      this.services.map(({ id, host }) => ({ id, host: host.name })),
      used,
    );
    this.master = this.mds.find((host) => host.runsMds)?.name;
    for (const cs of this.services) this.said.set(cs.id, 'active');
  }

  host(name: string): SimulatedHost {
    const host = this.hosts.get(name);
    if (!host) throw new RangeError(`The simulated cluster has no node ${name}.`);
    return host;
  }

  /** All nodes with an MDS, in the order of the file. */
  get mds(): readonly SimulatedHost[] {
    return [...this.hosts.values()].filter((host) => host.has('mds'));
  }

  /** Those of which the MDS runs. */
  get liveMds(): readonly SimulatedHost[] {
    return this.mds.filter((host) => host.isReady(this.now) && host.runsMds);
  }

  get hasMajority(): boolean {
    return this.liveMds.length * 2 > this.mds.length;
  }

  /** A master was elected a moment ago, or cannot be. */
  get isUnsure(): boolean {
    return this.now - this.electedAt < electionMs;
  }

  get limit(): number {
    return this.parameters.get('mds.wd.max_offline_cs_hosts') ?? 2;
  }

  get offlineHosts(): number {
    const gone = this.services.filter((cs) => this.stateOf(cs) === 'offline').map(({ host }) => host.name);
    return new Set(gone).size;
  }

  /** Nothing is rebuilt while too many hosts are offline. */
  get isSuppressed(): boolean {
    return this.offlineHosts > this.limit;
  }

  /** Bytes of one piece of a group. */
  get pieceBytes(): bigint {
    return (this.placedBytes * this.fullness) / (BigInt(this.chunks.placed) * 1_000n);
  }

  usedOn(cs: SimulatedCs): bigint {
    const exact = BigInt(this.chunks.on(cs.id)) * this.placedBytes * this.fullness;
    return exact / (BigInt(this.chunks.placed) * 1_000n);
  }

  stateOf(cs: SimulatedCs): CsState {
    if (cs.dropped) return 'dropped';
    const silent = this.mdsNow - cs.heardAt;
    const { inMaintenance } = cs.host;
    if (silent < inactiveMs)
      return cs.fault !== undefined ? 'failed' : inMaintenance ? 'maintenance' : 'active';
    const limit = this.parameters.get(inMaintenance ? 'mds.wd.offline_tout_mnt' : 'mds.wd.offline_tout');
    if (silent >= (limit ?? 900_000)) return 'offline';
    return inMaintenance ? 'maintenance' : 'inactive';
  }

  get standing(): Standing {
    const margin = BigInt(this.parameters.get('mds.alloc.fill_margin') ?? 5);
    const { pieceBytes } = this;
    const [active, givenUp] = [new Set<number>(), new Set<number>()];
    const [releasing, roomy] = [new Set<number>(), new Set<number>()];
    for (const cs of this.services) {
      const state = this.stateOf(cs);
      // A node in maintenance that still answers serves what it holds.
      const serves = state === 'active' || (state === 'maintenance' && this.mdsNow - cs.heardAt < inactiveMs);
      if (serves) active.add(cs.id);
      if (state === 'offline' || state === 'failed' || cs.dropped || cs.releasing) givenUp.add(cs.id);
      if (cs.releasing && serves) releasing.add(cs.id);
      const room = (cs.capacity * (100n - margin)) / 100n - this.usedOn(cs);
      if (serves && !cs.host.inMaintenance && room >= pieceBytes) roomy.add(cs.id);
    }
    return { active, givenUp, releasing, roomy };
  }

  get counts(): ChunkCounts {
    return this.chunks.counts(this.standing);
  }

  get chunkTotal(): number {
    return this.layout.groups * chunksPerGroup;
  }

  /** Lets simulated time pass, in small steps so that causes come before their effects. */
  advance(ms: number): void {
    this.lockTime += ms / this.timeFactor;
    for (let left = ms; left > 0; left -= stepMs) this.step(Math.min(left, stepMs));
  }

  tell(severity: SimulatedEvent['severity'], system: string, message: string): void {
    this.events.push({ at: this.now, system, severity, message });
    if (this.events.length > mostEvents) this.events.shift();
  }

  /** Clients write until this node's disks are `percent` full, or delete down to it; all nodes fill alike. */
  fill(host: SimulatedHost, percent: bigint): void {
    const own = this.services.filter((cs) => cs.host === host && !cs.dropped);
    const capacity = own.reduce((sum, cs) => sum + cs.capacity, 0n);
    const pieces = own.reduce((sum, cs) => sum + BigInt(this.chunks.on(cs.id)), 0n);
    if (pieces === 0n || this.placedBytes === 0n) return;
    this.fullness =
      (capacity * percent * BigInt(this.chunks.placed) * 1_000n) / (100n * pieces * this.placedBytes);
  }

  /** Clients delete what they wrote since the beginning. */
  empty(): void {
    this.fullness = 1_000n;
  }

  /** A new chunk service on a node's disk, with an id that was never used before. */
  addCs(host: SimulatedHost, disk: number): SimulatedCs {
    const id = Math.max(firstCs - 1, ...this.services.map((cs) => cs.id)) + 1;
    const capacity = host.node.disks[disk]?.capacity ?? 0n;
    const cs: SimulatedCs = {
      id,
      host,
      disk,
      capacity,
      heardAt: this.mdsNow,
      releasing: false,
      dropped: false,
    };
    this.services.push(cs);
    this.chunks.add({ id, host: host.name });
    this.said.set(id, 'active');
    this.tell('INF', 'MDS', `CS#${id} is active`);
    return cs;
  }

  /** Removes a chunk service for good, with whatever lies on it. */
  drop(cs: SimulatedCs): void {
    cs.dropped = true;
    cs.releasing = false;
    this.chunks.forget(cs.id);
  }

  private step(ms: number): void {
    this.now += ms;
    this.elect();
    if (!this.hasMajority) return;
    this.mdsNow += ms;
    for (const cs of this.services) if (cs.host.isReady(this.now) && cs.host.runsCs) cs.heardAt = this.mdsNow;
    const { standing } = this;
    this.narrate(standing);
    this.chunks.advance(ms, standing, this.isSuppressed);
    for (const cs of this.services) if (cs.releasing && this.chunks.on(cs.id) === 0) this.drop(cs);
  }

  private elect(): void {
    if (!this.hasMajority) {
      if (this.master !== undefined) this.tell('ERR', 'MDS', 'no majority of MDS is left');
      this.master = undefined;
      return;
    }
    const live = this.liveMds;
    if (this.master !== undefined && live.some(({ name }) => name === this.master)) return;
    this.master = live[0]?.name;
    this.electedAt = this.now;
    this.tell('INF', 'MDS', `MDS#${this.mdsId(live[0])} is the master now`);
  }

  /** The number of a node's MDS, from 1 in the order of the file. */
  mdsId(host: SimulatedHost | undefined): number {
    return host ? this.mds.indexOf(host) + 1 : 0;
  }

  private narrate(standing: Standing): void {
    for (const cs of this.services) {
      const state = this.stateOf(cs);
      if (this.said.get(cs.id) === state) continue;
      this.said.set(cs.id, state);
      this.tell(state === 'active' ? 'INF' : 'WRN', 'MDS', `CS#${cs.id} is ${state}`);
    }
    const queued = this.isSuppressed ? 0 : this.chunks.queued(standing);
    if (queued > 0 && this.queuedBefore === 0)
      this.tell('INF', 'MDS', `Replication started, ${queued} chunks are queued`);
    if (queued === 0 && this.queuedBefore > 0) this.tell('INF', 'MDS', 'Replication completed');
    this.queuedBefore = queued;
  }
}
