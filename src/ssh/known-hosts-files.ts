import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { KnownHostsPlaces } from './config';
import { knownHostLine, parseKnownHosts, type KnownHostLine } from './known-hosts';

/** Reads known_hosts files, again only when one has changed, and appends to them one after the other. */
export class KnownHostsFiles {
  private readonly read = new Map<
    string,
    { readonly stamp: string; readonly lines: readonly KnownHostLine[] }
  >();
  private writing: Promise<unknown> = Promise.resolve();

  /** All lines of a host's files, the user's first. A missing file has none; an unreadable one rejects. */
  async lines(places: KnownHostsPlaces): Promise<readonly KnownHostLine[]> {
    await this.writing;
    const all = await Promise.all([...places.user, ...places.system].map((file) => this.linesOf(file)));
    return all.flat();
  }

  /** Stores a new key in the first of the user's files, which is made, readable for its owner alone. */
  add(places: KnownHostsPlaces, name: string, key: Buffer): Promise<void> {
    const [file] = places.user;
    if (file === undefined) return Promise.resolve();
    const added = this.writing.then(async () => {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      const before = await readFile(file, 'latin1').catch(() => '');
      const separator = before === '' || before.endsWith('\n') ? '' : '\n';
      await appendFile(file, `${separator}${knownHostLine(name, key, places.hashNew)}\n`, { mode: 0o600 });
    });
    this.writing = added.catch(() => undefined);
    return added;
  }

  private async linesOf(file: string): Promise<readonly KnownHostLine[]> {
    try {
      const found = await stat(file, { bigint: true });
      const stamp = `${found.ino} ${found.mtimeNs} ${found.size}`;
      const before = this.read.get(file);
      if (before?.stamp === stamp) return before.lines;
      const lines = parseKnownHosts(await readFile(file, 'utf8'), file);
      this.read.set(file, { stamp, lines });
      return lines;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }
}
