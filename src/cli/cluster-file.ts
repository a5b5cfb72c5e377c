import { readFile } from 'node:fs/promises';
import type { Cluster } from '../cluster/cluster';
import type { Finding } from '../cluster/finding';
import { check } from '../rules/check';
import { systems } from '../systems/index';
import { UsageError } from './exit';
import { findingLine } from './finding-text';
import type { Output } from './output';

/** A cluster file that was read and holds no error of the group "The file". */
export interface OpenedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly clusters: readonly Cluster[];
  readonly findings: readonly Finding[];
}

const remedies: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file. Check the path.',
  EISDIR: 'It is a directory. Name the cluster file in it.',
  EACCES: 'You may not read it. Check its permissions.',
  ENOTDIR: 'A part of the path is a file, not a folder. Check the path.',
  EIO: 'The disk reported an error while it was read. Look into the system log.',
};

/** A cluster file is some kilobytes; this keeps a device or a disk image from filling the memory. */
const LARGEST_FILE = 16 * 1024 * 1024;

/** The bytes of a file. Throws `UsageError`. */
export async function readClusterFile(name: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(name);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new UsageError(
      `${name} cannot be opened (${code}). ${remedies[code] ?? (error as Error).message}`,
      {
        cause: error,
      },
    );
  }
  if (bytes.byteLength > LARGEST_FILE) {
    throw new UsageError(`${name} is larger than 16 MiB, which no cluster file is. Check the path.`);
  }
  return bytes;
}

/**
 * Reads the clusters that `status`, `plan` and `run` work on. Findings are printed to stderr and stop
 * nothing, except errors of the group "The file", which throw `UsageError`. `findingsLater` says that the
 * answer itself will hold them.
 */
export async function openClusterFile(
  name: string,
  output: Output,
  findingsLater = false,
): Promise<OpenedFile> {
  const bytes = await readClusterFile(name);
  const { documents, findings } = check(bytes, systems);
  const clusters = documents.flatMap(({ cluster, hasErrors }) => (cluster && !hasErrors ? [cluster] : []));
  const isBroken = documents.length === 0 || clusters.length < documents.length;
  if (isBroken || !findingsLater) for (const finding of findings) output.say(findingLine(name, finding));
  if (isBroken) {
    throw new UsageError(`${name} has errors, so nothing was connected. Correct the lines above first.`);
  }
  return { name, bytes, clusters, findings };
}

/** The one cluster that `plan` and `run` are about. Throws `UsageError`. */
export function chooseCluster({ name, clusters }: OpenedFile, wanted: string | undefined): Cluster {
  const names = clusters.map((cluster) => cluster.name).join(', ');
  if (wanted !== undefined) {
    const found = clusters.find((cluster) => cluster.name === wanted);
    if (!found) throw new UsageError(`${name} has no cluster '${wanted}'. It has ${names}.`);
    return found;
  }
  const [first, second] = clusters;
  if (!first || second)
    throw new UsageError(`${name} has several clusters. Choose one with --cluster: ${names}.`);
  return first;
}
