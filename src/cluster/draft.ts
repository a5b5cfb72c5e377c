import { nodesThat, type Placeless } from './chunks';
import type { Become } from './cluster';
import type { Located, Range } from './place';
import type { ReadEntry, ReadMap } from './read';
import type { SystemSpec } from './spec';

/**
 * What could be read of one document: values with their places, everything optional. A value that is
 * absent was not written or had the wrong shape. The rules work on this.
 */
export interface ClusterDraft {
  /** Absent when `system` is absent or wrong; then only the rules of the file run. */
  readonly spec?: SystemSpec;
  readonly name?: Located<string>;
  readonly isProtected?: Located<boolean>;
  readonly readOnly?: Located<boolean>;
  readonly ssh: SshDraft;
  readonly heartbeat: HeartbeatDraft;
  readonly redundancy?: RedundancyDraft;
  readonly nodes: readonly NodeDraft[];
  /** The key `nodes`. */
  readonly nodesKey?: Range;
  /** Every node of the file is in `nodes`: counting them makes sense. */
  readonly canCount: boolean;
  /** The system's own section. */
  readonly section?: ReadMap;
  readonly sectionKey?: Range;
  /** What the simulated clusters say of themselves under `x-demo`; nobody else needs to know that key. */
  readonly demo?: { readonly timeFactor: number };
}

export interface SshDraft {
  readonly user?: Located<string>;
  readonly port?: Located<number>;
  readonly identityFile?: Located<string>;
  readonly proxyJump?: Located<string>;
  readonly become?: Located<Become>;
}

/** Milliseconds. */
export interface HeartbeatDraft {
  readonly interval?: Located<number>;
  readonly inactiveAfter?: Located<number>;
  readonly offlineAfter?: Located<number>;
  readonly maintenanceOfflineAfter?: Located<number>;
  readonly witnesses?: Located<number>;
  /** Keys that are written wrongly or misspelt, so that no rule may assume their default. */
  readonly broken?: ReadonlySet<string>;
}

export type FailureDomain = 'disk' | 'host' | 'rack' | 'row' | 'room';

export interface RedundancyDraft {
  readonly key: Range;
  readonly encoding?: Located<{ readonly data: number; readonly parity: number }>;
  readonly replicas?: Located<number>;
  readonly minReplicas?: Located<number>;
  /** Absent when written wrongly; `host` with the place of the key `redundancy` when not written. */
  readonly failureDomain?: Located<FailureDomain>;
  /** Hundredths of a percent. */
  readonly fillMargin?: Located<bigint>;
  /** The margin was written wrongly, so that no rule may assume one. */
  readonly isFillMarginBroken: boolean;
  /** n and tolerance, at the value of `encoding` or `replicas`; absent when either has a bad value. */
  readonly pieces?: Located<{ readonly pieces: number; readonly tolerance: number }>;
}

export interface NodeDraft {
  /** The `name` value, else the item's first token. */
  readonly range: Range;
  readonly name?: Located<string>;
  readonly address?: Located<string>;
  readonly roles: readonly Located<string>[];
  /** Every role that is written is in `roles`. */
  readonly hasAllRoles: boolean;
  readonly ssh: SshDraft;
  readonly disks: readonly DiskDraft[];
  /** Every disk that is written is in `disks`, with a path and a capacity. */
  readonly hasAllDisks: boolean;
  readonly maintenance?: Located<{ readonly since?: string; readonly until?: string } | false>;
  readonly console?: Located<string>;
  readonly rack?: Located<string>;
  readonly row?: Located<string>;
  readonly room?: Located<string>;
  /** Keys that are written, with a good value or a bad one, or misspelt. */
  readonly written: ReadonlySet<string>;
}

export interface DiskDraft {
  /** The `path` value, else the item's first token. */
  readonly range: Range;
  readonly path?: Located<string>;
  /** Bytes. */
  readonly capacity?: Located<bigint>;
  /** Bytes, from `used` or `free`; the place is that of the value which was written. */
  readonly used?: Located<bigint>;
  /** `used` or `free` is written, but wrongly: usage is unknown and that needs no further finding. */
  readonly isUsageBroken: boolean;
  /** Absent when written wrongly. */
  readonly tier?: number;
}

/** Whether a node holds data. */
export function isStorage(spec: SystemSpec | undefined, node: Placeless<NodeDraft>): boolean {
  return node.roles.some(({ value }) => spec?.roles.some(({ role, storage }) => storage && role === value));
}

const holdingData = nodesThat((node, spec: SystemSpec | undefined) => isStorage(spec, node));

/** The nodes that hold data, in the order of the file. */
export function storageNodes({ nodes, spec }: ClusterDraft): readonly NodeDraft[] {
  return holdingData(nodes, spec);
}

/** A parameter of the system's section (a key whose spec has the type `parameters`), as a number. */
export function parameter(draft: ClusterDraft, name: string): Located<number> | undefined {
  const found = parameterEntry(draft, name)?.value;
  return found?.kind === 'scalar' && typeof found.value === 'number'
    ? { value: found.value, range: found.range }
    : undefined;
}

/** The same as it is written; without a value when that is wrong. */
export function parameterEntry(draft: ClusterDraft, name: string): ReadEntry | undefined {
  for (const [key, { value }] of Object.entries(draft.spec?.section ?? {})) {
    const map = value.type === 'parameters' ? draft.section?.entries.get(key)?.value : undefined;
    const found = map?.kind === 'map' ? map.entries.get(name) : undefined;
    if (found) return found;
  }
  return undefined;
}
