import { readFile } from 'node:fs/promises';
import { replaceStateFile } from '../heartbeat/state-file';
import type { ClusterState } from '../heartbeat/state';
import { mergedTracks, readTrack, tracked, trackJson, withoutFuture, type Track } from '../rebuild/track';

/** Milliseconds between two writes of the file: a crash costs no more of the chart than that. */
const WRITE_EVERY = 30_000;

/** Recoveries whose tracks are kept; those that had nothing new for longest go first. */
const MOST_TRACKS = 200;

/** What a history needs besides its file. */
export interface HistoryOptions {
  /** Told that the file could not be written; nothing else depends on it. */
  readonly failed?: (error: unknown) => void;
  /** Told why points were left out, a sentence. */
  readonly said?: (sentence: string) => void;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/**
 * How each recovery went, by cluster and kind: what the charts draw. Kept in a file of the extension's own storage, so
 * that it survives a reload. Windows of one workspace share the file: each adds to it what the others have not seen.
 */
export class RebuildHistory {
  #tracks = new Map<string, Track>();
  readonly #passing = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isDirty = false;
  #writing: Promise<void> = Promise.resolve();
  readonly #failed: (error: unknown) => void;
  readonly #said: (sentence: string) => void;
  readonly #now: () => number;

  /** Without a file it is forgotten with the window. */
  constructor(
    private readonly file?: string,
    { failed = () => undefined, said = () => undefined, now = Date.now }: HistoryOptions = {},
  ) {
    this.#failed = failed;
    this.#said = said;
    this.#now = now;
  }

  /** Reads what other windows left; what this one has seen meanwhile stays. A broken file counts as none. */
  async restore(): Promise<void> {
    if (this.file === undefined) return;
    let kept: unknown;
    try {
      kept = JSON.parse(await readFile(this.file, 'utf8'));
    } catch {
      return;
    }
    if (!Array.isArray(kept)) return;
    const now = this.#now();
    const all = new Map(this.#tracks);
    for (const entry of kept.slice(-MOST_TRACKS) as unknown[]) {
      if (!Array.isArray(entry)) continue;
      const [id, other] = [entry[0] as unknown, readTrack(entry[1])];
      if (typeof id !== 'string' || !other) continue;
      all.set(id, mergedTracks(all.get(id) ?? { unit: other.unit, points: [] }, this.#upTo(other, now), now));
    }
    const newest = ({ points }: Track) => points.at(-1)?.at ?? 0;
    this.#tracks = new Map([...all].toSorted(([, a], [, b]) => newest(a) - newest(b)).slice(-MOST_TRACKS));
  }

  /** `isKept`: false of a cluster that is gone with the window, of which nothing is written. */
  add(key: string, state: ClusterState, isKept = true): void {
    for (const { what, unit, remaining, ratePerSecond: rate } of state.rebuild) {
      const id = idOf(key, what);
      const before = this.#tracks.get(id);
      const track = tracked(before && this.#upTo(before, state.at), unit, {
        at: state.at,
        remaining,
        ...(rate === undefined ? {} : { rate }),
      });
      if (track.points === before?.points) continue;
      // The newest last, so that the oldest are the first to go.
      this.#tracks.delete(id);
      this.#tracks.set(id, track);
      if (isKept) this.#isDirty = true;
      else this.#passing.add(id);
    }
    for (const id of [...this.#tracks.keys()].slice(0, -MOST_TRACKS)) this.#tracks.delete(id);
    if (this.#isDirty && this.file !== undefined)
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.write();
      }, WRITE_EVERY).unref();
  }

  of(key: string, what: string): Track | undefined {
    return this.#tracks.get(idOf(key, what));
  }

  /** Writes what is new, together with what other windows have written meanwhile; one at a time. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    if (!this.#isDirty || this.file === undefined) return;
    this.#isDirty = false;
    try {
      await this.restore();
      const kept = [...this.#tracks].filter(([id]) => !this.#passing.has(id));
      const all = kept.map(([id, track]) => [id, trackJson(track)]);
      await replaceStateFile(this.file, JSON.stringify(all));
    } catch (error) {
      this.#failed(error);
    }
  }

  #upTo(track: Track, now: number): Track {
    const points = withoutFuture(track.points, now);
    if (points === track.points) return track;
    this.#said(
      `The clock of this machine was put back: ${track.points.length - points.length} points of the chart of a rebuild lie in the future and are left out.`,
    );
    return { unit: track.unit, points };
  }

  dispose(): void {
    clearTimeout(this.#timer);
    void this.write();
  }
}

function idOf(key: string, what: string): string {
  return JSON.stringify([key, what]);
}
