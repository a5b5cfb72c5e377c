import { count, unreadable } from './reader-text';

/** What the header of a metadata image says. */
export interface ImageHeader {
  readonly version: number;
  /** Sixteen hexadecimal digits. Split histories share it: it does not tell them apart. */
  readonly fileid: string;
}

/** A file of the data path that starts with `metadata`. */
export interface ImageFile {
  readonly name: string;
  readonly size: number;
  /** Epoch seconds. */
  readonly mtime: number;
  /** Absent for an empty image (`MFSM NEW`) and for files that are no image. */
  readonly header?: ImageHeader;
}

/** A changelog file with the ids on its first and last line. */
export interface ChangelogFile {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  /** Epoch seconds. */
  readonly mtime: number;
  /** The time stamp in its last line, epoch seconds by the master that wrote it; absent when not asked for. */
  readonly lastAt?: number;
}

/**
 * Reads `mfsmetadump FILE | head -2`. undefined: an empty image or another kind of file.
 * Throws `UnreadableError` when mfsmetadump did not print a header at all.
 */
export function readImageHeader(text: string): ImageHeader | undefined {
  const found = /^# version: (\d+) ; fileid: 0x([0-9A-Fa-f]{16})\s*$/m.exec(text);
  if (found)
    return { version: count('mfsmetadump', 'the version', found[1]), fileid: (found[2] ?? '').toUpperCase() };
  if (!/^# header: /m.test(text)) throw unreadable('mfsmetadump', 'a line “# header: …”', text);
  return undefined;
}

/**
 * What mfsmetadump prints on stdout for a file shorter than a header, such as an interrupted download or save, and
 * for one that went away meanwhile (MooseFS 3.0.117). One such file says nothing against the others.
 */
const noImage = /^\s*(?:can't (?:read metadata header|open metadata file)\s*)?$/;

/** Reads blocks of `== NAME size=N mtime=N` followed by two lines of mfsmetadump. No block: no images. */
export function readImages(text: string): readonly ImageFile[] {
  const blocks = text.split(/^== /m);
  const before = blocks.shift() ?? '';
  if (before.trim() !== '') throw unreadable('metadata images', 'lines “== NAME size=N mtime=N”', before);
  return blocks.map((block) => {
    const [title = ''] = block.split('\n', 1);
    const found = /^(\S+) size=(\d+) mtime=(\d+)\s*$/.exec(title);
    if (!found) throw unreadable('metadata images', '“== NAME size=N mtime=N”', title);
    const dump = block.slice(title.length);
    const header = noImage.test(dump) ? undefined : readImageHeader(dump);
    return {
      name: found[1] ?? '',
      size: count('metadata images', 'size', found[2]),
      mtime: count('metadata images', 'mtime', found[3]),
      ...(header ? { header } : {}),
    };
  });
}

/** Reads lines `NAME first=N last=N mtime=N [at=N]`, and the node's own time from `now=N` (epoch seconds). */
export function readChangelogs(text: string): {
  readonly files: readonly ChangelogFile[];
  readonly now: number;
} {
  const from = 'changelog ranges';
  const now = /^now=(\d+)\s*$/m.exec(text)?.[1];
  if (now === undefined) throw unreadable(from, 'a last line “now=SECONDS”', text);
  const files = text.split(/\r?\n/).flatMap((line): ChangelogFile[] => {
    if (!line.startsWith('changelog')) return [];
    const found = /^(changelog\S*) first=(\d+) last=(\d+) mtime=(\d+)(?: at=(\d+))?$/.exec(line);
    if (!found) throw unreadable(from, '“NAME first=N last=N mtime=N”', line);
    const [, name = '', first, last, mtime, at] = found;
    return [
      {
        name,
        first: count(from, 'first', first),
        last: count(from, 'last', last),
        mtime: count(from, 'mtime', mtime),
        ...(at === undefined ? {} : { lastAt: count(from, 'at', at) }),
      },
    ];
  });
  return { files, now: count(from, 'now', now) };
}
