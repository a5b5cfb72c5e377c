import type { Finding } from '../../../src/cluster/finding';
import { parse } from '../../../src/cluster/parse';
import type { Range } from '../../../src/cluster/place';
import { lustreSpec } from '../../../src/systems/lustre/spec';
import { moosefsSpec } from '../../../src/systems/moosefs/spec';
import { vstorageSpec } from '../../../src/systems/vstorage/spec';

export const specs = [moosefsSpec, lustreSpec, vstorageSpec];

/** `line:column-line:column` from 1, end exclusive, as the command line prints places. */
export function place({ start, end }: Range): string {
  return `${start.line + 1}:${start.character + 1}-${end.line + 1}:${end.character + 1}`;
}

/** Findings as `place severity code`. */
export function brief(findings: readonly Finding[]): string[] {
  return findings.map((one) => `${place(one.range)} ${one.severity} ${one.code}`);
}

/** What `parse` finds in a text, as `place severity code`. */
export function found(text: string | Uint8Array): string[] {
  return brief(parse(text, specs).findings);
}

/** The text after the first fix of the only finding with the code. */
export function fixed(text: string, code: string): string {
  const [finding, ...more] = parse(text, specs).findings.filter((one) => one.code === code);
  if (!finding || more.length > 0) throw new Error(`one ${code} expected, besides it ${more.length}`);
  return applyFix(text, finding);
}

export function applyFix(text: string, finding: Finding): string {
  const [edit] = finding.fixes[0]?.edits ?? [];
  if (!edit) throw new Error(`${finding.code} has no fix`);
  const starts = text
    .split('\n')
    .map((_, line, all) => all.slice(0, line).join('\n').length + (line ? 1 : 0));
  const offset = ({ line, character }: { line: number; character: number }) =>
    (starts[line] ?? 0) + character;
  return text.slice(0, offset(edit.range.start)) + edit.newText + text.slice(offset(edit.range.end));
}

/** A vstorage file without findings of the group "The file"; extra lines go to the places named. */
export function vstorage({
  top = '',
  redundancy = 'encoding: 1+1',
  node = '',
  disk = '',
  more = '',
} = {}): string {
  return `cluster: media
system: vstorage
${top}redundancy: { ${redundancy} }
nodes:
  - name: cs1
    address: 10.0.0.11
    roles: [mds, cs]
${node}    disks:
      - { path: /dev/sdb, capacity: 10TB${disk} }
${more}`;
}

/** A MooseFS file without findings; `section` goes under `moosefs:`. */
export function moosefs({ redundancy = 'replicas: 2', section = '' } = {}): string {
  return `cluster: files
system: moosefs
redundancy: { ${redundancy} }
nodes:
  - { name: m1, address: 10.0.0.1, roles: [master] }
${section ? `moosefs:\n${section}` : ''}`;
}

/** A Lustre file without findings of the group "The file"; keys of the only target can be replaced. */
export function lustre({ section = '', target = '', top = '' } = {}): string {
  return `cluster: scratch
system: lustre
${top}nodes:
  - { name: oss1, address: 10.0.1.3, roles: [oss] }
  - { name: oss2, address: 10.0.1.4, roles: [oss] }
  - { name: mds1, address: 10.0.1.1, roles: [mgs, mds] }
lustre:
  filesystem: scratch
  mgsNids: [10.0.1.1@tcp]
${section}  targets:
    - name: OST0000
      device: /dev/drbd0
      mountPoint: /mnt/ost0
      primary: oss1
${target}`;
}
