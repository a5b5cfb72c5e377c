import type { LustreTarget } from './section';
import { nidOf } from './simulator-layout';

const missMs = 5_000;
const reconnectMs = 4_000;
const replayMs = 2_000;

/** What serves a target now: the node, and which mount of it this is. */
export interface Serving {
  readonly node: string;
  readonly instance: number;
}

/** A client's connection to one target. */
export class SimulatedImport {
  state: 'FULL' | 'DISCONN' | 'CONNECTING' | 'REPLAY' | 'EVICTED' = 'FULL';
  /** Epoch milliseconds. */
  since: number;
  /** When it was FULL last; undefined while it is. */
  leftAt: number | undefined;
  /** Where it was connected last. */
  node: string;
  instance: number;

  constructor(
    readonly target: LustreTarget,
    readonly nids: readonly string[],
    serving: Serving | undefined,
    now: number,
  ) {
    this.since = now;
    this.node = serving?.node ?? target.primary;
    this.instance = serving?.instance ?? -1;
    if (!serving) {
      this.state = 'CONNECTING';
      this.leftAt = now;
    }
  }

  /** A client notices after a while, tries each NID that it knows, and replays what it had under way. */
  step(now: number, serving: Serving | undefined): void {
    const isThere = serving?.instance === this.instance;
    const waited = now - this.since;
    switch (this.state) {
      case 'FULL':
        if (!isThere) {
          this.leftAt ??= now;
          if (waited >= missMs && now - this.leftAt >= missMs) this.become('DISCONN', now);
        } else this.leftAt = undefined;
        return;
      case 'EVICTED':
      case 'DISCONN':
        if (waited >= 1_000) this.become('CONNECTING', now);
        return;
      case 'CONNECTING':
        if (waited < reconnectMs) return;
        if (serving && this.nids.includes(nidOf(serving.node))) {
          this.node = serving.node;
          this.instance = serving.instance;
          this.become('REPLAY', now);
        } else this.since = now;
        return;
      case 'REPLAY':
        if (!isThere) this.become('DISCONN', now);
        else if (waited >= replayMs) {
          this.become('FULL', now);
          this.leftAt = undefined;
        }
    }
  }

  /** The server gave up on it; it comes back as a new client. */
  evict(now: number): void {
    this.become('EVICTED', now);
  }

  private become(state: SimulatedImport['state'], now: number): void {
    this.state = state;
    this.since = now;
  }
}
