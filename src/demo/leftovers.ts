import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Names say whose a folder is: the machine too, because containers may share a folder and have pids of their own. */
const prefix = `standby-open-demo-${hostname().replace(/[^A-Za-z0-9]+/g, '')}-`;

/** Makes a folder for a demo of this process, which nobody else can read. */
export function makeDemoFolder(folder: string = tmpdir(), pid: number = process.pid): Promise<string> {
  return mkdtemp(join(folder, `${prefix}${pid}-`));
}

/** Removes the folders of demos whose process is gone, and returns how many of others are left. */
export async function sweepLeftovers(
  folder: string = tmpdir(),
  isAlive: (pid: number) => boolean = isRunning,
): Promise<number> {
  let left = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (pid === undefined) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    // Somebody else on this machine may have made a link of that name, or have a demo.
    if (!found?.isDirectory() || found.uid !== (process.getuid?.() ?? found.uid)) continue;
    if (isAlive(Number(pid))) left += 1;
    else await rm(path, { recursive: true, force: true });
  }
  return left;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
