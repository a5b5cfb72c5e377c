import { readFile } from 'node:fs/promises';
import { replaceStateFile } from '../heartbeat/state-file';
import type { ClusterState } from '../heartbeat/state';
import { readTrack, tracked, trackJson, type Track } from '../rebuild/track';

/** Milliseconds between two writes of the file: a crash costs no more of the chart than that. */
const WRITE_EVERY = 30_000;

/** Recoveries whose tracks are kept; those that had nothing new for longest go first. */
const MOST_TRACKS = 200;

/**
 * How each recovery went, by cluster and kind: what the charts draw. Kept in a file of the extension's own storage, so
 * that it survives a reload.
 */
export class RebuildHistory {
  #tracks = new Map<string, Track>();
  #timer: NodeJS.Timeout | undefined;
  #isDirty = false;

  /** Without a file it is forgotten with the window. */
  constructor(
    private readonly file?: string,
    private readonly failed: (error: unknown) => void = () => undefined,
  ) {}

  /** Reads what an earlier window left; what this one has seen meanwhile stays. A broken file counts as none. */
  async restore(): Promise<void> {
    if (this.file === undefined) return;
    let kept: unknown;
    try {
      kept = JSON.parse(await readFile(this.file, 'utf8'));
    } catch {
      return;
    }
    if (!Array.isArray(kept)) return;
    const read = kept.slice(-MOST_TRACKS).flatMap((entry: unknown): [string, Track][] => {
      if (!Array.isArray(entry)) return [];
      const [id, track] = [entry[0] as unknown, readTrack(entry[1])];
      return typeof id === 'string' && track ? [[id, track]] : [];
    });
    const seen = this.#tracks;
    this.#tracks = new Map(read);
    for (const [id, track] of seen)
      for (const point of track.points)
        this.#tracks.set(id, tracked(this.#tracks.get(id), track.unit, point));
  }

  add(key: string, state: ClusterState): void {
    for (const { what, unit, remaining, ratePerSecond: rate } of state.rebuild) {
      const id = idOf(key, what);
      const before = this.#tracks.get(id);
      const track = tracked(before, unit, {
        at: state.at,
        remaining,
        ...(rate === undefined ? {} : { rate }),
      });
      if (track.points === before?.points) continue;
      // The newest last, so that the oldest are the first to go.
      this.#tracks.delete(id);
      this.#tracks.set(id, track);
      this.#isDirty = true;
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

  /** Writes what is new; its failure is told, because nothing else depends on it. */
  async write(): Promise<void> {
    if (!this.#isDirty || this.file === undefined) return;
    this.#isDirty = false;
    try {
      const all = [...this.#tracks].map(([id, track]) => [id, trackJson(track)]);
      await replaceStateFile(this.file, JSON.stringify(all));
    } catch (error) {
      this.failed(error);
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    void this.write();
  }
}

function idOf(key: string, what: string): string {
  return JSON.stringify([key, what]);
}
