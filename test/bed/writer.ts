import type { Bed } from './bed';

interface Write {
  readonly number: number;
  readonly ms: number;
  /** Epoch milliseconds. */
  readonly end: number;
  readonly acknowledged: boolean;
}

/** What became of a writer's writes. */
export interface Written {
  readonly acknowledged: number;
  /** Numbers of acknowledged writes that are gone: neither may ever hold one. */
  readonly lost: readonly number[];
  /** Milliseconds that the client waited for its slowest write. */
  readonly longestHang: number;
  /** When the first of the lost writes was acknowledged, epoch milliseconds. */
  readonly lostSince?: number;
}

/** A process on the client that writes and syncs all the time, and logs outside the cluster what was acknowledged. */
export class Writer {
  private readonly log: string;

  private constructor(
    private readonly bed: Bed,
    private readonly name: string,
  ) {
    this.log = `/root/${name}.log`;
  }

  /** `pause` is in seconds, between two writes. */
  static async start(bed: Bed, name: string, pause = 0.15): Promise<Writer> {
    const writer = new Writer(bed, name);
    await bed.sh(
      'cl1',
      `setsid sh /root/writer.sh ${writer.folder} ${writer.log} ${pause} >/dev/null 2>&1 </dev/null &`,
    );
    await writer.until(3);
    return writer;
  }

  /** Waits until at least `count` further writes were acknowledged. */
  async until(count: number, timeoutMs = 60_000): Promise<void> {
    const before = await this.count();
    for (const end = Date.now() + timeoutMs; (await this.count()) < before + count;) {
      if (Date.now() > end)
        throw new Error(`The writer ${this.name} got no acknowledgement for ${timeoutMs} ms.`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** Ends the writer, then looks for every acknowledged write in the file system. */
  async stop(): Promise<Written> {
    await this.bed.sh(
      'cl1',
      `touch ${this.log}.stop; for i in $(seq 1500); do [ -e ${this.log}.ended ] && exit 0; sleep 0.1; done; exit 1`,
      180_000,
    );
    const writes = (await this.bed.sh('cl1', `cat ${this.log}`)).trim().split('\n').map(parse);
    // Through a mount of its own: what counts is what the cluster has, not what the client's cache remembers.
    const files = await this.bed.sh(
      'cl1',
      `mkdir -p /mnt/check && mfsmount /mnt/check -H mfsmaster >/dev/null && cd /mnt/check/${this.name} &&
       { grep -s . $(ls | grep ^n); echo; sed 's/^/all:/' all; }; cd / && umount /mnt/check`,
      120_000,
    );
    const alone = new Set(
      files.split('\n').flatMap((line) => {
        const found = /^n(\d+):(\d+)$/.exec(line);
        return found && found[1] === found[2] ? [Number(found[1])] : [];
      }),
    );
    const common = new Set([...files.matchAll(/^all:(\d+)$/gm)].map(([, number]) => Number(number)));
    const acknowledged = writes.filter((write) => write.acknowledged);
    const lost = acknowledged.filter(({ number }) => !alone.has(number) || !common.has(number));
    const [firstLost] = lost;
    return {
      acknowledged: acknowledged.length,
      lost: lost.map(({ number }) => number),
      ...(firstLost && { lostSince: firstLost.end }),
      longestHang: Math.max(...writes.map(({ ms }) => ms)),
    };
  }

  private get folder(): string {
    return `/mnt/mfs/${this.name}`;
  }

  private async count(): Promise<number> {
    return Number(await this.bed.sh('cl1', `grep -c ' ok$' ${this.log} 2>/dev/null || true`));
  }
}

function parse(line: string): Write {
  const [number = 0, start = 0, end = 0] = line.split(' ').map(Number);
  return { number, ms: end - start, end, acknowledged: line.endsWith(' ok') };
}
