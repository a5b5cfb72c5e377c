import type { Cluster } from '../../cluster/cluster';
import type { ClusterReading, NodeReading, Past, PrimaryReading } from '../../heartbeat/probe';
import { isConnected, mirrorReading, mirrorsOf, type Mirror } from './mirrors';
import { connectedFact, lustreFacts, writesFact, writesOf, type Writes } from './probes-facts';
import { lustreSamples, mirrorSamples } from './rebuild';
import { mountOf } from './reader-mounts';
import { lustreSection, serversOf, type LustreTarget } from './section';

/** Writes are measured over this much time, in milliseconds. */
const WRITE_WINDOW_MS = 60_000;
const WRITE_STEP_MS = 10_000;

type Heard = ReadonlyMap<string, NodeReading>;

/** Pure: what the fresh answers of the nodes say about the whole cluster. undefined when no server answered. */
export function combine(cluster: Cluster, heard: Heard, past: Past): ClusterReading | undefined {
  const section = lustreSection(cluster);
  const mirrors = mirrorsOf(cluster, heard);
  const answered = section.targets.some((target) =>
    serversOf(target).some((node) => lustreFacts(heard.get(node)).mounts !== undefined),
  );
  if (!answered) return undefined;
  const connected = connections(mirrors, heard);
  return {
    primary: section.targets.flatMap((target) => primaries(target, heard, mirrors)),
    mirrors: mirrors.map(mirrorReading),
    rebuild: [
      ...mirrorSamples(mirrors, (node) => heard.get(node)?.factsAt?.['drbd']),
      ...lustreSamples(section, heard),
    ],
    facts: { ...connected, [writesFact]: writes(mirrors, heard, past) },
    factsAt: connected,
  };
}

/** Who serves a target, or could write to it: mounted there, or its mirror is Primary there. */
function primaries(
  target: LustreTarget,
  heard: Heard,
  mirrors: readonly Mirror[],
): readonly PrimaryReading[] {
  const sides = mirrors.find((mirror) => mirror.target.name === target.name)?.sides ?? [];
  return serversOf(target)
    .filter(
      (node) =>
        isServing(target, heard.get(node)) ||
        sides.some((side) => side.node === node && side.reading?.role === 'Primary'),
    )
    .map((node) => ({ what: target.name, node }));
}

/** Whether a node has the target mounted. */
export function isServing(target: LustreTarget, reading: Pick<NodeReading, 'facts'> | undefined): boolean {
  const { mounts, devices } = lustreFacts(reading);
  const real = devices?.[target.device];
  return mounts !== undefined && mountOf(mounts, target, real === undefined ? [] : [real]) !== undefined;
}

/**
 * When each mirror was asked that is connected now (epoch milliseconds). Where two pairs call their resources alike, all
 * of them have to be connected: an older time is the careful one (safety 7).
 */
function connections(mirrors: readonly Mirror[], heard: Heard): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { resource } of mirrors) {
    const alike = mirrors.filter((mirror) => mirror.resource === resource);
    if (!alike.every(isConnected)) continue;
    const times = alike.flatMap(({ sides }) => sides.map(({ node }) => heard.get(node)?.factsAt?.['drbd']));
    const at = times.every((time) => time !== undefined) ? Math.min(...times) : undefined;
    if (at !== undefined) found[connectedFact(resource)] = at;
  }
  return found;
}

/** How much each primary has written, at a few points in time; begun anew when another node is the primary. */
function writes(mirrors: readonly Mirror[], heard: Heard, past: Past): Record<string, Writes> {
  const before = writesOf(past.previous?.facts);
  return Object.fromEntries(
    mirrors.flatMap(({ target, sides }) => {
      const side = sides.find(({ reading }) => reading?.role === 'Primary');
      // A primary that is resynced itself writes what it receives, too.
      const bytes = side?.reading?.replication === 'SyncTarget' ? undefined : side?.reading?.written;
      if (!side || bytes === undefined) return [];
      const at = heard.get(side.node)?.factsAt?.['drbd'] ?? past.at;
      const known = Object.hasOwn(before, target.name) ? before[target.name] : undefined;
      const points = known?.node === side.node ? known.points : [];
      return [[target.name, { node: side.node, points: next(points, at, bytes) }] as const];
    }),
  );
}

function next(points: Writes['points'], at: number, bytes: number): Writes['points'] {
  const last = points.at(-1);
  // A counter that fell was begun anew (an attach, a reboot).
  if (!last || bytes < last[1] || at < last[0]) return [[at, bytes]];
  if (at - last[0] < WRITE_STEP_MS && points.length > 1) return points;
  const kept = points.filter(([when]) => at - when <= WRITE_WINDOW_MS);
  return at === last[0] ? points : [...kept, [at, bytes]];
}

/** Bytes a second that are written to a target, or undefined before there is enough to tell. */
export function writeRate({ points }: Writes): number | undefined {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || last[0] - first[0] < WRITE_STEP_MS) return undefined;
  return ((last[1] - first[1]) * 1000) / (last[0] - first[0]);
}
