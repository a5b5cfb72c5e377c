import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { estimate, type RebuildMemory } from '../../../src/rebuild/estimate';
import { secondsLeft, secondsLeftRange } from '../../../src/rebuild/time-left';

/** A rebuild as its system counted it: milliseconds since it began, and what remained. Ends with nothing. */
export type Series = readonly (readonly [at: number, remaining: number])[];

/** A recording of test/fixtures/rebuild; test/bed/long/record.ts makes them. */
export function recorded(name: string): Series {
  const file = resolve(import.meta.dirname, '../../fixtures/rebuild', `${name}.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly series: Series }).series;
}

/** What is shown at one moment, and how much time was really left. Seconds. */
export interface Shown {
  readonly at: number;
  readonly left: number;
  readonly remaining: number;
  readonly told: number | undefined;
  readonly range: readonly [least: number, most: number] | undefined;
}

/** How a recording is watched: the system is asked every so many milliseconds, the first time after `phase`. */
export interface Watching {
  readonly phase: number;
  readonly every?: number;
  readonly servers?: number;
  /** Milliseconds until an answer is there. */
  readonly latency?: number;
}

/** What a person sees of a recording, second by second, from a fifth of the way on. */
export function played(series: Series, watching: Watching): readonly Shown[] {
  const { phase, every = 4_000, servers = 3, latency = 700 } = watching;
  const end = series.at(-1)?.[0] ?? 0;
  const peak = Math.max(...series.map(([, remaining]) => remaining));
  const remainingAt = (time: number) => series.findLast(([at]) => at <= time)?.[1] ?? peak;
  const shown: Shown[] = [];
  let memory: RebuildMemory | undefined;
  for (let asked = phase; asked < end; asked += every) {
    const remaining = remainingAt(asked);
    const sample = { what: 'chunks', unit: 'chunks', remaining, at: asked, servers } as const;
    const next = estimate(memory, sample, asked + latency);
    memory = next.memory;
    if (remaining > 0.8 * peak) continue;
    for (let now = asked + latency; now < Math.min(end, asked + every + latency); now += 1_000)
      shown.push({
        at: now / 1_000,
        left: (end - now) / 1_000,
        remaining,
        told: secondsLeft(next.progress, now),
        range: secondsLeftRange(next.progress, now),
      });
  }
  return shown;
}

/** The same for answers at every half second between two. */
export function playedInAllPhases(series: Series, more: Omit<Watching, 'phase'> = {}): readonly Shown[] {
  const every = more.every ?? 4_000;
  return Array.from({ length: every / 500 }, (_, step) =>
    played(series, { ...more, phase: step * 500 }),
  ).flat();
}

/** Whether a time left is within a quarter of the truth. Two seconds more are the grain of the answers themselves. */
export function isFar({ told, left }: Shown): boolean {
  return told !== undefined && Math.abs(told - left) > left / 4 + 2;
}
