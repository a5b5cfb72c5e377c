import type { ClusterDraft } from '../../../cluster/draft';
import { once } from '../../../cluster/once';
import type { Located, Range } from '../../../cluster/place';
import { listAt, scalarAt, type ReadMap } from '../../../cluster/read';

/** One target as far as it could be read; values with their places. */
export interface TargetDraft {
  /** The `name` value, else the item's first token. */
  readonly range: Range;
  readonly name?: string;
  readonly device?: Located<string>;
  readonly drbd?: Located<string>;
  readonly mountPoint?: Located<string>;
  readonly primary?: Located<string>;
  readonly secondary?: Located<string>;
  /** Nothing that could mean a secondary is written. */
  readonly hasNoSecondary: boolean;
  /** The NIDs, each once; absent when they are written wrongly. */
  readonly serviceNodes?: readonly string[];
}

/** The targets of the section, in the order of the file. */
export const targets: (draft: ClusterDraft) => readonly TargetDraft[] = once(({ section }) =>
  (listAt(section, 'targets')?.items ?? []).flatMap((item) => (item.kind === 'map' ? [target(item)] : [])),
);

/** Whether every target of the file is in `targets`. */
export function hasAllTargets(draft: ClusterDraft): boolean {
  const list = listAt(draft.section, 'targets');
  return list !== undefined && !list.isBroken && !list.isCut;
}

function target(map: ReadMap): TargetDraft {
  const name = scalarAt(map, 'name', 'string');
  const nids = listAt(map, 'serviceNodes');
  const isWritten = (key: string): boolean => map.entries.has(key) || map.misspelt.has(key) || map.isCut;
  const serviceNodes = isWritten('serviceNodes') ? nids && !nids.isBroken && !nids.isCut && texts(nids) : [];
  return {
    range: name?.range ?? map.range,
    hasNoSecondary: !isWritten('secondary'),
    ...(name ? { name: name.value } : {}),
    ...located(map, 'device'),
    ...located(map, 'drbd'),
    ...located(map, 'mountPoint'),
    ...located(map, 'primary'),
    ...located(map, 'secondary'),
    ...(serviceNodes ? { serviceNodes } : {}),
  };
}

function located<K extends string>(map: ReadMap, key: K): { [_ in K]?: Located<string> } {
  const found = scalarAt(map, key, 'string');
  return (found ? { [key]: found } : {}) as { [_ in K]?: Located<string> };
}

/** The scalars of a list, each once. */
export function texts(list: NonNullable<ReturnType<typeof listAt>>): readonly string[] {
  return [...new Set(list.items.flatMap((item) => (item.kind === 'scalar' ? [String(item.value)] : [])))];
}

/** The nodes that serve a target, as they are written. */
export function servers({ primary, secondary }: TargetDraft): readonly Located<string>[] {
  return [primary, secondary].filter((one) => one !== undefined);
}

/** The kind of a target by its name. */
export function kindOf({ name }: TargetDraft): 'MGT' | 'MDT' | 'OST' | undefined {
  const kind = name?.slice(0, 3);
  return kind === 'MGT' || kind === 'MDT' || kind === 'OST' ? kind : undefined;
}
