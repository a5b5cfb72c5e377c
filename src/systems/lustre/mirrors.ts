import type { Cluster } from '../../cluster/cluster';
import type { MirrorReading, NodeReading } from '../../heartbeat/probe';
import type { DrbdGeneration, DrbdReading } from './observation';
import { lustreFacts } from './probes-facts';
import { compareGenerations, type Generations } from './reader-drbd-gi';
import { valueOf } from './reader-parts';
import { lustreSection, partnerOf, serversOf, type LustreTarget } from './section';

/** One side of a mirror, as its node says it now. */
export interface MirrorSide {
  readonly node: string;
  /** absent: the node answers, and the resource is not up there. */
  readonly reading?: DrbdReading;
  readonly generation?: DrbdGeneration;
}

/** A target's mirror with what each side says of it. */
export interface Mirror {
  readonly target: LustreTarget;
  readonly resource: string;
  /** Of the nodes that answer, the primary of the file first. */
  readonly sides: readonly MirrorSide[];
  /** How the first side's data stand to the second's; unknown where one of them does not say. */
  readonly generations: Generations;
  readonly splitBrain: boolean;
}

type Heard = ReadonlyMap<string, Pick<NodeReading, 'facts'>>;

/** The mirrors of a cluster, in the order of its targets. `heard` holds fresh answers only. */
export function mirrorsOf(cluster: Cluster, heard: Heard): readonly Mirror[] {
  return lustreSection(cluster).targets.flatMap((target) => mirrorOf(target, heard) ?? []);
}

/** The mirror of one target; undefined for shared storage. */
export function mirrorOf(target: LustreTarget, heard: Heard): Mirror | undefined {
  const { drbd: resource } = target;
  if (resource === undefined) return undefined;
  const sides = serversOf(target).flatMap((node): MirrorSide[] => {
    const facts = lustreFacts(heard.get(node));
    const readings = valueOf(facts.drbd);
    if (!readings) return [];
    const reading = worst(ofPair(readings, resource, partnerOf(target, node)));
    const generation = facts.generations?.[resource];
    return [{ node, ...(reading ? { reading } : {}), ...(generation ? { generation } : {}) }];
  });
  const generations = compare(sides);
  return { target, resource, sides, generations, splitBrain: isSplit(sides, generations) };
}

/**
 * What a node says of its resource and its partner. DRBD 9 may have a third copy, which is another mirror; it knows its
 * peers by host names, 8.4 by none. Where no name fits, all of them count rather than none.
 */
function ofPair(
  readings: readonly DrbdReading[],
  resource: string,
  partner: string | undefined,
): readonly DrbdReading[] {
  const own = readings.filter((each) => each.resource === resource);
  const short = (name: string | undefined) => name?.split('.')[0];
  const named = own.filter(({ peer }) => peer !== undefined && short(peer) === short(partner));
  return named.length > 0 ? named : own;
}

/** Of several volumes the one that is worst off speaks for all. */
function worst(readings: readonly DrbdReading[]): DrbdReading | undefined {
  const rank = ({ connection, disk, peerDisk, replication }: DrbdReading): number =>
    connection !== 'Connected'
      ? 3
      : disk !== 'UpToDate' || peerDisk !== 'UpToDate'
        ? 2
        : replication === 'Established'
          ? 0
          : 1;
  return readings.toSorted((a, b) => rank(b) - rank(a))[0];
}

function compare([a, b]: readonly MirrorSide[]): Generations {
  return a?.generation && b?.generation ? compareGenerations(a.generation, b.generation) : 'unknown';
}

/**
 * Both sides went their own way. Two sides that stand alone do so unless their generations say that one merely lags
 * behind; generations that contradict each other do so as soon as the sides are apart.
 */
function isSplit(sides: readonly MirrorSide[], generations: Generations): boolean {
  const [a, b] = sides.map(({ reading }) => reading);
  if (!a || !b) return false;
  if (a.connection === 'Connected' && b.connection === 'Connected') return false;
  if (generations === 'split-brain' || generations === 'unrelated') return true;
  if (a.role === 'Primary' && b.role === 'Primary') return true;
  return a.connection === 'StandAlone' && b.connection === 'StandAlone' && generations === 'unknown';
}

/** The mirror in the words of a `ClusterReading`. What nobody says is Unknown, and a resource that is not up is Down. */
export function mirrorReading({ target, resource, sides, splitBrain }: Mirror): MirrorReading {
  const roles: Record<string, string> = {};
  const disks: Record<string, string> = {};
  for (const node of serversOf(target)) {
    const own = sides.find((side) => side.node === node);
    const partner = sides.find((side) => side.node !== node)?.reading;
    roles[node] = own ? (own.reading?.role ?? 'Down') : (partner?.peerRole ?? 'Unknown');
    disks[node] = own ? (own.reading?.disk ?? 'Down') : (partner?.peerDisk ?? 'Unknown');
  }
  return { resource, target: target.name, connection: connectionWord(sides), roles, disks, splitBrain };
}

const order = ['StandAlone', 'unknown'];

/** The worse of what the two sides say: a side that stands alone will not come back by itself. */
export function connectionWord(sides: readonly MirrorSide[]): string {
  const words = sides.map(({ reading }) => reading?.connection ?? 'Down');
  const found =
    order.find((word) => words.some((each) => each === word)) ??
    words.find((word) => word !== 'Connected' && word !== 'Down') ??
    words.find((word) => word === 'Down') ??
    words[0];
  return found === undefined || found === 'unknown' ? 'Unknown' : found;
}

/** Both sides that answer say that they are connected, and at least one does. */
export function isConnected({ sides }: Mirror): boolean {
  return sides.length > 0 && sides.every(({ reading }) => reading?.connection === 'Connected');
}
