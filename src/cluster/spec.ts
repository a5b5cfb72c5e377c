/** What a storage system tells the parser about itself: data only, so that `cluster/` knows no system. */

/** What a value has to be; the grammar is in docs/cluster-file.md. */
export type ValueSpec =
  | { readonly type: 'text' | 'name' | 'address' | 'size' | 'duration' | 'percent' | 'time' }
  | { readonly type: 'boolean' }
  | { readonly type: 'name'; readonly maxLength: number }
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'choice'; readonly values: readonly string[] }
  | { readonly type: 'addressWithPrefix' }
  | { readonly type: 'pattern'; readonly pattern: RegExp; readonly expected: string }
  | { readonly type: 'encoding' }
  /** One of the roles that the system has; another one is `wrong-role`. */
  | { readonly type: 'role'; readonly roles: readonly string[] }
  /** The name of a node, which must have the role when one is given, be it by the text of a key beside it. */
  | {
      readonly type: 'nodeName';
      readonly role?: string;
      readonly roleBy?: {
        readonly key: string;
        readonly roles: readonly { readonly pattern: RegExp; readonly role: string }[];
      };
    }
  | { readonly type: 'list'; readonly item: ValueSpec; readonly nonEmpty?: boolean }
  | MapSpec
  /** A map with any dotted name; the known ones are for near misses, hovers and types. */
  | { readonly type: 'parameters'; readonly known: Readonly<Record<string, KeySpec>> }
  /** Either of several shapes; the first that fits the node's kind wins. */
  | { readonly type: 'either'; readonly of: readonly ValueSpec[] };

export interface MapSpec {
  readonly type: 'map';
  readonly keys: Readonly<Record<string, KeySpec>>;
  /** In a list of such maps, no two may have the same text here (a trailing slash does not count). */
  readonly uniqueBy?: string;
  /** Keys that exist elsewhere but not here, with the reason. */
  readonly refused?: Readonly<Record<string, string>>;
  /** At least one of these keys is required. */
  readonly oneOf?: readonly string[];
  /** When the first key is written, the others are required. */
  readonly requiredWith?: readonly { readonly key: string; readonly needs: readonly string[] }[];
  /** Keys for which nobody asks: they hold anchors, or cannot be judged. */
  readonly ignores?: (key: string) => boolean;
}

export interface KeySpec {
  readonly value: ValueSpec;
  /** One sentence for hovers, the schema and the documentation. */
  readonly doc: string;
  readonly required?: boolean;
  readonly defaultText?: string;
  /** What a fix writes for the absent key: of the right form, to be looked at. `{name}` is the `name` beside it. */
  readonly example?: string;
}

export interface RoleSpec {
  readonly role: string;
  readonly doc: string;
  /** Nodes with this role hold the data; the redundancy rules count them. */
  readonly storage?: boolean;
}

export interface SystemSpec {
  /** As in `system:`; also the key of the system's own section. */
  readonly id: string;
  readonly title: string;
  readonly roles: readonly RoleSpec[];
  /** Keys of the section named like the system. */
  readonly section: Readonly<Record<string, KeySpec>>;
  readonly sectionRequired: boolean;
  /** In the section: when the first key is written, the others are required. */
  readonly requiredWith?: readonly { readonly key: string; readonly needs: readonly string[] }[];
  /** undefined: `redundancy` does not belong in a file of this system. */
  readonly redundancy?: {
    readonly encoding: boolean;
    readonly minReplicas: boolean;
    readonly maxReplicas: number;
    readonly failureDomains: readonly ('disk' | 'host' | 'rack' | 'row' | 'room')[];
    /** Encodings that the vendor lists; others are `unlisted-encoding`. Empty: any. */
    readonly listedEncodings: readonly string[];
    /** The section's parameter that serves as fill margin in percent when `fillMargin` is absent. */
    readonly fillMarginParameter?: string;
  };
  /** Milliseconds. */
  readonly timing: {
    readonly interval: number;
    readonly inactiveAfter: number;
    readonly offlineAfter: number;
    readonly maintenanceOfflineAfter: number;
  };
  /** Parameters in milliseconds that, once written and not below `atLeast`, are the default of a timing. */
  readonly timingParameters?: readonly {
    readonly timing: 'offlineAfter' | 'maintenanceOfflineAfter';
    readonly parameter: string;
    readonly atLeast: number;
  }[];
}
