import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { KnownHostsPlaces } from './config';
import { judge, knownHostLine, parseKnownHosts, parseRevokedKeys, type KnownHostLine } from './known-hosts';
import { wayOut } from './way-out';

/** Reads known_hosts files, again only when one has changed, and appends to them one after the other. */
export class KnownHostsFiles {
  private readonly read = new Map<
    string,
    { readonly stamp: string; readonly lines: readonly KnownHostLine[] }
  >();
  private writing: Promise<unknown> = Promise.resolve();

  /**
   * All lines of a host's files, the user's first. A missing file has none; an unreadable one rejects, and so does
   * a RevokedHostKeys file that is missing or in binary form: without it no key can be trusted.
   */
  async lines(places: KnownHostsPlaces): Promise<readonly KnownHostLine[]> {
    await this.writing;
    const all = await Promise.all([
      ...[...places.user, ...places.system].map((file) => this.linesOf(file, parseKnownHosts, false)),
      ...places.revoked.map((file) => this.linesOf(file, readRevoked, true)),
    ]);
    return all.flat();
  }

  /** Stores a new key in the first of the user's files, which is made, readable for its owner alone. */
  add(places: KnownHostsPlaces, name: string, key: Buffer): Promise<void> {
    const [file] = places.user;
    if (file === undefined) return Promise.resolve();
    const added = this.writing.then(async () => {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      const before = await readFile(file, 'latin1').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '';
        throw error;
      });
      // Another window, or ssh itself, may have stored it while the question was open.
      if (judge(parseKnownHosts(before, file), name, key).kind === 'known') return;
      const separator = before === '' || before.endsWith('\n') ? '' : '\n';
      // One write at the end of the file, so that a line of somebody else's is never cut in two.
      await appendFile(file, `${separator}${knownHostLine(name, key, places.hashNew)}\n`, { mode: 0o600 });
    });
    this.writing = added.catch(() => undefined);
    return added;
  }

  private async linesOf(
    file: string,
    parse: (text: string, file: string) => readonly KnownHostLine[],
    isNeeded: boolean,
  ): Promise<readonly KnownHostLine[]> {
    try {
      const found = await stat(file, { bigint: true });
      const stamp = `${found.ino} ${found.mtimeNs} ${found.size}`;
      const before = this.read.get(file);
      if (before?.stamp === stamp) return before.lines;
      const lines = parse(await readFile(file, 'latin1'), file);
      this.read.set(file, { stamp, lines });
      return lines;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !isNeeded) return [];
      throw error;
    }
  }
}

/** ssh also takes revocation lists of ssh-keygen -k (PROTOCOL.krl), which are binary. */
function readRevoked(text: string, file: string): readonly KnownHostLine[] {
  if (text.startsWith('SSHKRL')) {
    throw new Error(
      `${file} is a binary revocation list, which Standby's own SSH cannot read; keys one a line can be read. ${wayOut}`,
    );
  }
  return parseRevokedKeys(text, file);
}
