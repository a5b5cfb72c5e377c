import { stringify } from 'yaml';
import { readName } from '../cluster/name';
import type { ParsedFile } from '../cluster/parse';
import type { Edit } from '../cluster/finding';
import { applyEdits } from './apply-edits';

/** The name of the first cluster of a file, where it has one. */
export function clusterNameOf(file: ParsedFile): string | undefined {
  return file.documents[0]?.draft.name?.value;
}

/** What is wrong with a cluster's name, which is also its file's; undefined: nothing. */
export function nameProblem(name: string): string | undefined {
  const reading = readName(name);
  return 'problem' in reading ? reading.problem : undefined;
}

/** The same file with another name of its first cluster, in quotes where YAML would see something else in it. */
export function renamed(text: string, file: ParsedFile, name: string): string {
  const range = file.documents[0]?.draft.name?.range;
  const edits: readonly Edit[] = range ? [{ range, newText: stringify(name).trim() }] : [];
  return applyEdits(text, edits);
}

/** The file of a cluster of that name. */
export function fileNameOf(name: string): string {
  return `${name}.cluster.yaml`;
}
