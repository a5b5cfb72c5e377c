/** A cluster with more nodes than this is asked evenly over the period, milliseconds of work at a time. */
export const SPREAD_FROM = 100;

/** The earliest part of a pause in which nodes that were asked together are asked apart. */
const EARLIEST = 0.1;

/**
 * Keeps the nodes of a large cluster from answering all at once: a thousand answers in one moment, with all their
 * probes, would hold up everything else that runs beside.
 */
export class Spread<T> {
  readonly #phases = new Map<T, number>();
  readonly #together = new Set<T>();

  constructor(nodes: readonly T[]) {
    if (nodes.length <= SPREAD_FROM) return;
    nodes.forEach((node, index) => this.#phases.set(node, index));
    this.together(nodes);
  }

  /** These are asked in one moment: their next pauses differ. */
  together(nodes: Iterable<T>): void {
    for (const node of nodes) if (this.#phases.has(node)) this.#together.add(node);
  }

  /** The pause until a node's next beat, milliseconds; the first after they were together is anywhere within it. */
  pause(node: T, waitMs: number, random: number): number {
    return this.#together.delete(node) ? waitMs * (EARLIEST + (1 - EARLIEST) * random) : waitMs;
  }

  /** Whether something is due that comes with every `every`-th beat; with the first one all is. */
  isDue(node: T, beats: number, every: number): boolean {
    return beats === 0 || (beats + (this.#phases.get(node) ?? 0)) % every === 0;
  }
}
