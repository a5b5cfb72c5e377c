import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSpent, type Declaration } from './maintenance';
import { replaceStateFile } from './state-file';

/**
 * Maintenance that a person declared or ended by hand: one JSON file a cluster in the user's state folder,
 * so that it outlives a reload and the command line knows of it, too.
 */
export class MaintenanceStore {
  readonly #folder: string;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    stateFolder: string,
    /** Told, in a sentence for people, when a file could not be read. */
    private readonly report: (problem: string) => void = () => {},
  ) {
    this.#folder = join(stateFolder, 'maintenance');
  }

  /** What was declared, by node. A file that is damaged counts as empty, and is reported. */
  async read(cluster: string): Promise<ReadonlyMap<string, Declaration>> {
    const file = this.fileOf(cluster);
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.report(`The maintenance of “${cluster}” cannot be read (${String(error)}); check ${file}.`);
      return new Map();
    }
    try {
      return parsed(text);
    } catch (error) {
      this.report(
        `The maintenance of “${cluster}” is damaged (${String(error)}) and counts for nothing; declare it again.`,
      );
      return new Map();
    }
  }

  /** Keeps a declaration, and forgets those whose time is over at `now` (epoch milliseconds). */
  declare(cluster: string, node: string, declaration: Declaration, now: number): Promise<void> {
    const work = this.#last.then(async () => {
      const known = new Map([...(await this.read(cluster))].filter(([, each]) => !isSpent(each, now)));
      known.set(node, declaration);
      const text = `${JSON.stringify({ cluster, nodes: Object.fromEntries(known) }, undefined, 2)}\n`;
      await replaceStateFile(this.fileOf(cluster), text);
    });
    this.#last = work.catch(() => {});
    return work;
  }

  /** The file of a cluster, there or not. */
  fileOf(cluster: string): string {
    return join(this.#folder, `${encodeURIComponent(cluster)}.json`);
  }
}

function parsed(text: string): ReadonlyMap<string, Declaration> {
  const json: unknown = JSON.parse(text);
  if (!isMap(json) || !isMap(json['nodes'])) throw new SyntaxError('no list of nodes');
  return new Map(
    Object.entries(json['nodes']).flatMap(([node, value]) => {
      const declaration = declarationOf(value);
      return declaration === undefined ? [] : [[node, declaration] as const];
    }),
  );
}

function declarationOf(value: unknown): Declaration | undefined {
  if (!isMap(value) || !isTime(value['at'])) return undefined;
  const { on, at, until, of } = value;
  if (on === true && (until === undefined || isTime(until)))
    return { on, at, ...(until !== undefined && { until }) };
  if (on === false && typeof of === 'string') return { on, at, of };
  return undefined;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
