import type { Cluster } from '../cluster/cluster';
import type { Clock } from '../heartbeat/clock';
import type { Reached } from '../heartbeat/reached';
import { askWitnesses } from '../heartbeat/witness';
import type { Connections } from '../ssh/connection';
import { SshError } from '../ssh/error';

/** Milliseconds between two signs of life that are asked for. */
const EVERY = 2_000;
/** Milliseconds after which a sign of life is late, and witnesses are asked beside. */
const LATE = 2_000;
/** Milliseconds for a sign of life; a connection that opens no channel in that time is given up (ssh/channel.ts). */
const ANSWER_LIMIT = 8_000;
const WITNESS_LIMIT = 3_000;
/** Witnesses that are asked; in a large cluster a few are as good as all. */
const WITNESSES = 8;
/** Rounds in a row in which a witness has to miss the node, and milliseconds of silence: a moment's jam is no death. */
const ROUNDS = 2;
const SILENT_FOR = 6_000;

/** A node of which nobody hears anything any more. */
export interface Loss {
  readonly node: string;
  /** A sentence without its full stop. */
  readonly message: string;
}

/** What a watch works with. */
export interface WatchOptions {
  readonly cluster: Cluster;
  readonly connections: Connections;
  readonly clock: Clock;
  /** Who reached whom before: a witness without a record has to show that it reaches anything (safety 3). */
  readonly reached?: Reached;
}

/**
 * Watches a node while a run waits for it, so that clients need not wait as long as a step may take at most: it is lost
 * once it is silent and at least one witness, and none otherwise, says so too. It proves nothing for a promotion.
 */
export class NodeWatch {
  private readonly over = new AbortController();
  /** Resolves when the node is lost; stays open otherwise. */
  readonly lost: Promise<Loss>;

  constructor(
    private readonly node: string,
    private readonly options: WatchOptions,
  ) {
    this.lost = new Promise((resolve) => void this.watch(resolve));
  }

  /** Ends the watch; whoever started it calls this. */
  end(): void {
    this.over.abort(new Error('The watch is over.'));
  }

  private async watch(lose: (loss: Loss) => void): Promise<void> {
    const { signal } = this.over;
    try {
      for (;;) {
        await this.options.clock.sleep(EVERY, signal);
        const loss = await this.look(signal);
        signal.throwIfAborted();
        if (loss) return lose(loss);
      }
    } catch {
      // The watch is over.
    }
  }

  /** undefined: it lives, or nobody can tell. */
  private async look(signal: AbortSignal): Promise<Loss | undefined> {
    const { clock } = this.options;
    const startedAt = clock.now();
    let lives: boolean | undefined;
    const answered = this.lives(signal).then((answer) => (lives = answer));
    const late = new AbortController();
    await Promise.race([
      answered,
      clock.sleep(LATE, AbortSignal.any([signal, late.signal])).catch(() => undefined),
    ]);
    late.abort();
    for (let round = 1; ; round++) {
      signal.throwIfAborted();
      if (lives === true) return undefined;
      const missedBy = await this.missedBy(signal);
      if (missedBy.length === 0 || lives) return undefined;
      const seconds = (clock.now() - startedAt) / 1000;
      if (round >= ROUNDS && seconds * 1000 >= SILENT_FOR) {
        return {
          node: this.node,
          message: `${this.node} has not answered for ${seconds.toFixed(0)} s, and ${missedBy.join(', ')} cannot reach it either`,
        };
      }
      await clock.sleep(1_000, signal);
    }
  }

  /** False only for silence: whoever refuses us is there. */
  private async lives(signal: AbortSignal): Promise<boolean> {
    try {
      await this.options.connections.to(this.node).exec(':', { timeoutMs: ANSWER_LIMIT, signal });
      return true;
    } catch (error) {
      return !(error instanceof SshError) || !isSilence(error);
    }
  }

  /** The witnesses that cannot reach it; none when one can. */
  private async missedBy(signal: AbortSignal): Promise<readonly string[]> {
    const { cluster, connections, reached = {} } = this.options;
    const report = await askWitnesses({
      cluster,
      connections,
      reached,
      node: this.node,
      active: cluster.nodes.map(({ name }) => name),
      atMost: WITNESSES,
      timeoutMs: WITNESS_LIMIT,
      signal,
    });
    return report.verdict === 'down' ? report.notReachedBy : [];
  }
}

/** Whether an error may come from a machine that is gone; a refusal and a full server come from one that lives. */
export function isSilence({ reason }: SshError): boolean {
  return reason === 'timeout' || reason === 'unreachable' || reason === 'closed';
}
