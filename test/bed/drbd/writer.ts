import type { DrbdBed, Server } from './bed';

/** A write that the target's server acknowledged after an fsync. Times are epoch milliseconds. */
export interface Acknowledged {
  readonly number: number;
  readonly start: number;
  readonly end: number;
  readonly server: Server;
}

const log = '/run/writes';

/** The client's writer: writes all the time to whichever server has the target, each number until it is acknowledged. */
export class Writer {
  private constructor(private readonly bed: DrbdBed) {}

  static async start(bed: DrbdBed): Promise<Writer> {
    const writer = new Writer(bed);
    await bed.sh('lc1', `setsid writer ${log} 0.3 >/dev/null 2>&1 </dev/null &`);
    await writer.until(3);
    return writer;
  }

  /** Waits until at least `count` further writes were acknowledged. */
  async until(count: number, timeoutMs = 45_000): Promise<void> {
    const before = await this.count();
    for (const end = Date.now() + timeoutMs; (await this.count()) < before + count;) {
      if (Date.now() > end) throw new Error(`The writer got no acknowledgement for ${timeoutMs} ms.`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  /** Ends the writer and returns what was acknowledged. */
  async stop(): Promise<readonly Acknowledged[]> {
    await this.bed.sh(
      'lc1',
      `touch ${log}.stop; for i in $(seq 300); do [ -e ${log}.ended ] && exit 0; sleep 0.1; done; exit 1`,
      45_000,
    );
    return this.acknowledged();
  }

  /** What has been acknowledged so far. */
  async acknowledged(): Promise<readonly Acknowledged[]> {
    const lines = await this.bed.sh('lc1', `cat ${log} 2>/dev/null || true`);
    return lines
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [number, start, end, server] = line.split(' ');
        return { number: Number(number), start: Number(start), end: Number(end), server: server as Server };
      });
  }

  private async count(): Promise<number> {
    return Number(await this.bed.sh('lc1', `wc -l <${log} 2>/dev/null || echo 0`));
  }
}

/** The acknowledged writes that a server with the target does not have: in a file of their own and in the common one. */
export async function lostOn(
  bed: DrbdBed,
  server: Server,
  acknowledged: readonly Acknowledged[],
): Promise<readonly Acknowledged[]> {
  const text = await bed.sh(
    server,
    `cd /mnt/ost0/d && find . -name 'n*' | sort | xargs grep -H . /dev/null; sed 's/^/all:/' all`,
    60_000,
  );
  const alone = new Set([...text.matchAll(/^\.\/n(\d+):\1$/gm)].map(([, number]) => Number(number)));
  const common = new Set([...text.matchAll(/^all:(\d+)$/gm)].map(([, number]) => Number(number)));
  return acknowledged.filter(({ number }) => !alone.has(number) || !common.has(number));
}

/** The longest time without an acknowledgement between two moments, milliseconds. */
export function longestGap(acknowledged: readonly Acknowledged[], from: number, to: number): number {
  const ends = [from, ...acknowledged.map(({ end }) => end).filter((end) => end > from && end < to), to];
  return Math.max(...ends.slice(1).map((end, index) => end - (ends[index] ?? end)));
}
