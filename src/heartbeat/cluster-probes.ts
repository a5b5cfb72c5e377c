import type { Cluster } from '../cluster/cluster';
import type { Clock } from './clock';
import type { ClusterWatch } from './cluster-watch';
import type { NodeWatch } from './node-watch';
import type { NodeReading, Probe } from './probe';

/** A probe that one node answers for the whole cluster. */
export type ClusterProbe = Probe & Required<Pick<Probe, 'candidates'>>;

/** Whether one node answers a probe for all. */
export function isForCluster(probe: Probe): probe is ClusterProbe {
  return probe.candidates !== undefined;
}

interface Asked {
  /** Who answered last. */
  node?: NodeWatch;
  /** When it did. */
  at: number;
  /** When each candidate was tried last. */
  readonly tried: Map<NodeWatch, number>;
  running?: Promise<void>;
}

/** Beats come up to a tenth early (pace.ts, JITTER); so may this. */
const EARLY = 0.15;

/**
 * Asks the questions that one node answers for the whole cluster: the first candidate that is there, and the next
 * one when it falls silent, fails, or has nothing to say. What the former one said is dropped then.
 */
export class ClusterProbes {
  readonly #asked: ReadonlyMap<ClusterProbe, Asked>;

  constructor(
    private readonly cluster: Cluster,
    probes: readonly Probe[],
    private readonly clock: Clock,
    private readonly watch: ClusterWatch,
    private readonly ask: (node: NodeWatch, probe: Probe) => Promise<boolean>,
  ) {
    this.#asked = new Map(
      probes.filter(isForCluster).map((probe) => [probe, { at: -Infinity, tried: new Map() }]),
    );
  }

  /** Asks what is due at this time between two beats; call it when a node has answered what it alone is asked. */
  async askDue(node: NodeWatch, period: number): Promise<void> {
    const now = this.clock.now();
    await Promise.all(
      [...this.#asked].map(async ([probe, asked]) => {
        const pause = probe.everyBeats * period * (1 - EARLY);
        const isDue = asked.running === undefined && now - asked.at >= pause;
        // Among a thousand nodes only few can answer for all.
        const mayAnswer = probe.script(this.cluster, node.node) !== undefined;
        if (isDue && mayAnswer) await this.#askOne(probe, asked, pause);
      }),
    );
  }

  /** Asks all of them now, or joins what is under way. */
  async askAll(): Promise<void> {
    await Promise.all([...this.#asked].map(([probe, asked]) => this.#askOne(probe, asked, 0)));
  }

  #askOne(probe: ClusterProbe, asked: Asked, rest: number): Promise<void> {
    asked.running ??= this.#tryInTurn(probe, asked, rest).finally(() => delete asked.running);
    return asked.running;
  }

  /** Tries the candidates, best first; one that was tried less than `rest` milliseconds ago is left alone. */
  async #tryInTurn(probe: ClusterProbe, asked: Asked, rest: number): Promise<void> {
    const tried = new Set<NodeWatch>();
    for (;;) {
      const now = this.clock.now();
      const candidates = this.#candidates(probe);
      if (asked.node && !candidates.includes(asked.node)) this.#leave(probe, asked);
      const next = candidates.find(
        (node) => !tried.has(node) && now - (asked.tried.get(node) ?? -Infinity) >= rest,
      );
      if (next === undefined) return;
      tried.add(next);
      asked.tried.set(next, now);
      if (!(await this.ask(next, probe))) continue;
      if (asked.node !== next) this.#leave(probe, asked);
      asked.node = next;
      asked.at = now;
      return;
    }
  }

  #candidates(probe: ClusterProbe): readonly NodeWatch[] {
    const fresh = new Map(this.watch.fresh().map((node) => [node.node.name, node]));
    const heard = new Map<string, NodeReading>([...fresh].map(([name, node]) => [name, node.freshReading()]));
    return probe.candidates(this.cluster, heard).flatMap((name) => fresh.get(name) ?? []);
  }

  #leave(probe: Probe, asked: Asked): void {
    asked.node?.forget(probe);
    delete asked.node;
  }
}
