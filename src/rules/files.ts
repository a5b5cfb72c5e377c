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
  const seen = new Map<string, { file: string; range: Range }>();
  return once.map(({ name: file, text }) => {
    const checked = check(text, systems);
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
    const findings = extra.length > 0 ? sortFindings([...checked.findings, ...extra]) : checked.findings;
    return { name: file, checked: { documents, findings } };
  });
}

function withError({ cluster: _cluster, ...document }: ParsedDocument): ParsedDocument {
  return { ...document, hasErrors: true };
}
