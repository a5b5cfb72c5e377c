import { chunksPerGroup, type VstorageLayout } from './simulator-layout';

/** A chunk service as the placement of chunks sees it. */
export interface Place {
  readonly id: number;
  readonly host: string;
}

/** How the chunk services stand at this moment, by id. */
export interface Standing {
  /** Their pieces serve. */
  readonly active: ReadonlySet<number>;
  /** Their pieces count as lost, or are to go, and are made anew elsewhere. */
  readonly givenUp: ReadonlySet<number>;
  /** Of those: their pieces still serve and are copied away. */
  readonly releasing: ReadonlySet<number>;
  /** They can take one more piece. */
  readonly roomy: ReadonlySet<number>;
}

/** Chunks by state, as `stat` counts them. */
export interface ChunkCounts {
  readonly healthy: number;
  readonly degraded: number;
  readonly blocked: number;
  readonly offline: number;
  readonly replicating: number;
  readonly overcommitted: number;
}

/** Pieces that are made anew, or deleted, in a second of simulated time, for a cluster of a thousand groups. */
const piecesPerSecond = 0.3;
const deletionsPerSecond = 3;
/** Groups that are worked on at a time. */
const atOnce = 4;

/** A small generator of its own: the same layout always gives the same placement (xorshift, Marsaglia 2003). */
function random(seed: number): () => number {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
}

/** One group: where its pieces lie, and what that comes to as the services stand. */
interface Group {
  readonly pieces: Set<number>;
  alive: number;
  keeping: number;
}

/** All chunks in groups: on which chunk services the pieces of each lie. */
export class SimulatedChunks {
  private readonly groups: Group[] = [];
  /** Pieces by chunk service. */
  private readonly load = new Map<number, number>();
  private readonly places: Place[];
  private readonly hostOf: Map<number, string>;
  private toMake = 0;
  private toDelete = 0;
  /** Groups whose pieces are being made. */
  private working = new Set<Group>();
  private counted = '';
  /** With these services nothing found a place: nobody has to look again. */
  private stuck = '';

  constructor(
    private readonly layout: Pick<VstorageLayout, 'data' | 'parity' | 'groups'>,
    places: readonly Place[],
    /** Bytes that each chunk service holds. */
    used: ReadonlyMap<number, bigint>,
  ) {
    this.places = [...places];
    this.hostOf = new Map(places.map(({ id, host }) => [id, host]));
    for (const { id } of places) this.load.set(id, 0);
    this.place(used);
  }

  get pieces(): number {
    return this.layout.data + this.layout.parity;
  }

  /** Pieces that were placed at the beginning. */
  get placed(): number {
    return this.layout.groups * this.pieces;
  }

  /** Chunk pieces on a chunk service. */
  on(id: number): number {
    return this.load.get(id) ?? 0;
  }

  /** A new chunk service that holds nothing yet. */
  add({ id, host }: Place): void {
    this.places.push({ id, host });
    this.hostOf.set(id, host);
    this.load.set(id, 0);
  }

  /** What `stat` counts. A chunk below its minimum takes no writes; below M pieces it cannot be read either. */
  counts(standing: Standing): ChunkCounts {
    this.count(standing);
    const found = { healthy: 0, degraded: 0, blocked: 0, offline: 0, replicating: 0, overcommitted: 0 };
    for (const group of this.groups) found[this.kindOf(group, standing)] += chunksPerGroup;
    return found;
  }

  private kindOf(group: Group, { releasing }: Standing): keyof ChunkCounts {
    const { data, parity } = this.layout;
    const { alive } = group;
    if (alive < data) return 'offline';
    if (alive < this.pieces) {
      if (this.working.has(group)) return 'replicating';
      // Encodings and replicas take writes with one piece gone (the vendor's table of modes).
      return alive < data + Math.max(0, parity - 1) ? 'blocked' : 'degraded';
    }
    const isMoving = releasing.size > 0 && [...group.pieces].some((id) => releasing.has(id));
    return alive > this.pieces && !isMoving ? 'overcommitted' : 'healthy';
  }

  /** Chunks that wait for a piece to be made anew; what nobody has given up yet does not count. */
  queued(standing: Standing): number {
    this.count(standing);
    return this.groups.filter((group) => this.wants(group) > 0).length * chunksPerGroup;
  }

  /** Lets the cluster work for some milliseconds. `suppressed`: nothing is made anew. */
  advance(ms: number, standing: Standing, suppressed: boolean): void {
    this.count(standing);
    const scale = this.layout.groups / 1_000;
    this.toMake += (ms / 1000) * piecesPerSecond * scale;
    this.toDelete += (ms / 1000) * deletionsPerSecond * scale;
    if (suppressed) this.working.clear();
    else this.make(standing);
    this.remove(standing);
    // What found no work is not saved up: a later loss is not mended in one blow.
    this.toMake = Math.min(this.toMake, 1);
    this.toDelete = Math.min(this.toDelete, 1);
  }

  /** What each group has, reckoned anew only when the services stand otherwise than before. */
  private count({ active, givenUp }: Standing): void {
    const key = `${[...active].join(' ')}|${[...givenUp].join(' ')}`;
    if (key === this.counted) return;
    this.counted = key;
    for (const group of this.groups) {
      group.alive = 0;
      group.keeping = 0;
      for (const id of group.pieces) {
        if (active.has(id)) group.alive++;
        if (!givenUp.has(id)) group.keeping++;
      }
    }
  }

  /** Pieces to be made: those that were given up, as far as no other has taken their place. */
  private wants({ alive, keeping }: Group): number {
    return keeping >= this.pieces || alive < this.layout.data ? 0 : this.pieces - keeping;
  }

  private make(standing: Standing): void {
    this.working.clear();
    const waiting = this.groups.filter((group) => this.wants(group) > 0);
    const key = `${this.counted}|${[...standing.roomy].join(' ')}|${waiting.length}`;
    if (waiting.length === 0 || key === this.stuck) return;
    const targets = this.places
      .filter(({ id }) => standing.roomy.has(id) && standing.active.has(id) && !standing.givenUp.has(id))
      .sort((a, b) => this.on(a.id) - this.on(b.id));
    // The worst first.
    waiting.sort((a, b) => this.wants(b) - this.wants(a));
    let found = false;
    for (const group of waiting) {
      const target = this.target(group, standing, targets);
      if (target === undefined) continue;
      found = true;
      if (this.toMake < 1) {
        this.working.add(group);
        if (this.working.size >= atOnce) return;
        continue;
      }
      group.pieces.add(target);
      group.alive++;
      group.keeping++;
      this.load.set(target, this.on(target) + 1);
      this.toMake -= 1;
      const moved = [...group.pieces].find((id) => standing.releasing.has(id));
      if (moved !== undefined) {
        this.drop(group, moved);
        group.alive--;
      }
    }
    if (!found) this.stuck = key;
  }

  /** The emptiest chunk service on a host that has no piece which still counts. */
  private target({ pieces }: Group, { givenUp }: Standing, targets: readonly Place[]): number | undefined {
    const taken = new Set<string | undefined>();
    for (const id of pieces) if (!givenUp.has(id)) taken.add(this.hostOf.get(id));
    return targets.find(({ id, host }) => !taken.has(host) && !pieces.has(id))?.id;
  }

  /** Pieces in surplus: those of services that came back. */
  private remove({ active, givenUp, releasing }: Standing): void {
    for (const group of this.groups) {
      if (this.toDelete < 1) return;
      if (group.alive <= this.pieces || [...group.pieces].some((id) => releasing.has(id))) continue;
      const fullest = [...group.pieces]
        .filter((id) => active.has(id))
        .sort((a, b) => this.on(b) - this.on(a))[0];
      if (fullest === undefined) continue;
      this.drop(group, fullest);
      group.alive--;
      if (!givenUp.has(fullest)) group.keeping--;
      this.toDelete -= 1;
    }
  }

  /** A chunk service is no more: what lay on it is gone. */
  forget(id: number): void {
    for (const group of this.groups) this.drop(group, id);
    this.counted = '';
  }

  private drop({ pieces }: Group, id: number): void {
    if (pieces.delete(id)) this.load.set(id, this.on(id) - 1);
  }

  /** Each group takes the hosts that still have most to take, by chance among equals: all figures come out exact. */
  private place(used: ReadonlyMap<number, bigint>): void {
    const total = [...used.values()].reduce((sum, bytes) => sum + bytes, 0n);
    const left = new Map(
      this.places.map(({ id }) => [
        id,
        Number(((used.get(id) ?? 0n) * BigInt(this.placed) * 2n + total) / (total * 2n)),
      ]),
    );
    const hosts = [...new Set(this.places.map(({ host }) => host))];
    const ofHost = new Map(
      hosts.map((host) => [host, this.places.filter((place) => place.host === host).map(({ id }) => id)]),
    );
    const chance = random(20_261_122);
    const sum = (host: string) => (ofHost.get(host) ?? []).reduce((all, id) => all + (left.get(id) ?? 0), 0);
    for (let index = 0; index < this.layout.groups; index++) {
      const chosen = hosts
        .map((host) => ({ host, left: sum(host), luck: chance() }))
        .sort((a, b) => b.left - a.left || a.luck - b.luck)
        .slice(0, this.pieces);
      const pieces = new Set<number>();
      for (const { host } of chosen) {
        const id = (ofHost.get(host) ?? []).toSorted((a, b) => (left.get(b) ?? 0) - (left.get(a) ?? 0))[0];
        if (id === undefined) continue;
        left.set(id, (left.get(id) ?? 0) - 1);
        this.load.set(id, this.on(id) + 1);
        pieces.add(id);
      }
      this.groups.push({ pieces, alive: 0, keeping: 0 });
    }
  }
}
