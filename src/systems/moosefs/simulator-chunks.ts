import { chunkBytes, chunkCount, chunkservers, diskCapacity, diskPaths, goal } from './simulator-layout';
import type { ChunkMatrix } from './reader-mfscli';

/** One copy: on which server and on which of its disks. */
interface Copy {
  readonly server: string;
  readonly disk: number;
}

/** Copies that are made, or deleted, in a second of simulated time. A full server takes about 75 s. */
const copiesPerSecond = 1.5;
const deletionsPerSecond = 6;

/**
 * The chunks and where their copies lie. What the master can use is what registered chunkservers hold; a
 * server that comes back brings its old copies along, and those in surplus are deleted.
 */
export class SimulatedChunks {
  /** Chunkservers whose disks somebody has filled. */
  readonly filled = new Set<string>();
  private readonly copies: Copy[][] = [];
  private toCopy = 0;
  private toDelete = 0;

  constructor() {
    // All pairs of servers in turn, so that every server's loss is shared by all the others.
    const pairs = chunkservers.flatMap((a, i) => chunkservers.slice(i + 1).map((b) => [a, b] as const));
    for (let id = 0; id < chunkCount; id++) {
      const pair = pairs[id % pairs.length] ?? [];
      const disk = Math.floor(id / pairs.length) % diskPaths.length;
      this.copies.push(pair.map((server) => ({ server, disk })));
    }
  }

  /** Copies on one disk, and the bytes they take; they stay there while the server is off. */
  onDisk(server: string, disk: number): { readonly chunks: number; readonly used: bigint } {
    const chunks = this.copies.flat().filter((copy) => copy.server === server && copy.disk === disk).length;
    // a quarter of a GiB is kept free by the chunkserver and counts as used
    const own = BigInt(chunks) * chunkBytes + diskCapacity / 40n;
    const full = (diskCapacity * 97n) / 100n;
    return { chunks, used: this.filled.has(server) && own < full ? full : own };
  }

  /** What -SIC shows of the chunks, by the servers that are registered. */
  matrix(registered: ReadonlySet<string>): ChunkMatrix {
    const byCopies = new Map<number, number>();
    for (const copies of this.copies) {
      const valid = copies.filter(({ server }) => registered.has(server)).length;
      byCopies.set(valid, (byCopies.get(valid) ?? 0) + 1);
    }
    const count = (holds: (copies: number) => boolean) =>
      [...byCopies].reduce((sum, [copies, chunks]) => sum + (holds(copies) ? chunks : 0), 0);
    return {
      cells: [...byCopies].sort(([a], [b]) => a - b).map(([copies, chunks]) => ({ goal, copies, chunks })),
      classes: {
        missing: count((copies) => copies === 0),
        endangered: count((copies) => copies === 1 && goal > 1),
        undergoal: count((copies) => copies > 1 && copies < goal),
        stable: count((copies) => copies === goal),
        overgoal: count((copies) => copies > goal),
        'pending deletion': 0,
        'to be removed': 0,
      },
    };
  }

  /** Lets the master's chunk loop work for some milliseconds. */
  advance(ms: number, registered: ReadonlySet<string>): void {
    this.toCopy += (ms / 1000) * copiesPerSecond;
    this.toDelete += (ms / 1000) * deletionsPerSecond;
    for (const copies of this.copies) {
      const valid = copies.filter(({ server }) => registered.has(server));
      if (this.toCopy >= 1 && valid.length > 0 && valid.length < goal) this.replicate(copies, registered);
      else if (this.toDelete >= 1 && valid.length > goal) this.remove(copies, valid);
      if (this.toCopy < 1 && this.toDelete < 1) break;
    }
    // what found no work is not saved up: a later loss is not mended in one blow
    this.toCopy = Math.min(this.toCopy, 1);
    this.toDelete = Math.min(this.toDelete, 1);
  }

  private replicate(copies: Copy[], registered: ReadonlySet<string>): void {
    const holders = new Set(copies.map(({ server }) => server));
    const [target] = [...registered]
      .filter((server) => !holders.has(server))
      .sort((a, b) => this.load(a) - this.load(b));
    if (target === undefined) return;
    const [first = 0, second = 0] = diskPaths.map((_, disk) => this.onDisk(target, disk).chunks);
    copies.push({ server: target, disk: first <= second ? 0 : 1 });
    this.toCopy -= 1;
  }

  private remove(copies: Copy[], valid: readonly Copy[]): void {
    const fullest = valid.toSorted((a, b) => this.load(b.server) - this.load(a.server))[0];
    if (fullest) copies.splice(copies.indexOf(fullest), 1);
    this.toDelete -= 1;
  }

  private load(server: string): number {
    return this.copies.flat().filter((copy) => copy.server === server).length;
  }
}
