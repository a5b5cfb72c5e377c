import type { DrbdResource } from './discover-read';
import type { TargetKind } from './section';

/** A target as it is mounted. */
export interface FoundTarget {
  /** As a cluster file names it: MGT, MDT0000, OST001f. */
  readonly name: string;
  readonly kind: TargetKind;
  readonly filesystem?: string;
  readonly device: string;
  readonly mountPoint: string;
  readonly mountedOn: string;
  readonly primary: string;
  readonly secondary?: string;
  /** The HA manager's own configuration says that it belongs to its primary. */
  readonly isHome: boolean;
  readonly resource?: DrbdResource;
  readonly nids: readonly string[];
}

/**
 * What Lustre calls a target: `scratch-OST0000`, with `:` or `=` for the dash before it was registered, or `MGS`
 * (lustre_disk.h, server_name2fsname). undefined: no target.
 */
export function targetName(label: string | undefined):
  | {
      readonly name: string;
      readonly kind: TargetKind;
      readonly filesystem?: string;
      readonly device: string;
    }
  | undefined {
  if (label === 'MGS') return { name: 'MGT', kind: 'MGT', device: 'MGS' };
  const [, filesystem, kind, index] =
    /^([A-Za-z0-9_-]{1,8})[-:=](MDT|OST)([0-9a-fA-F]{4})$/.exec(label ?? '') ?? [];
  if (filesystem === undefined || (kind !== 'MDT' && kind !== 'OST') || index === undefined) return undefined;
  return {
    name: `${kind}${index.toUpperCase()}`,
    kind,
    filesystem,
    device: `${filesystem}-${kind}${index.toLowerCase()}`,
  };
}
