import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes a folder that only its owner may enter; one that exists keeps its rights. */
export async function privateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

/** Replaces a file as a whole (another process never sees half of it), readable by its owner only. */
export async function writePrivately(folder: string, name: string, text: string): Promise<void> {
  await privateFolder(folder);
  const fresh = join(folder, `.${name}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(fresh, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, join(folder, name));
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
