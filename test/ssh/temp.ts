import { mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** A folder of a test's own, removed with `dispose`. */
export function tempFolder(): { readonly dir: string; dispose(): void } {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'standby-ssh-'));
  return { dir, dispose: () => rmSync(dir, { recursive: true, force: true }) };
}
