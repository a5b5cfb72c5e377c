import { lustreSection, type LustreSection, type LustreTarget } from './section';
import { SimulatedImport, type Serving } from './simulator-client';
import { SimulatedHost } from './simulator-host';
import { clients, layout, nidOf, nodeNames } from './simulator-layout';
import { SimulatedMirror, type Outcome } from './simulator-mirror';

const mebibyte = 1024 ** 2;
const windowMs = 300_000;

/** The recovery of one target since its last mount. */
export interface SimulatedRecovery {
  readonly startedAt: number;
  /** Clients that it waits for. */
  readonly clients: readonly string[];
  endedAt?: number;
  evicted: readonly string[];
}

const done: Outcome = { ok: true };

/**
 * The one state behind all nodes. Everything that a command prints is derived from it, so that two nodes
 * never contradict each other.
 */
export class SimulatedState {
  readonly section: LustreSection = lustreSection(layout());
  readonly hosts: ReadonlyMap<string, SimulatedHost>;
  /** Targets that are nearly full. */
  readonly filled = new Set<string>();
  /** By resource. */
  readonly mirrors: ReadonlyMap<string, SimulatedMirror>;
  /** By client, then by target; absent while the client has the file system not mounted. */
  readonly imports = new Map<string, Map<string, SimulatedImport>>();
  /** By target: the recovery of its last mount. */
  readonly recoveries = new Map<string, SimulatedRecovery>();
  /** By target: counts its mounts. */
  private readonly instances = new Map<string, number>();
  /** By target: the clients that its server knows, also of the time before it was mounted here. */
  private readonly known = new Map<string, Set<string>>();
  private sleepers: { readonly at: number; readonly wake: () => unknown }[] = [];

  /** `now` is simulated time, epoch milliseconds. */
  constructor(public now: number) {
    this.hosts = new Map(nodeNames.map((name) => [name, new SimulatedHost(name, now - 86_400_000)]));
    this.mirrors = new Map(
      this.section.targets.map(({ drbd = '', device, primary, secondary = '' }, index) => [
        drbd,
        new SimulatedMirror(drbd, Number(/\d+$/.exec(device)?.[0]), primary, secondary, BigInt(index + 1)),
      ]),
    );
    for (const { name, primary } of this.section.targets) {
      this.host(primary).mounts.add(name);
      this.instances.set(name, 1);
    }
    for (const client of clients) this.mountClient(client);
  }

  host(name: string): SimulatedHost {
    const host = this.hosts.get(name);
    if (!host) throw new RangeError(`The simulated cluster has no node ${name}.`);
    return host;
  }

  target(name: string): LustreTarget {
    const target = this.section.targets.find((each) => each.name === name);
    if (!target) throw new RangeError(`The simulated cluster has no target ${name}.`);
    return target;
  }

  mirror(resource: string): SimulatedMirror {
    const mirror = this.mirrors.get(resource);
    if (!mirror) throw new RangeError(`The simulated cluster has no resource ${resource}.`);
    return mirror;
  }

  /** The mirror of a target. */
  mirrorOf({ drbd = '' }: LustreTarget): SimulatedMirror {
    return this.mirror(drbd);
  }

  /** Where a target is mounted on a machine that runs. */
  serving(name: string): Serving | undefined {
    const node = nodeNames.find((each) => this.host(each).up && this.host(each).mounts.has(name));
    return node === undefined ? undefined : { node, instance: this.instances.get(name) ?? 0 };
  }

  /** Clients whose connection to a target is FULL. */
  connected(name: string): readonly string[] {
    return clients.filter(
      (client) => this.host(client).up && this.imports.get(client)?.get(name)?.state === 'FULL',
    );
  }

  mount(node: string, name: string): Outcome {
    const host = this.host(node);
    const target = this.target(name);
    if (host.mounts.has(name))
      return { ok: false, code: 17, said: `mount.lustre: ${target.device} is already mounted` };
    const side = this.mirrorOf(target).side(node);
    if (side.role !== 'Primary' || !side.isUp)
      return {
        ok: false,
        code: 32,
        said: `mount.lustre: mount ${target.device} at ${target.mountPoint} failed: Wrong medium type`,
      };
    host.mounts.add(name);
    this.instances.set(name, (this.instances.get(name) ?? 0) + 1);
    const waitsFor = [...(this.known.get(name) ?? [])];
    this.recoveries.set(name, {
      startedAt: this.now,
      clients: waitsFor,
      evicted: [],
      ...(waitsFor.length === 0 ? { endedAt: this.now } : {}),
    });
    return done;
  }

  umount(node: string, name: string): Outcome {
    const target = this.target(name);
    return this.host(node).mounts.delete(name)
      ? done
      : { ok: false, code: 32, said: `umount: ${target.mountPoint}: not mounted.` };
  }

  primary(node: string, resource: string): Outcome {
    return this.mirror(resource).primary(node);
  }

  secondary(node: string, resource: string): Outcome {
    return this.mirror(resource).secondary(node, this.isOpen(node, resource));
  }

  up(node: string, resource: string): Outcome {
    return this.mirror(resource).up(node);
  }

  down(node: string, resource: string): Outcome {
    return this.mirror(resource).down(node, this.isOpen(node, resource));
  }

  connect(node: string, resource: string, discards = false): Outcome {
    return this.mirror(resource).connect(node, discards);
  }

  disconnect(node: string, resource: string): Outcome {
    return this.mirror(resource).disconnect(node);
  }

  mountClient(client: string): void {
    const imports = this.section.targets
      .filter(({ kind }) => kind !== 'MGT')
      .map((target) => {
        const serving = this.serving(target.name);
        // Without service nodes a client learns the one place where the target was at its mount.
        const nids =
          target.serviceNodes.length > 0 ? target.serviceNodes : [nidOf(serving?.node ?? target.primary)];
        if (serving) this.meet(target.name, client);
        return [target.name, new SimulatedImport(target, nids, serving, this.now)] as const;
      });
    this.imports.set(client, new Map(imports));
  }

  umountClient(client: string): void {
    this.imports.delete(client);
    for (const clientsOf of this.known.values()) clientsOf.delete(client);
  }

  powerOff(name: string): void {
    const host = this.host(name);
    if (!host.up) return;
    host.up = false;
    host.mounts.clear();
    this.imports.delete(name);
    for (const mirror of this.mirrors.values())
      if (mirror.sides.some(({ node }) => node === name)) mirror.crash(name);
  }

  powerOn(name: string): void {
    const host = this.host(name);
    if (host.up) return;
    host.boot(this.now);
    if (host.isClient) this.mountClient(name);
  }

  /** Cuts or mends the replication link between a node and its partners; SSH and clients are not touched. */
  cutMirror(node: string, isCut: boolean): readonly string[] {
    const cut = [...this.mirrors.values()].filter((mirror) =>
      mirror.sides.some((side) => side.node === node),
    );
    for (const mirror of cut) mirror.isCut = isCut;
    return cut.map(({ resource }) => resource);
  }

  /** Clients write until the targets that are mounted there are nearly full; returns their names. */
  fill(node: string): readonly string[] {
    const mounted = [...this.host(node).mounts];
    for (const name of mounted) this.filled.add(name);
    return mounted;
  }

  /** Clients delete until the targets that a node may serve are as they were. */
  empty(node: string): void {
    for (const { name, drbd } of this.section.targets)
      if (drbd !== undefined && this.mirror(drbd).sides.some((side) => side.node === node))
        this.filled.delete(name);
  }

  /** Makes a split brain of the mirrors whose primary a node is: the other side was primary for a while, too. */
  split(node: string): readonly string[] {
    const split = [...this.mirrors.values()].filter((mirror) =>
      mirror.sides.some((side) => side.node === node && side.role === 'Primary'),
    );
    for (const mirror of split) mirror.split(64 * mebibyte);
    return split.map(({ resource }) => resource);
  }

  /** Lets simulated time pass, in small steps so that causes come before their effects. */
  advance(ms: number): void {
    for (let left = ms; left > 0; left -= 250) this.step(Math.min(left, 250));
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

  private isOpen(node: string, resource: string): boolean {
    return this.section.targets.some(
      ({ name, drbd }) => drbd === resource && this.host(node).mounts.has(name),
    );
  }

  private meet(name: string, client: string): void {
    const known = this.known.get(name) ?? new Set<string>();
    this.known.set(name, known.add(client));
  }

  private step(ms: number): void {
    this.now += ms;
    const due = this.sleepers.filter(({ at }) => at <= this.now);
    this.sleepers = this.sleepers.filter(({ at }) => at > this.now);
    for (const { wake } of due) wake();
    for (const mirror of this.mirrors.values()) mirror.step(ms, this.now, (node) => this.host(node).up);
    for (const target of this.section.targets) this.serve(target, ms);
  }

  private serve(target: LustreTarget, ms: number): void {
    const { name, kind } = target;
    const serving = this.serving(name);
    for (const client of clients) {
      const found = this.imports.get(client)?.get(name);
      if (!found || !this.host(client).up) continue;
      found.step(this.now, serving);
      if (found.state === 'FULL' && serving?.instance === found.instance) this.meet(name, client);
    }
    if (!serving) return;
    this.recover(name);
    const rate = kind === 'OST' ? 2 * mebibyte : kind === 'MDT' ? mebibyte / 8 : 0;
    if (this.connected(name).length > 0) this.mirrorOf(target).write(serving.node, (rate * ms) / 1000);
  }

  /** A recovery ends when all have come back, or with its window; who is missing then is cut off. */
  private recover(name: string): void {
    const recovery = this.recoveries.get(name);
    if (!recovery || recovery.endedAt !== undefined) return;
    const missing = recovery.clients.filter((client) => !this.connected(name).includes(client));
    if (missing.length > 0 && this.now - recovery.startedAt < windowMs) return;
    recovery.endedAt = this.now;
    recovery.evicted = missing;
    for (const client of missing) {
      this.known.get(name)?.delete(client);
      this.imports.get(client)?.get(name)?.evict(this.now);
    }
  }

  /** `abort_recovery`: it ends now, and who is missing is cut off. */
  abortRecovery(name: string): void {
    const recovery = this.recoveries.get(name);
    if (recovery) this.recoveries.set(name, { ...recovery, startedAt: this.now - windowMs });
    this.recover(name);
  }
}
