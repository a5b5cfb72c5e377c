import { readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { ConfigProblem, readConfigLines, wordsOf, type ConfigLine } from './config-lines';
import { glob } from './glob';
import { expandHome } from './tokens';

/** An ssh_config file as read, with the files that each of its Include lines names. */
export interface ConfigFile {
  readonly file: string;
  readonly lines: readonly ConfigLine[];
  readonly included: ReadonlyMap<ConfigLine, readonly ConfigFile[]>;
}

/** How a file's relative Include is read, and whose rights it must have. */
interface Reading {
  readonly homeDir: string;
  /** The folder of relative names: the user's ~/.ssh, or /etc/ssh for the system's file (ssh_config(5), Include). */
  readonly folder: string;
  readonly checkRights: boolean;
}

/** readconf.c, READCONF_MAX_DEPTH */
const DEEPEST = 16;

/**
 * Reads the ssh_config files that apply, in their order: the one that was named (`ssh -F`), or the user's and the
 * system's. A missing file that nobody named is none. Rejects with ConfigProblem.
 */
export async function readConfigFiles(
  named: string | undefined,
  homeDir: string,
  systemFile: string,
): Promise<readonly ConfigFile[]> {
  const folder = path.join(homeDir, '.ssh');
  if (named !== undefined) return [await readOne(named, { homeDir, folder, checkRights: false }, 0)];
  const own = { homeDir, folder, checkRights: true };
  const system = { homeDir, folder: path.dirname(systemFile), checkRights: false };
  const files = await Promise.all([
    ifThere(readOne(path.join(folder, 'config'), own, 0)),
    ifThere(readOne(systemFile, system, 0)),
  ]);
  return files.filter((file) => file !== undefined);
}

async function readOne(file: string, reading: Reading, depth: number): Promise<ConfigFile> {
  if (depth > DEEPEST) throw new ConfigProblem({ file }, 'too many levels of Include; look for a circle');
  if (reading.checkRights) await assertRights(file);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigProblem(
      { file },
      `it cannot be read (${error.code ?? error.message}); check the path and its rights`,
      { cause: error },
    );
  });
  const lines = readConfigLines(text, file);
  const included = new Map<ConfigLine, readonly ConfigFile[]>();
  for (const line of lines) {
    if (line.keyword !== 'include') continue;
    const found: ConfigFile[] = [];
    for (const name of includedNames(line, reading)) {
      for (const one of await glob(name)) {
        const next = await ifThere(readOne(one, { ...reading, checkRights: true }, depth + 1));
        if (next) found.push(next);
      }
    }
    included.set(line, found);
  }
  return { file, lines, included };
}

function includedNames(line: ConfigLine, { homeDir, folder }: Reading): readonly string[] {
  const words = wordsOf(line);
  if (words.length === 0 || words.includes('')) throw new ConfigProblem(line, 'Include names no file');
  return words.map((word) => path.resolve(folder, expandHome(word, homeDir)));
}

/** Whoever may write to the file could choose the host and the key files: ssh refuses it too (readconf.c). */
async function assertRights(file: string): Promise<void> {
  const uid = process.getuid?.();
  if (uid === undefined) return;
  const found = await stat(file).catch(() => undefined);
  if (!found || ((found.uid === 0 || found.uid === uid) && (found.mode & 0o022) === 0)) return;
  throw new ConfigProblem(
    { file },
    'others own it or may write to it, and ssh does not use it then either; chmod go-w makes it yours alone',
  );
}

async function ifThere(reading: Promise<ConfigFile>): Promise<ConfigFile | undefined> {
  try {
    return await reading;
  } catch (error) {
    const { cause } = error as Error;
    if (error instanceof ConfigProblem && (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
      return undefined;
    throw error;
  }
}
