import type { Cluster } from '../../cluster/cluster';

export type TargetKind = 'MGT' | 'MDT' | 'OST';

/** One target as the cluster file declares it. */
export interface LustreTarget {
  readonly name: string;
  readonly kind: TargetKind;
  readonly device: string;
  /** The DRBD resource; absent: shared storage. */
  readonly drbd?: string;
  readonly mountPoint: string;
  readonly primary: string;
  readonly secondary?: string;
  readonly serviceNodes: readonly string[];
}

/** The section `lustre:` of a cluster file. */
export interface LustreSection {
  readonly filesystem: string;
  readonly mgsNids: readonly string[];
  readonly heartbeatPaths: readonly string[];
  /** In the order in which they are started: MGT, MDTs, OSTs; else that of the file. */
  readonly targets: readonly LustreTarget[];
  readonly clientMount?: string;
}

const order: readonly TargetKind[] = ['MGT', 'MDT', 'OST'];

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];

/** Narrows the section that the parser checked against `lustreSpec`. */
export function lustreSection(cluster: Cluster): LustreSection {
  const { section } = cluster;
  const clientMount = text(section['clientMount']);
  const targets = Array.isArray(section['targets']) ? (section['targets'] as readonly unknown[]) : [];
  return {
    filesystem: text(section['filesystem']) ?? '',
    mgsNids: texts(section['mgsNids']),
    heartbeatPaths: texts(section['heartbeatPaths']),
    targets: targets
      .flatMap((value) => target(value as Readonly<Record<string, unknown>>))
      .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)),
    ...(clientMount === undefined ? {} : { clientMount }),
  };
}

function target(map: Readonly<Record<string, unknown>>): LustreTarget[] {
  const [name, device] = [text(map['name']), text(map['device'])];
  const [mountPoint, primary] = [text(map['mountPoint']), text(map['primary'])];
  if (name === undefined || device === undefined || mountPoint === undefined || primary === undefined)
    return [];
  const [drbd, secondary] = [text(map['drbd']), text(map['secondary'])];
  const kind = order.find((each) => name.startsWith(each)) ?? 'OST';
  return [
    {
      name,
      kind,
      device,
      mountPoint,
      primary,
      serviceNodes: texts(map['serviceNodes']),
      ...(drbd === undefined ? {} : { drbd }),
      ...(secondary === undefined || secondary === primary ? {} : { secondary }),
    },
  ];
}

/** The nodes that may serve a target, its primary first. */
export function serversOf({ primary, secondary }: LustreTarget): readonly string[] {
  return secondary === undefined ? [primary] : [primary, secondary];
}

/** The other node of a target's pair, or undefined. */
export function partnerOf(target: LustreTarget, node: string): string | undefined {
  const servers = serversOf(target);
  return servers.includes(node) ? servers.find((each) => each !== node) : undefined;
}

/** The targets that a node may serve, in the order in which they are started. */
export function targetsOf(section: LustreSection, node: string): readonly LustreTarget[] {
  return section.targets.filter((each) => serversOf(each).includes(node));
}

/** What Lustre calls a target in `lctl dl`, `recovery_status` and the imports of clients. */
export function deviceOf(
  { filesystem }: Pick<LustreSection, 'filesystem'>,
  { kind, name }: Pick<LustreTarget, 'kind' | 'name'>,
): string {
  return kind === 'MGT' ? 'MGS' : `${filesystem}-${name.slice(0, 3)}${name.slice(3).toLowerCase()}`;
}
