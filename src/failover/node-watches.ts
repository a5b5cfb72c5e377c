import { setMaxListeners } from 'node:events';
import { NodeWatch, type Loss, type WatchOptions } from './node-watch';

/** The watches of one step: a node is watched while it is waited for, and on until it was heard again. */
export class NodeWatches {
  private readonly watches = new Map<string, NodeWatch>();

  constructor(private readonly options: WatchOptions) {}

  /**
   * What comes of some work that needs these nodes, or the node that was lost before it was over; the signal that the
   * work gets ends then.
   */
  async during<T>(
    nodes: Iterable<string>,
    outer: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<{ readonly result: T; readonly loss?: undefined } | { readonly loss: Loss }> {
    const watches = [...new Set(nodes)].map((node) => this.watch(node));
    const over = new AbortController();
    const either = AbortSignal.any([outer, over.signal]);
    // One listener for each node that is asked: more than the ten after which Node suspects a leak.
    setMaxListeners(0, either);
    const working = work(either).then((result) => ({ result }));
    // Nobody waits for it any more once a node is lost.
    working.catch(() => undefined);
    const lost = watches.map(async (watch) => ({ loss: await watch.lost }));
    const first = await Promise.race([working, ...lost]);
    if ('loss' in first) over.abort(new Error(first.loss.message));
    return first;
  }

  /** It answered: its silence, if there was any, is over. */
  heard(node: string): void {
    this.watches.get(node)?.end();
    this.watches.delete(node);
  }

  /** Nobody waits for any of them now. */
  end(): void {
    for (const node of [...this.watches.keys()]) this.heard(node);
  }

  private watch(node: string): NodeWatch {
    const watch = this.watches.get(node) ?? new NodeWatch(node, this.options);
    this.watches.set(node, watch);
    return watch;
  }
}
