import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Declaration } from './maintenance';
import type { MaintenanceStore } from './maintenance-store';

/** How soon a change is seen where the system tells of none, such as on a network file system, in milliseconds. */
const POLL_MS = 5_000;
/** A file is replaced in several steps, and each is told. */
const SETTLE_MS = 100;

/**
 * Calls `onChange` with what is declared for a cluster, at first and after somebody else declared or ended maintenance: another window,
 * or the command line. The returned function ends it.
 */
export function watchMaintenance(
  store: MaintenanceStore,
  cluster: string,
  onChange: (declared: ReadonlyMap<string, Declaration>) => void,
  pollMs = POLL_MS,
): () => void {
  const file = store.fileOf(cluster);
  let isOver = false;
  let watcher: FSWatcher | undefined;
  let soon: NodeJS.Timeout | undefined;
  let seen: string | undefined;
  let looking: Promise<void> | undefined;

  const look = async () => {
    const stamp = await stat(file, { bigint: true }).then(
      ({ ino, mtimeNs, size }) => `${ino} ${mtimeNs} ${size}`,
      () => '',
    );
    if (stamp === seen || isOver) return;
    seen = stamp;
    const declared = await store.read(cluster);
    if (!isOver) onChange(declared);
  };
  const lookOnce = () => void (looking ??= look().finally(() => (looking = undefined)));
  const listen = () => {
    if (watcher) return;
    try {
      watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
        if (name !== null && name !== basename(file)) return;
        clearTimeout(soon);
        soon = setTimeout(lookOnce, SETTLE_MS).unref();
      });
      watcher.on('error', () => {
        watcher?.close();
        watcher = undefined;
      });
    } catch {
      // The folder is made with the first declaration; until then, and where nothing can be watched, we look.
    }
  };
  const poll = setInterval(() => {
    listen();
    lookOnce();
  }, pollMs).unref();
  listen();
  lookOnce();
  return () => {
    isOver = true;
    clearInterval(poll);
    clearTimeout(soon);
    watcher?.close();
  };
}
