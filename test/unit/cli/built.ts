import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { output, runProgram, type Ended } from '../../bed/programs';

const root = resolve(import.meta.dirname, '../../..');
/** The built command line; `STANDBY_CLI` names another build. */
export const cli = process.env['STANDBY_CLI'] ?? join(root, 'dist/cli.js');

let building: Promise<unknown> | undefined;

/** Builds dist/cli.js once, when it is missing or older than a source. */
export async function build(): Promise<void> {
  if (process.env['STANDBY_CLI']) return;
  const src = join(root, 'src');
  const newest = Math.max(
    ...readdirSync(src, { recursive: true, encoding: 'utf8' }).map(
      (name) => statSync(join(src, name)).mtimeMs,
    ),
  );
  if (existsSync(cli) && statSync(cli).mtimeMs >= newest) return;
  await (building ??= output(process.execPath, [join(root, 'scripts/build.mjs')], {
    timeoutMs: 60_000,
    cwd: root,
  }));
}

/** A folder of a test's own, in which the command line runs and keeps its state. */
export class Desk {
  private constructor(readonly dir: string) {}

  static async make(): Promise<Desk> {
    await build();
    return new Desk(await mkdtemp(join(tmpdir(), 'standby-cli-')));
  }

  clear(): Promise<void> {
    return rm(this.dir, { recursive: true, force: true });
  }

  get env(): NodeJS.ProcessEnv {
    return { PATH: process.env['PATH'], HOME: this.dir, XDG_STATE_HOME: join(this.dir, 'state') };
  }

  write(name: string, text: string | Uint8Array): Promise<void> {
    return writeFile(join(this.dir, name), text);
  }

  /** Runs the command line in the folder, without a terminal. */
  run(...args: readonly string[]): Promise<Ended> {
    return this.node([], args);
  }

  /** The same with options of Node before the script. */
  node(options: readonly string[], args: readonly string[]): Promise<Ended> {
    return runProgram(process.execPath, [...options, cli, ...args], {
      timeoutMs: 60_000,
      env: this.env,
      cwd: this.dir,
    });
  }
}

/** A cluster file with nothing to say about it but that one node may be gone for good. */
export const goodFile = `cluster: media
system: moosefs
redundancy: { replicas: 2 }
nodes:
  - { name: m1, address: 10.0.0.1, roles: [master] }
  - { name: m2, address: 10.0.0.2, roles: [master] }
  - { name: m3, address: 10.0.0.3, roles: [master] }
  - { name: cs1, address: 10.0.0.11, roles: [chunkserver], disks: [{ path: /d, capacity: 1TB, used: 100GB }] }
  - { name: cs2, address: 10.0.0.12, roles: [chunkserver], disks: [{ path: /d, capacity: 1TB, used: 100GB }] }
  - { name: cs3, address: 10.0.0.13, roles: [chunkserver], disks: [{ path: /d, capacity: 1TB, used: 100GB }] }
`;
