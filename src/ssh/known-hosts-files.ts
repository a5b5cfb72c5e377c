import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { KnownHostsPlaces } from './config';
import {
  judge,
  knownHostLine,
  parseKnownHosts,
  parseRevokedKeys,
  withoutPort,
  type KnownHostLine,
} from './known-hosts';
import { KnownHostsIndex } from './known-hosts-index';
import { wayOut } from './way-out';

type Parse = (text: string, file: string) => readonly KnownHostLine[];

/** A thousand nodes that connect at once need not look at the same files a thousand times, in milliseconds. */
const LOOK_KEEPS_MS = 500;

/** Reads known_hosts files, again only when one has changed, and appends to them one after the other. */
export class KnownHostsFiles {
  private readonly read = new Map<string, { readonly stamp: string; readonly index: KnownHostsIndex }>();
  private readonly looks = new Map<
    string,
    { readonly at: number; readonly index: Promise<KnownHostsIndex> }
  >();
  private writing: Promise<unknown> = Promise.resolve();

  /**
   * The lines about a host, `host` or `[host]:port`, and about the host without its port; the user's files first.
   * A missing file has none; an unreadable one rejects, and so does a RevokedHostKeys file that is missing or in
   * binary form: without it no key can be trusted.
   */
  async about(places: KnownHostsPlaces, name: string): Promise<readonly KnownHostLine[]> {
    await this.writing;
    const indexes = await Promise.all([
      ...[...places.user, ...places.system].map((file) => this.indexOf(file, parseKnownHosts, false)),
      ...places.revoked.map((file) => this.indexOf(file, readRevoked, true)),
    ]);
    const names = new Set([name, withoutPort(name)]);
    return [...new Set(indexes.flatMap((index) => [...names].flatMap((one) => index.about(one))))];
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
    this.writing = added.catch(() => undefined).finally(() => this.looks.clear());
    return added;
  }

  private indexOf(file: string, parse: Parse, isNeeded: boolean): Promise<KnownHostsIndex> {
    const before = this.looks.get(file);
    if (before && performance.now() - before.at < LOOK_KEEPS_MS) return before.index;
    const index = this.look(file, parse, isNeeded);
    this.looks.set(file, { at: performance.now(), index });
    return index;
  }

  private async look(file: string, parse: Parse, isNeeded: boolean): Promise<KnownHostsIndex> {
    try {
      const found = await stat(file, { bigint: true });
      const stamp = `${found.ino} ${found.mtimeNs} ${found.size}`;
      const before = this.read.get(file);
      if (before?.stamp === stamp) return before.index;
      const index = new KnownHostsIndex(parse(await readFile(file, 'latin1'), file));
      this.read.set(file, { stamp, index });
      return index;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !isNeeded) return new KnownHostsIndex([]);
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
