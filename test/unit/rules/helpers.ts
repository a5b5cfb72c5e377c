import type { Finding } from '../../../src/cluster/finding';
import { check, type CheckedSystem } from '../../../src/rules/check';
import type { Observed } from '../../../src/rules/observed';
import { lustreSystem } from '../../../src/systems/lustre/system';
import { moosefsSpec } from '../../../src/systems/moosefs/spec';
import { vstorageSystem } from '../../../src/systems/vstorage/system';
import { brief } from '../cluster/helpers';

export const systems: readonly CheckedSystem[] = [
  { spec: moosefsSpec, rules: [] },
  lustreSystem,
  vstorageSystem,
];

/** All findings about a text; fails when one belongs to the group "The file" and was not expected. */
export function findings(text: string, observed?: Observed): readonly Finding[] {
  return check(text, systems, () => observed).findings;
}

/** Findings of the codes as `place severity code`. */
export function only(text: string, codes: readonly string[], observed?: Observed): string[] {
  return brief(findings(text, observed).filter(({ code }) => codes.includes(code)));
}

/** The codes found, without `mds-quorum`, in their order. */
export function codes(text: string, observed?: Observed): string[] {
  return findings(text, observed)
    .map(({ code }) => code)
    .filter((code) => code !== 'mds-quorum');
}

export interface NodeSketch {
  readonly disks?: readonly string[];
  readonly extra?: string;
  readonly roles?: string;
}

/** A vstorage file; node i is on line 4 + i, its name in column 13. */
export function file(nodes: readonly NodeSketch[], redundancy = 'encoding: 1+1', top = ''): string {
  const lines = nodes.map(({ disks, extra = '', roles = 'cs' }, index) => {
    const list = disks ? `, disks: [${disks.map((disk, d) => `{ path: /d${d}, ${disk} }`).join(', ')}]` : '';
    return `  - { name: n${index + 1}, address: h${index + 1}, roles: [${roles}]${extra}${list} }\n`;
  });
  return `cluster: media\nsystem: vstorage\nredundancy: { ${redundancy} }\nnodes:\n${lines.join('')}${top}`;
}

export const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

export function observed(
  disks: Readonly<Record<string, Readonly<Record<string, { capacity?: bigint; used?: bigint }>>>>,
  primary: Observed['primary'] = [],
  more: Partial<Observed> = {},
): Observed {
  return {
    disks: new Map(Object.entries(disks).map(([node, list]) => [node, new Map(Object.entries(list))])),
    primary,
    facts: new Map(),
    ...more,
  };
}

export const TB = 10n ** 12n;
