import type { Cluster } from '../../cluster/cluster';
import type { ClusterReading, DiskReading, NodeReading, Past } from '../../heartbeat/probe';
import type { Flow } from '../../rebuild/progress';
import { moosefsFacts, skewFact } from './probes-facts';
import { Names } from './probes-names';
import { rebuildSamples } from './probes-rebuild';
import type { ChunkserverDisk, MfscliReport } from './reader-mfscli';

/** Pure: what the fresh answers of the nodes say about the whole cluster. undefined when nobody answered. */
export function combine(
  cluster: Cluster,
  heard: ReadonlyMap<string, NodeReading>,
  { previous }: Pick<Past, 'previous'> = {},
): ClusterReading | undefined {
  if (heard.size === 0) return undefined;
  const names = new Names(cluster, heard);
  const skews = Object.fromEntries(
    [...heard].flatMap(([node, reading]) => {
      const { skew } = moosefsFacts(reading);
      return skew === undefined ? [] : [[node, skew] as const];
    }),
  );
  const masters = cluster.nodes.flatMap(({ name }) => {
    const report = moosefsFacts(heard.get(name)).master;
    return report ? [{ name, report }] : [];
  });
  // One master is asked; that a second one runs is seen by its process, whatever it would say.
  const isMaster = (name: string) =>
    masters.some((each) => each.name === name) || (masters.length > 0 && runsMaster(heard.get(name)));
  const primary = cluster.nodes
    .filter(({ name }) => isMaster(name))
    .map(({ name }) => ({ what: 'master', node: name }));
  const facts =
    Object.keys(skews).length > 0
      ? { skews, ...Object.fromEntries(Object.entries(skews).map(([node, skew]) => [skewFact(node), skew])) }
      : {};
  // Of two masters the chunkservers follow one; what that one says is what clients see.
  const chief = masters.toSorted((a, b) => b.report.connected.length - a.report.connected.length)[0];
  if (!chief) return { primary, mirrors: [], rebuild: [], facts };

  const { report } = chief;
  // What a promotion may lose is reckoned from when the master was last looked at (safety 8).
  const askedAt = heard.get(chief.name)?.factsAt?.['master'];
  const server = report.servers.find((each) => each.live);
  const disks = disksByNode(report.disks, names);
  return {
    primary,
    mirrors: [],
    rebuild: rebuildSamples(report, names, waitingFor(cluster, heard, report, names)).map((sample) => ({
      ...sample,
      ...(askedAt === undefined ? {} : { at: askedAt }),
      ...(sample.remaining > 0 && sample.state === undefined ? flowOf(disks, askedAt, previous) : {}),
    })),
    disks,
    ...(askedAt === undefined ? {} : { factsAt: { metadata: askedAt } }),
    facts: {
      ...facts,
      ...(server
        ? {
            metadata: {
              node: chief.name,
              version: server.version,
              ...(server.clock === undefined ? {} : { clock: server.clock }),
            },
          }
        : {}),
      chunkservers: {
        connected: report.connected.map(({ host }) => names.ofHost(host)),
        disconnected: report.disconnected.map(({ host }) => names.ofHost(host)),
      },
      metaloggers: report.metaloggers.map(({ host }) => names.ofHost(host)),
    },
  };
}

/**
 * While something is rebuilt, chunkservers that hold more than at the master's answer before get copies. Which ones send
 * them the master does not say.
 */
function flowOf(
  disks: Readonly<Record<string, readonly DiskReading[]>>,
  askedAt: number | undefined,
  previous: ClusterReading | undefined,
): { readonly flow?: Flow } {
  const known = previous?.rebuild.find(({ flow }) => flow !== undefined)?.flow;
  // The same answer, put together anew with those of others.
  if (askedAt === undefined || previous?.factsAt?.['metadata'] === askedAt)
    return known ? { flow: known } : {};
  const before = previous?.disks ?? {};
  const to = Object.keys(disks).filter((node) => {
    const [then, now] = [Object.hasOwn(before, node) ? usedOf(before[node]) : undefined, usedOf(disks[node])];
    return then !== undefined && now !== undefined && now > then;
  });
  return to.length === 0 ? {} : { flow: { from: [], to } };
}

function usedOf(disks: readonly DiskReading[] | undefined): bigint | undefined {
  const used = (disks ?? []).flatMap((disk) => disk.used ?? []);
  return used.length === 0 ? undefined : used.reduce((sum, each) => sum + each, 0n);
}

function runsMaster(reading: NodeReading | undefined): boolean {
  return reading?.services?.some(({ name, state }) => name === 'mfsmaster' && state === 'running') === true;
}

/**
 * Chunkservers that run but have not registered with the master yet: a moment after a promotion their chunks
 * count as missing. Those that are gone are not waited for, else a real loss would never be told.
 */
function waitingFor(
  cluster: Cluster,
  heard: ReadonlyMap<string, NodeReading>,
  report: MfscliReport,
  names: Names,
): readonly string[] {
  const running = cluster.nodes
    .filter(({ name }) =>
      heard.get(name)?.services?.some((s) => s.name === 'mfschunkserver' && s.state === 'running'),
    )
    .map(({ name }) => name);
  // Enough are registered, under whatever names the master's resolver gives them.
  if (report.connected.length >= running.length) return [];
  const connected = new Set(report.connected.map(({ host }) => names.ofHost(host)));
  return running.filter((name) => !connected.has(name));
}

function disksByNode(disks: readonly ChunkserverDisk[], names: Names): Record<string, DiskReading[]> {
  const found: Record<string, DiskReading[]> = {};
  for (const disk of disks) {
    const node = names.ofIp(disk.ip);
    if (node === undefined) continue;
    (found[node] ??= []).push({
      path: disk.path,
      // a disk that could not be opened reports a size of 0, which is no capacity
      ...(disk.total > 0n ? { capacity: disk.total, used: disk.used } : {}),
      state: disk.status,
    });
  }
  return found;
}
