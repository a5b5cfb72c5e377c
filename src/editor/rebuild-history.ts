import type { ClusterState } from '../heartbeat/state';

type Point = readonly [at: number, remaining: number];

/** Points kept for each kind of recovery; beyond it every second one is dropped, so that the start stays. */
const mostPoints = 240;

/** How much remained when, by cluster and kind of recovery: what the chart draws. */
export class RebuildHistory {
  readonly #points = new Map<string, readonly Point[]>();

  add(key: string, state: ClusterState): void {
    for (const { what, remaining, state: doing } of state.rebuild) {
      const id = idOf(key, what);
      const before = this.#points.get(id) ?? [];
      const last = before.at(-1);
      if (last && last[0] >= state.at) continue;
      // A new rebuild begins a new curve.
      const begins = last !== undefined && last[1] === 0 && remaining > 0;
      const isQuiet = doing === 'stable' && last?.[1] === 0 && remaining === 0;
      if (isQuiet) continue;
      this.#points.set(id, thinned([...(begins ? [] : before), [state.at, remaining]]));
    }
  }

  of(key: string, what: string): readonly Point[] {
    return this.#points.get(idOf(key, what)) ?? [];
  }
}

function idOf(key: string, what: string): string {
  return JSON.stringify([key, what]);
}

function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= mostPoints) return points;
  return points.filter((_, index) => index % 2 === 0 || index === points.length - 1);
}
