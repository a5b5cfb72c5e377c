import { resolve } from 'node:path';
import { checkFiles } from '../rules/files';
import { systems } from '../systems/index';
import { readClusterFile } from './cluster-file';
import { Exit, UsageError, worstExit, type ExitStatus } from './exit';
import { findingJson } from './finding-json';
import { findingLines } from './finding-text';
import type { Invocation } from './invocation';
import { toJson } from './json';
import { painter, type Output } from './output';
import { sarif } from './sarif';

type Arguments = Extract<Invocation, { command: 'validate' }>;

/** Checks cluster files without connecting to anything. A file that cannot be read hides no other's findings. */
export async function validate(
  { files, format }: Arguments,
  output: Output,
  version: string,
): Promise<ExitStatus> {
  const read: { name: string; text: Uint8Array }[] = [];
  const statuses: ExitStatus[] = [];
  for (const name of once(files)) {
    try {
      read.push({ name, text: await readClusterFile(name) });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      output.say(`standby: ${error.message}`);
      statuses.push(Exit.wrongQuestion);
    }
  }
  const checked = checkFiles(read, systems).map(({ name, checked: { findings } }) => ({ name, findings }));
  if (checked.some(({ findings }) => findings.some(({ severity }) => severity === 'error'))) {
    statuses.push(Exit.badNews);
  }
  switch (format) {
    case 'json':
      output.answer(
        `${toJson(
          checked.flatMap(({ name, findings }) => findings.map((finding) => findingJson(name, finding))),
          2,
        )}\n`,
      );
      break;
    case 'sarif':
      output.answer(`${toJson(sarif(checked, version), 2)}\n`);
      break;
    case 'pretty':
      if (read.length > 0) pretty(checked, output);
  }
  return worstExit(statuses);
}

/** A file that is given twice is read once, under the name that came first. */
function once(files: readonly string[]): Iterable<string> {
  const names = new Map<string, string>();
  for (const name of files) if (!names.has(resolve(name))) names.set(resolve(name), name);
  return names.values();
}

function pretty(checked: Parameters<typeof sarif>[0], output: Output): void {
  const all = checked.flatMap(({ findings }) => findings);
  const lines = checked.flatMap(({ name, findings }) =>
    findings.flatMap((finding) => findingLines(name, finding, output.colour)),
  );
  const count = (severity: string, one: string, many: string) => {
    const found = all.filter((finding) => finding.severity === severity).length;
    return found === 0 ? [] : [`${found} ${found === 1 ? one : many}`];
  };
  const files = checked.length === 1 ? '1 file' : `${checked.length} files`;
  const counts = [
    ...count('error', 'error', 'errors'),
    ...count('warning', 'warning', 'warnings'),
    ...count('information', 'note', 'notes'),
  ];
  const paint = painter(output.colour);
  lines.push(
    counts.length === 0 ? paint(`${files}: nothing to report`, 'green') : `${files}: ${counts.join(', ')}`,
  );
  output.answer(`${lines.join('\n')}\n`);
}
