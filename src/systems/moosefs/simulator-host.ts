import type { SimulatedLock } from '../../failover/lock-simulated';
import { candidates, chunkservers, client, commonSkew } from './simulator-layout';

/** A metalogger's files: its image, and the changes that it received since. */
export interface MetaloggerFiles {
  image: number;
  /** When that was downloaded, epoch milliseconds; absent: at the boot of the host. */
  imageAt?: number;
  first: number;
  last: number;
  /** Epoch milliseconds of the last change. */
  lastAt: number;
}

/** The files of a node that is, or was, the master itself. */
export interface MasterFiles {
  /** Absent after a promotion, until the next hourly save: metaloggers cannot fetch one meanwhile. */
  image?: number;
  /** When that was written, epoch milliseconds; absent: at the boot of the host. */
  imageAt?: number;
  /** Of its own changelog; above `last` while it has made no change yet. */
  first: number;
  last: number;
  lastAt: number;
}

/** A running process; a new one gets a new pid. */
export interface SimulatedProcess {
  readonly pid: number;
  readonly since: number;
}

export type ProcessName = 'mfsmaster' | 'mfsmetalogger' | 'mfschunkserver' | 'mfsmount' | 'ucarp';

/** One simulated machine. */
export class SimulatedHost {
  up = true;
  /** Epoch milliseconds of the last boot; a command that was under way at a power cut must not go on. */
  bootedAt: number;
  readonly processes = new Map<ProcessName, SimulatedProcess>();
  readonly locks = new Map<string, SimulatedLock>();
  skew = commonSkew;
  /** Skew of a ucarp command line that a plan kept before it stopped ucarp. */
  kept = false;
  metalogger: MetaloggerFiles | undefined;
  master: MasterFiles | undefined;
  /** The version that the last dry run reached, and the state of the files it tried. */
  dryRun: { readonly version: number; readonly set: string } | undefined;
  private nextPid = 40;

  constructor(
    readonly name: string,
    now: number,
  ) {
    this.bootedAt = now;
  }

  get isCandidate(): boolean {
    return candidates.some((each) => each === this.name);
  }

  get isChunkserver(): boolean {
    return chunkservers.some((each) => each === this.name);
  }

  runs(name: ProcessName): boolean {
    return this.up && this.processes.has(name);
  }

  start(name: ProcessName, now: number): SimulatedProcess {
    const process = { pid: (this.nextPid += 7), since: now };
    this.processes.set(name, process);
    return process;
  }

  stop(name: ProcessName): boolean {
    return this.processes.delete(name);
  }

  /** What a boot starts. Never mfsmaster: after a crash a person, or a plan, decides who is the master. */
  boot(now: number): void {
    this.up = true;
    this.bootedAt = now;
    this.processes.clear();
    // /run is a tmpfs: locks and kept command lines are gone, ucarp's own unit has the common skew
    this.locks.clear();
    this.kept = false;
    this.skew = commonSkew;
    if (this.isCandidate) {
      this.start('mfsmetalogger', now);
      this.start('ucarp', now);
    } else if (this.isChunkserver) this.start('mfschunkserver', now);
    else if (this.name === client) this.start('mfsmount', now);
  }

  /** What tells one state of the metalogger's files from another. */
  get metaloggerSet(): string {
    const files = this.metalogger;
    return files ? `${files.image} ${files.first}-${files.last}` : '';
  }
}
