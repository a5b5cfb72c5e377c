import type { Finding } from '../cluster/finding';
import type { Range } from '../cluster/place';
import type { ParsedDocument } from '../cluster/parse';
import { sortFindings } from '../cluster/sort';
import { check, type Checked, type CheckedSystem } from './check';
import { finding } from './finding';

/** A file of one call with its findings. */
export interface CheckedFile {
  readonly name: string;
  readonly checked: Checked;
}

/**
 * Checks several files together: besides what `check` finds, no two may describe clusters of one name.
 * A name that is given twice is read once.
 */
export function checkFiles(
  files: readonly { readonly name: string; readonly text: Uint8Array }[],
  systems: readonly CheckedSystem[],
): readonly CheckedFile[] {
  const once = [...new Map(files.map((file) => [file.name, file])).values()];
  return acrossFiles(once.map(({ name, text }) => ({ name, checked: check(text, systems) })));
}

/** Adds what only several checked files together show; a file without such a finding stays the same object. */
export function acrossFiles(files: readonly CheckedFile[]): readonly CheckedFile[] {
  const seen = new Map<string, { file: string; range: Range }>();
  return files.map((one) => {
    const { name: file, checked } = one;
    const extra: Finding[] = [];
    const documents = checked.documents.map((document) => {
      const name = document.draft.name;
      if (!name) return document;
      const first = seen.get(name.value);
      if (!first) seen.set(name.value, { file, range: name.range });
      if (!first || first.file === file) return document;
      extra.push(
        finding(
          'duplicate-name',
          'error',
          name.range,
          `There is another cluster '${name.value}' in ${first.file}, line ${first.range.start.line + 1}. Rename one.`,
          {
            related: [
              { file: first.file, range: first.range, message: `The first cluster '${name.value}'.` },
            ],
          },
        ),
      );
      return withError(document);
    });
    if (extra.length === 0) return one;
    return { name: file, checked: { documents, findings: sortFindings([...checked.findings, ...extra]) } };
  });
}

function withError({ cluster: _cluster, ...document }: ParsedDocument): ParsedDocument {
  return { ...document, hasErrors: true };
}
