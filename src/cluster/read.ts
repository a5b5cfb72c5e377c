import type { Range } from './place';

/** What the walker read: the values of the file that have the shape that their key asks for. */
export type ReadValue = ReadScalar | ReadList | ReadMap;

export interface ReadScalar {
  readonly kind: 'scalar';
  readonly value: string | number | bigint | boolean;
  readonly range: Range;
}

export interface ReadList {
  readonly kind: 'list';
  readonly items: readonly ReadValue[];
  readonly range: Range;
  /** Some item had the wrong shape and is not among the items. */
  readonly isBroken: boolean;
  /** The text could not be read to the end of this list, or breaks off before it. */
  readonly isCut: boolean;
}

export interface ReadMap {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, ReadEntry>;
  /** The first token, which stands for the whole where nothing narrower does. */
  readonly range: Range;
  /** Known keys that were probably meant by unknown ones. */
  readonly misspelt: ReadonlySet<string>;
  /** The text could not be read to the end of this map, or breaks off before it. */
  readonly isCut: boolean;
}

export interface ReadEntry {
  readonly key: Range;
  /** Absent: the value had the wrong shape, and that has been reported. */
  readonly value?: ReadValue;
}

/** The value of a key as a map. */
export function mapAt(map: ReadMap | undefined, key: string): ReadMap | undefined {
  const value = map?.entries.get(key)?.value;
  return value?.kind === 'map' ? value : undefined;
}

/** The value of a key as a list. */
export function listAt(map: ReadMap | undefined, key: string): ReadList | undefined {
  const value = map?.entries.get(key)?.value;
  return value?.kind === 'list' ? value : undefined;
}

/** The value of a key as a scalar of the wanted type. */
export function scalarAt<T extends 'string' | 'number' | 'bigint' | 'boolean'>(
  map: ReadMap | undefined,
  key: string,
  type: T,
): { value: Scalars[T]; range: Range } | undefined {
  const value = map?.entries.get(key)?.value;
  return value?.kind === 'scalar' && typeof value.value === type
    ? { value: value.value as Scalars[T], range: value.range }
    : undefined;
}

interface Scalars {
  string: string;
  number: number;
  bigint: bigint;
  boolean: boolean;
}
