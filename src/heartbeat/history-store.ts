import { randomUUID } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyHistory, type ClusterHistory } from './history';
import { bounded } from './history-bounds';
import { readHistory, writeHistory } from './history-json';
import { historyOf, mergeHistories } from './history-merge';
import type { Reached } from './reached';
import { replaceStateFile } from './state-file';
import type { ClusterState } from './state';

/** The last write of each file: a monitor and a test of consoles have stores of their own and write the same one. */
const lastWrites = new Map<string, Promise<unknown>>();

/**
 * The histories in the user's state folder, one JSON file a cluster. Editor and command line write the same
 * files: each write reads again, merges, and puts the new file in place at once (rename(2)).
 */
export class HistoryStore {
  readonly #folder: string;

  constructor(
    stateFolder: string,
    /** Told, in a sentence for people, when a file was damaged and put aside. */
    private readonly report: (problem: string) => void = () => {},
  ) {
    this.#folder = join(stateFolder, 'history');
  }

  /** What is remembered of a cluster; nothing when there is no file or it is damaged. */
  async read(cluster: string | { readonly name: string }): Promise<ClusterHistory> {
    const name = typeof cluster === 'string' ? cluster : cluster.name;
    const file = this.#file(name);
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.report(`The history of “${name}” cannot be read (${String(error)}); check ${file}.`);
      return emptyHistory(name);
    }
    try {
      return readHistory(text, name);
    } catch (error) {
      const aside = `${file}.broken-${randomUUID()}`;
      // Another process may have put it aside already.
      await rename(file, aside).catch(() => {});
      this.report(
        `The history of “${name}” was damaged (${String(error)}) and is begun anew; the old file is ${aside}.`,
      );
      return emptyHistory(name);
    }
  }

  /** Adds what a snapshot says, and who reached whom. A fact that the snapshot lacks keeps its old value. */
  remember(state: ClusterState, reached: Reached = {}): Promise<void> {
    return this.#change(state.cluster.name, (known) =>
      mergeHistories(known, historyOf(state, reached, known)),
    );
  }

  /** Keeps that a console said not-off while its node answered; `hash` is of the console's text. */
  rememberConsole(cluster: string, node: string, hash: string, at: number): Promise<void> {
    return this.#change(cluster, (known) =>
      mergeHistories(known, { ...emptyHistory(cluster), consoles: { [node]: { hash, notOffAt: at } } }),
    );
  }

  /** Keeps that a console said off while its node answered: it counts for nothing until it says not-off. */
  rememberContradiction(cluster: string, node: string, hash: string, at: number): Promise<void> {
    return this.#change(cluster, (known) =>
      mergeHistories(known, { ...emptyHistory(cluster), contradictions: { [node]: { hash, offAt: at } } }),
    );
  }

  #file(cluster: string): string {
    return join(this.#folder, `${encodeURIComponent(cluster)}.json`);
  }

  /** Writers of this process wait for each other; the failure of one is its own. */
  #change(cluster: string, change: (known: ClusterHistory) => ClusterHistory): Promise<void> {
    const file = this.#file(cluster);
    const work = (lastWrites.get(file) ?? Promise.resolve()).then(async () => {
      const history = bounded(change(await this.read(cluster)));
      await replaceStateFile(file, writeHistory(history));
    });
    const over = work
      .catch(() => {})
      .finally(() => {
        if (lastWrites.get(file) === over) lastWrites.delete(file);
      });
    lastWrites.set(file, over);
    return work;
  }
}
