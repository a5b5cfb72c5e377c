import type { DrbdConnection, DrbdDisk, DrbdReplication, DrbdRole } from './observation';
import { deviceBytes } from './simulator-layout';

const mebibyte = 1024 ** 2;
/** As measured on DRBD 8.4: a dead peer is noticed after six seconds, and writes wait until then. */
const unheardMs = 6_000;
const handshakeMs = 1_000;
/** Bytes a second of a resync. */
export const resyncRate = 40 * mebibyte;
/** What a primary that crashed may have had under way: the extents of its activity log. */
const activityLog = 96 * mebibyte;

/** What came of a command, in DRBD's words. */
export type Outcome =
  { readonly ok: true } | { readonly ok: false; readonly code: number; readonly said: string };

const done: Outcome = { ok: true };
const refused = (said: string, code: number): Outcome => ({ ok: false, code, said });

/** One copy of a mirrored device, with what its node knows. */
export class SimulatedSide {
  /** Configured in the kernel (`drbdadm up`); a boot leaves it down. */
  isUp = true;
  role: 'Primary' | 'Secondary' = 'Secondary';
  disk: DrbdDisk = 'UpToDate';
  connection: 'StandAlone' | 'Connecting' | 'Connected' = 'Connected';
  /** Current, bitmap, younger and older history; the lowest bit of the first is set while it is Primary. */
  generation: readonly [bigint, bigint, bigint, bigint];
  /** Bytes that differ from the peer's, as this side knows. */
  outOfSync = 0;
  written = 0;
  crashedPrimary = false;
  /** `connect --discard-my-data` was said. */
  discards = false;
  /** Epoch milliseconds at which it lost its peer last: what the kernel log says. */
  lostAt: number | undefined;
  unheardSince: number | undefined;
  /** What it heard last of a peer that lost its power; told until it gives the peer up. */
  lastHeard: { readonly role: DrbdRole; readonly disk: DrbdDisk } | undefined;

  constructor(
    readonly node: string,
    first: bigint,
  ) {
    this.generation = [first, 0n, first - 0x10000n, 4n];
  }

  /** The data go their own way from here on. */
  diverge(id: bigint): void {
    const [current, bitmap, younger] = this.generation;
    if (bitmap !== 0n) return;
    this.generation = [id, current, younger, this.generation[3]];
  }
}

/** One DRBD resource with its two sides, and whatever goes on between them. */
export class SimulatedMirror {
  readonly sides: readonly [SimulatedSide, SimulatedSide];
  /** The replication link between the two nodes is down; everything else is not. */
  isCut = false;
  sync:
    { readonly source: SimulatedSide; readonly target: SimulatedSide; readonly total: number } | undefined;
  private greetAt: number | undefined;
  private ids: bigint;

  constructor(
    readonly resource: string,
    readonly minor: number,
    primary: string,
    secondary: string,
    seed: bigint,
  ) {
    this.ids = 0x5a3c_91d2_0000_0000n + seed * 0x0123_4567_89abn * 2n;
    const first = this.nextId();
    this.sides = [new SimulatedSide(primary, first), new SimulatedSide(secondary, first)];
    this.sides[0].role = 'Primary';
  }

  /** The node's own side. Throws for a node that is none of the two. */
  side(node: string): SimulatedSide {
    const side = this.sides.find((each) => each.node === node);
    if (!side) throw new RangeError(`${node} has no copy of ${this.resource}.`);
    return side;
  }

  other(side: SimulatedSide): SimulatedSide {
    return this.sides[0] === side ? this.sides[1] : this.sides[0];
  }

  get isConnected(): boolean {
    return this.sides.every(({ connection, isUp }) => isUp && connection === 'Connected');
  }

  replication(side: SimulatedSide): DrbdReplication {
    if (side.connection !== 'Connected') return 'Off';
    if (!this.sync) return 'Established';
    return this.sync.source === side ? 'SyncSource' : 'SyncTarget';
  }

  connection(side: SimulatedSide): DrbdConnection {
    return side.connection;
  }

  /** What a side knows of its peer: nothing while it is not connected. */
  peerOf(side: SimulatedSide): { readonly role: DrbdRole; readonly disk: DrbdDisk } {
    const { role, disk } = this.other(side);
    return side.connection === 'Connected'
      ? (side.lastHeard ?? { role, disk })
      : { role: 'Unknown', disk: 'DUnknown' };
  }

  /** Lets time pass. `isOn` tells whether a node has power. */
  step(ms: number, now: number, isOn: (node: string) => boolean): void {
    const [a, b] = this.sides;
    const canTalk = !this.isCut && this.sides.every((side) => isOn(side.node) && side.isUp);
    for (const side of this.sides) {
      if (!isOn(side.node) || !side.isUp || side.connection !== 'Connected') continue;
      const peer = this.other(side);
      const isHeard = canTalk && peer.connection === 'Connected';
      if (isHeard) side.unheardSince = undefined;
      else {
        side.unheardSince ??= now;
        // A peer that says goodbye is missed at once.
        const saidGoodbye = !this.isCut && isOn(peer.node);
        if (saidGoodbye || now - side.unheardSince >= unheardMs) this.lose(side, side.unheardSince);
      }
    }
    if (canTalk && a.connection === 'Connecting' && b.connection === 'Connecting') {
      this.greetAt ??= now + handshakeMs;
      if (now >= this.greetAt) this.greet();
    } else this.greetAt = undefined;
    this.resync(ms);
  }

  /** A primary writes; while its peer is silent but not given up, writes wait. */
  write(node: string, bytes: number): void {
    const side = this.side(node);
    const peer = this.other(side);
    if (side.role !== 'Primary' || side.unheardSince !== undefined) return;
    side.written += bytes;
    if (side.connection === 'Connected') peer.written += bytes;
    // The same places are written over and over: not every byte is a new one.
    else side.outOfSync = Math.min(deviceBytes, side.outOfSync + Math.ceil(bytes / 4 / 4096) * 4096);
  }

  primary(node: string): Outcome {
    const side = this.side(node);
    const peer = this.other(side);
    if (!side.isUp) return refused(`${this.minor}: Failure: (127) Device minor not allocated`, 10);
    const failed = (why: string, code: number) => refused(`${this.minor}: State change failed: ${why}`, code);
    if (side.role === 'Primary') return done;
    if (side.connection === 'Connected' && peer.role === 'Primary')
      return failed('(-1) Multiple primaries not allowed by config', 11);
    if (side.disk !== 'UpToDate') return failed('(-2) Need access to UpToDate data', 17);
    side.role = 'Primary';
    if (side.connection !== 'Connected') side.diverge(this.nextId());
    return done;
  }

  /** `isOpen`: something holds the device, such as a mount. */
  secondary(node: string, isOpen: boolean): Outcome {
    const side = this.side(node);
    if (!side.isUp) return refused(`${this.minor}: Failure: (127) Device minor not allocated`, 10);
    if (isOpen)
      return refused(`${this.minor}: State change failed: (-12) Device is held open by someone`, 11);
    side.role = 'Secondary';
    return done;
  }

  /** `drbdadm up`: attached, Secondary, and looking for its peer. */
  up(node: string): Outcome {
    const side = this.side(node);
    if (side.isUp) return done;
    side.isUp = true;
    side.role = 'Secondary';
    side.connection = 'Connecting';
    side.discards = false;
    return done;
  }

  down(node: string, isOpen: boolean): Outcome {
    const side = this.side(node);
    const demoted = side.isUp ? this.secondary(node, isOpen) : done;
    if (demoted.ok) this.stop(side);
    return demoted;
  }

  connect(node: string, discards = false): Outcome {
    const side = this.side(node);
    if (!side.isUp) return refused(`${this.minor}: Failure: (127) Device minor not allocated`, 10);
    if (side.connection !== 'StandAlone')
      return refused(`${this.resource}: Failure: (102) Local address(port) already in use.`, 10);
    if (discards && side.role === 'Primary')
      return refused(`${this.resource}: Failure: (123) --discard-my-data not allowed when primary.`, 10);
    side.connection = 'Connecting';
    side.discards = discards;
    return done;
  }

  disconnect(node: string): Outcome {
    const side = this.side(node);
    if (side.connection === 'StandAlone')
      return refused(`${this.resource}: Failure: (162) Invalid configuration request`, 10);
    side.connection = 'StandAlone';
    side.unheardSince = undefined;
    this.sync = undefined;
    return done;
  }

  /** Its node lost power: what it knew stays on its disk. */
  crash(node: string): void {
    const side = this.side(node);
    if (side.role === 'Primary') side.crashedPrimary = true;
    const { role, disk } = side;
    this.other(side).lastHeard = { role, disk };
    this.stop(side);
  }

  /** Both sides went their own way: the other one was primary for a while, too. */
  split(bytes: number): void {
    for (const side of this.sides) {
      side.diverge(this.nextId());
      side.connection = 'StandAlone';
      side.unheardSince = undefined;
      side.outOfSync += bytes;
    }
    this.sync = undefined;
  }

  private stop(side: SimulatedSide): void {
    side.isUp = false;
    side.role = 'Secondary';
    side.connection = 'StandAlone';
    side.unheardSince = undefined;
    if (this.sync) this.sync = undefined;
  }

  private lose(side: SimulatedSide, since: number): void {
    side.connection = 'Connecting';
    side.unheardSince = undefined;
    side.lastHeard = undefined;
    side.lostAt = since;
    this.sync = undefined;
    if (side.role === 'Primary' && side.disk === 'UpToDate') side.diverge(this.nextId());
  }

  /** The two sides meet again and compare their generations (drbd.conf(5), data generation tuple). */
  private greet(): void {
    this.greetAt = undefined;
    const [a, b] = this.sides;
    const [discards] = this.sides.filter((side) => side.discards && side.role === 'Secondary');
    if (a.disk !== b.disk) return this.start(a.disk === 'UpToDate' ? a : b);
    if (a.generation[0] === b.generation[0]) {
      const crashed = this.sides.find((side) => side.crashedPrimary);
      if (crashed) return this.start(crashed);
      for (const side of this.sides) {
        side.connection = 'Connected';
        side.lastHeard = undefined;
      }
      return;
    }
    if (a.generation[1] === b.generation[0]) return this.start(a);
    if (b.generation[1] === a.generation[0]) return this.start(b);
    if (discards) return this.start(this.other(discards));
    // Split brain detected: each drops the connection.
    for (const side of this.sides) side.connection = 'StandAlone';
  }

  private start(source: SimulatedSide): void {
    const target = this.other(source);
    for (const side of this.sides) {
      side.connection = 'Connected';
      side.discards = false;
      side.lastHeard = undefined;
    }
    const log = target.crashedPrimary || source.crashedPrimary ? activityLog : 0;
    const known = Math.max(source.outOfSync, target.disk === 'Inconsistent' ? target.outOfSync : 0);
    const extra = target.disk === 'Inconsistent' ? 0 : target.outOfSync;
    const total = Math.min(deviceBytes, Math.max(4096, known + extra + log));
    target.disk = 'Inconsistent';
    source.outOfSync = target.outOfSync = total;
    this.sync = { source, target, total };
  }

  private resync(ms: number): void {
    if (!this.sync || !this.isConnected) return;
    const { source, target } = this.sync;
    if (source.unheardSince !== undefined || target.unheardSince !== undefined) return;
    const moved = Math.min(source.outOfSync, (resyncRate * ms) / 1000);
    source.outOfSync -= moved;
    target.outOfSync = source.outOfSync;
    target.written += moved;
    if (source.outOfSync > 0) return;
    const [current, bitmap, younger] = source.generation;
    const after = [current, 0n, bitmap === 0n ? younger : bitmap, younger] as const;
    source.generation = target.generation = after;
    target.disk = 'UpToDate';
    for (const side of this.sides) side.crashedPrimary = false;
    this.sync = undefined;
  }

  private nextId(): bigint {
    // Any odd constant walks through all values; the lowest bit belongs to the role.
    this.ids =
      ((this.ids * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & 0xffff_ffff_ffff_fffen) | 0x10n;
    return this.ids;
  }
}
