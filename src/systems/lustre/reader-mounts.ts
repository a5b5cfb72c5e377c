import type { Mount } from './observation';
import { unreadable, wholeLines } from './reader-text';
import type { LustreTarget } from './section';

/** /proc/mounts writes blanks as \040, findmnt -r as \x20 (fstab(5), findmnt(8)). */
function plain(text: string): string {
  return text
    .replace(/\\([0-3][0-7]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)))
    .replace(/\\x([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

/** A path as /proc/mounts writes it, to look for it there. */
export function escaped(path: string): string {
  return path.replace(
    /[ \t\n\\]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}

/** Reads lines of /proc/mounts: source, mount point, type, options and two numbers. Throws `UnreadableError`. */
export function readProcMounts(text: string): readonly Mount[] {
  return wholeLines(text)
    .filter((line) => line.trim() !== '')
    .map((line): Mount => {
      const [source = '', mountPoint, type, options, ...rest] = line.split(' ');
      if (mountPoint === undefined || type === undefined || options === undefined || rest.length < 2)
        throw unreadable('/proc/mounts', 'a source, a mount point, a type and options', line);
      return { source: plain(source), mountPoint: plain(mountPoint), type, options: options.split(',') };
    });
}

/** Reads `findmnt -rn -o SOURCE,TARGET`, with FSTYPE and OPTIONS behind them or not. Throws `UnreadableError`. */
export function readFindmnt(text: string): readonly Mount[] {
  return wholeLines(text)
    .filter((line) => line.trim() !== '')
    .map((line): Mount => {
      const [source = '', mountPoint, type, options] = line.split(' ');
      if (mountPoint === undefined) throw unreadable('findmnt', 'a source and a mount point', line);
      return {
        source: plain(source),
        mountPoint: plain(mountPoint),
        ...(type === undefined ? {} : { type }),
        ...(options === undefined ? {} : { options: options.split(',') }),
      };
    });
}

const bare = (path: string): string => (path.length > 1 ? path.replace(/\/+$/, '') || '/' : path);
const isLustre = ({ type }: Mount): boolean => type === 'lustre' || type === 'lustre_tgt';

/**
 * The mount of a target on a node, recognised by its device, else by Lustre on its mount point: the type alone says
 * nothing, for a helper may mount another one. `names` are other names of the device (a link's end, /dev/drbd0).
 */
export function mountOf(
  mounts: readonly Mount[],
  { device, mountPoint }: Pick<LustreTarget, 'device' | 'mountPoint'>,
  names: readonly string[] = [],
): Mount | undefined {
  const devices = [device, ...names].map(bare);
  return (
    mounts.find((mount) => devices.includes(bare(mount.source))) ??
    mounts.find((mount) => isLustre(mount) && bare(mount.mountPoint) === bare(mountPoint))
  );
}

/** The mount of the file system on a client: Lustre with a source `NIDS:/FILESYSTEM`. */
export function clientMountOf(mounts: readonly Mount[], filesystem: string): Mount | undefined {
  return mounts.find((mount) => isLustre(mount) && /:\/([^/]+)/.exec(mount.source)?.[1] === filesystem);
}
