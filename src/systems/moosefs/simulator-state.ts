import { SimulatedChunks } from './simulator-chunks';
import { SimulatedHost } from './simulator-host';
import { candidates, chunkservers, nodeNames } from './simulator-layout';

/** Milliseconds, as measured on a real cluster or a little quicker where waiting teaches nothing. */
const electionMs = 3_000;
const registerMs = 2_500;
const unheardMs = 5_000;
const changeEveryMs = 2_000;

const firstVersion = 41_877;

/**
 * The one state behind all nodes. Everything that a command prints is derived from it, so that two nodes
 * never contradict each other.
 */
export class SimulatedState {
  readonly hosts: ReadonlyMap<string, SimulatedHost>;
  readonly chunks = new SimulatedChunks();
  readonly fileid = '6B02107B712D8C9B';
  /** Who holds the virtual address. */
  holder: string | undefined = candidates[0];
  /** Chunkservers that are connected to the master. */
  readonly registered = new Set<string>();
  private readonly arriving = new Map<string, number>();
  private readonly leaving = new Map<string, number>();
  private sleepers: { readonly at: number; readonly wake: () => unknown }[] = [];
  private electAt: number | undefined;
  private changedAt: number;

  /** `now` is simulated time, epoch milliseconds. */
  constructor(public now: number) {
    this.hosts = new Map(nodeNames.map((name) => [name, new SimulatedHost(name, now - 86_400_000)]));
    for (const host of this.hosts.values()) host.boot(host.bootedAt);
    for (const name of candidates)
      this.host(name).metalogger = {
        image: firstVersion - 900,
        first: firstVersion - 900,
        last: firstVersion,
        lastAt: now,
      };
    const first = this.host(candidates[0]);
    first.master = { image: firstVersion - 900, first: firstVersion - 900, last: firstVersion, lastAt: now };
    first.start('mfsmaster', first.bootedAt);
    for (const name of chunkservers) this.registered.add(name);
    this.changedAt = now;
  }

  host(name: string): SimulatedHost {
    const host = this.hosts.get(name);
    if (!host) throw new RangeError(`The simulated cluster has no node ${name}.`);
    return host;
  }

  /** The node whose master the chunkservers and clients find: it runs one and holds the address. */
  get serving(): SimulatedHost | undefined {
    const host = this.holder === undefined ? undefined : this.host(this.holder);
    return host?.runs('mfsmaster') ? host : undefined;
  }

  /** Lets simulated time pass, in small steps so that causes come before their effects. */
  advance(ms: number): void {
    for (let left = ms; left > 0; left -= 250) this.step(Math.min(left, 250));
  }

  /** mfsmaster was started: it waits for its chunkservers, which find it a moment later. */
  masterStarted(): void {
    this.registered.clear();
    this.arriving.clear();
    this.leaving.clear();
  }

  /**
   * Waits until so much simulated time has passed. Never resolves when nobody lets it pass, nor when the host
   * lost its power meanwhile: what a command was about to do there did not happen.
   */
  sleep(ms: number, host: SimulatedHost): Promise<void> {
    const at = this.now + ms;
    const { bootedAt } = host;
    return new Promise((resolve) => {
      this.sleepers.push({ at, wake: () => host.up && host.bootedAt === bootedAt && resolve() });
    });
  }

  private step(ms: number): void {
    this.now += ms;
    this.wake();
    this.elect();
    this.follow();
    this.register();
    if (this.serving) this.chunks.advance(ms, this.registered);
  }

  private wake(): void {
    const due = this.sleepers.filter(({ at }) => at <= this.now);
    this.sleepers = this.sleepers.filter(({ at }) => at > this.now);
    for (const { wake } of due) wake();
  }

  /** ucarp: the lowest skew wins, then the lowest address. It watches hosts, not mfsmaster. */
  private elect(): void {
    const standing = candidates.map((name) => this.host(name)).filter((host) => host.runs('ucarp'));
    if (this.holder !== undefined && standing.some(({ name }) => name === this.holder)) {
      this.electAt = undefined;
      return;
    }
    this.holder = undefined;
    if (standing.length === 0) {
      this.electAt = undefined;
      return;
    }
    this.electAt ??= this.now + electionMs;
    if (this.now < this.electAt) return;
    this.electAt = undefined;
    this.holder = standing.toSorted((a, b) => a.skew - b.skew)[0]?.name;
  }

  /** Clients change something now and then, and metaloggers hear of it. */
  private follow(): void {
    const master = this.serving?.master;
    if (!master) return;
    const hasClient = [...this.hosts.values()].some((host) => host.runs('mfsmount'));
    if (hasClient && this.registered.size > 0 && this.now - this.changedAt >= changeEveryMs) {
      this.changedAt = this.now;
      master.last += 1;
      master.lastAt = this.now;
    }
    for (const name of candidates) {
      const host = this.host(name);
      const files = host.metalogger;
      if (!host.runs('mfsmetalogger')) continue;
      // One that lacks changes, or knows some which the master does not have, needs an image.
      if (!files || files.last > master.last || files.last + 1 < master.first) {
        if (master.image === undefined) continue;
        const { image, first, last, lastAt } = master;
        host.metalogger = { image, imageAt: this.now, first: Math.min(image, first), last, lastAt };
        continue;
      }
      files.last = master.last;
      files.lastAt = master.lastAt;
    }
  }

  /** Chunkservers find a master by its address; one that falls silent is given up after a while. */
  private register(): void {
    for (const name of chunkservers) {
      const host = this.host(name);
      const alive = host.runs('mfschunkserver');
      if (!this.serving || (host.up && !alive)) {
        this.registered.delete(name);
        this.arriving.delete(name);
        this.leaving.delete(name);
      } else if (alive) {
        this.leaving.delete(name);
        if (!this.registered.has(name) && this.due(this.arriving, name, registerMs))
          this.registered.add(name);
      } else {
        this.arriving.delete(name);
        if (this.registered.has(name) && this.due(this.leaving, name, unheardMs))
          this.registered.delete(name);
      }
    }
  }

  /** True once the wait is over, which begins with the first question. */
  private due(waits: Map<string, number>, name: string, ms: number): boolean {
    const at = waits.get(name) ?? this.now + ms;
    const over = this.now >= at;
    if (over) waits.delete(name);
    else waits.set(name, at);
    return over;
  }
}
