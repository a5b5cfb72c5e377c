import type { SimulatedLock } from '../../failover/lock-simulated';
import type { SimulatedNode } from './simulator-layout';

/** From power on until its services run, milliseconds of simulated time. */
export const bootMs = 30_000;

/** One simulated machine. */
export class SimulatedHost {
  up = true;
  /** Epoch milliseconds of the last boot. */
  bootedAt: number;
  readonly locks = new Map<string, SimulatedLock>();
  /** Its services were not stopped by a person. */
  runsCs = true;
  runsMds: boolean;
  mounted: boolean;
  inMaintenance = false;

  constructor(
    readonly node: SimulatedNode,
    now: number,
  ) {
    this.bootedAt = now;
    this.runsMds = this.has('mds');
    this.mounted = this.has('client');
  }

  get name(): string {
    return this.node.name;
  }

  has(role: string): boolean {
    return this.node.roles.includes(role);
  }

  boot(now: number): void {
    this.up = true;
    this.bootedAt = now;
    // /run is a tmpfs: locks are gone; services start by themselves.
    this.locks.clear();
    this.runsCs = true;
    this.runsMds = this.has('mds');
    this.mounted = this.has('client');
  }

  /** Whether its services had the time to start. */
  isReady(now: number): boolean {
    return this.up && now - this.bootedAt >= bootMs;
  }
}

/** One chunk service on one disk. */
export interface SimulatedCs {
  readonly id: number;
  readonly host: SimulatedHost;
  /** Which of the node's disks. */
  readonly disk: number;
  readonly capacity: bigint;
  /** The cluster's clock at its last heartbeat. */
  heardAt: number;
  /** Letters as in `stat`: H is an I/O error. Its disk is broken. */
  fault?: string;
  releasing: boolean;
  /** Released or removed: it never comes back under this id. */
  dropped: boolean;
}
