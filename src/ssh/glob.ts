import { readdir, stat } from 'node:fs/promises';
import * as path from 'node:path';

/** The files that an absolute path with `*`, `?` and `[…]` names, sorted (glob(3)); none when nothing is there. */
export async function glob(pattern: string): Promise<readonly string[]> {
  const { root } = path.parse(pattern);
  let found = [root];
  for (const part of pattern.slice(root.length).split(path.sep === '/' ? '/' : /[/\\]/)) {
    if (part === '') continue;
    if (!/[*?[]/.test(part)) {
      found = found.map((folder) => path.join(folder, part));
      continue;
    }
    const matches = segmentPattern(part);
    const next: string[] = [];
    for (const folder of found) {
      const names = await readdir(folder).catch(() => []);
      // A leading dot is matched only by a dot that is written.
      const visible = names.filter((name) => part.startsWith('.') || !name.startsWith('.'));
      next.push(
        ...visible
          .filter((name) => matches.test(name))
          .sort((a, b) => (a < b ? -1 : 1))
          .map((name) => path.join(folder, name)),
      );
    }
    found = next;
  }
  const there = await Promise.all(
    found.map((file) =>
      stat(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.filter((_, index) => there[index]);
}

function segmentPattern(part: string): RegExp {
  const source = part.replace(/\[(!?)([^\]/]+)\]|[*?]|[\\^$.|+()[\]{}]/g, (all, not: string, set: string) => {
    if (set) return `[${not ? '^' : ''}${set.replace(/[\\^\]]/g, '\\$&')}]`;
    if (all === '*') return '[^/]*';
    return all === '?' ? '[^/]' : `\\${all}`;
  });
  return new RegExp(`^${source}$`);
}
