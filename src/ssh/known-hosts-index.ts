import { matchesHost, type KnownHostLine } from './known-hosts';

/** Names remembered; a cluster has fewer, and each costs a few lines. */
const MOST_NAMES = 4_096;

/**
 * The lines of one known_hosts file by the names they are about: a large cluster asks a large file for each node,
 * and a hashed line costs a hash each time.
 */
export class KnownHostsIndex {
  private readonly plain = new Map<string, KnownHostLine[]>();
  /** Lines with patterns or a hash, which have to be tried. */
  private readonly others: KnownHostLine[] = [];
  private readonly asked = new Map<string, readonly KnownHostLine[]>();

  constructor(lines: readonly KnownHostLine[]) {
    for (const line of lines) {
      if (/[|*?!]/.test(line.hosts)) {
        this.others.push(line);
        continue;
      }
      for (const name of new Set(line.hosts.toLowerCase().split(','))) {
        const same = this.plain.get(name);
        if (same) same.push(line);
        else this.plain.set(name, [line]);
      }
    }
  }

  /** The lines about a name, in the order of the file. */
  about(name: string): readonly KnownHostLine[] {
    const before = this.asked.get(name);
    if (before) return before;
    const found = [
      ...(this.plain.get(name) ?? []),
      ...this.others.filter((line) => matchesHost(line, name)),
    ].sort((a, b) => a.line - b.line);
    if (this.asked.size >= MOST_NAMES) this.asked.clear();
    this.asked.set(name, found);
    return found;
  }
}
