import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivately } from './private-file';

/** The last write of each file: approvals for several nodes are given at once, and each reads the file before it writes. */
const lastWrites = new Map<string, Promise<void>>();

type Approved = Record<string, Record<string, string>>;

/**
 * Which console commands this user approved: a hash by cluster and node, in `approvals.json` of the state
 * folder, for the user's eyes only (safety 19). A cloned repository cannot bring one along.
 */
export class Approvals {
  private readonly file: string;

  constructor(private readonly stateFolder: string) {
    this.file = join(stateFolder, 'approvals.json');
  }

  /** Rejects when the file exists and cannot be read: an approval is never guessed. */
  async state(cluster: string, node: string, hash: string): Promise<'approved' | 'never' | 'changed'> {
    const approved = valueOf(valueOf(await this.read(), cluster), node);
    if (approved === undefined) return 'never';
    return approved === hash ? 'approved' : 'changed';
  }

  approve(cluster: string, node: string, hash: string): Promise<void> {
    const work = (lastWrites.get(this.file) ?? Promise.resolve()).then(() => this.write(cluster, node, hash));
    // One that failed must not stop the next.
    lastWrites.set(
      this.file,
      work.catch(() => undefined),
    );
    return work;
  }

  private async write(cluster: string, node: string, hash: string): Promise<void> {
    const all = await this.read();
    const next: Approved = { ...all, [cluster]: { ...(valueOf(all, cluster) ?? {}), [node]: hash } };
    await writePrivately(this.stateFolder, 'approvals.json', `${JSON.stringify(next, null, 2)}\n`);
  }

  private async read(): Promise<Approved> {
    let text: string;
    try {
      text = await readFile(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw new Error(`The approvals in ${this.file} cannot be read: ${(error as Error).message}`, {
        cause: error,
      });
    }
    const value = parsed(text);
    if (value === undefined) {
      throw new Error(
        `The approvals in ${this.file} are damaged. Delete the file and approve the consoles again.`,
      );
    }
    return value;
  }
}

/** Own keys only: `constructor` is a valid name of a node. */
function valueOf<T>(map: Record<string, T> | undefined, key: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}

function parsed(text: string): Approved | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isMap = (candidate: unknown): candidate is Record<string, unknown> =>
      typeof candidate === 'object' && candidate !== null && !Array.isArray(candidate);
    if (!isMap(value)) return undefined;
    const fits = Object.values(value).every(
      (nodes) => isMap(nodes) && Object.values(nodes).every((hash) => typeof hash === 'string'),
    );
    return fits ? (value as Approved) : undefined;
  } catch {
    return undefined;
  }
}
