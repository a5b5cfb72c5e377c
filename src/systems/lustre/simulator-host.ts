import type { SimulatedLock } from '../../failover/lock-simulated';
import { clients } from './simulator-layout';

/** One simulated machine. */
export class SimulatedHost {
  up = true;
  /** Epoch milliseconds of the last boot; a command that was under way at a power cut must not go on. */
  bootedAt: number;
  readonly locks = new Map<string, SimulatedLock>();
  /** Names of the targets that are mounted here. */
  readonly mounts = new Set<string>();
  /** Heartbeat, where it is installed; the demo's pairs have none. */
  heartbeat: { running: boolean; readonly autoFailback: boolean } | undefined;
  /** What plans keep on the node, by file name; gone with a boot, as /run is. */
  readonly kept = new Map<string, string>();

  constructor(
    readonly name: string,
    now: number,
  ) {
    this.bootedAt = now;
  }

  get isClient(): boolean {
    return clients.some((each) => each === this.name);
  }

  boot(now: number): void {
    this.up = true;
    this.bootedAt = now;
    this.locks.clear();
    this.kept.clear();
    this.mounts.clear();
    if (this.heartbeat) this.heartbeat.running = true;
  }
}
