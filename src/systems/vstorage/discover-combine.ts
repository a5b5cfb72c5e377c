import { normalAddress } from '../../cluster/address';
import type { Cluster } from '../../cluster/cluster';
import type {
  LiveCluster,
  LiveDisk,
  LiveEntry,
  LiveNode,
  UnaskedNode,
  Unknown,
} from '../../discovery/discovered';
import type { Answer } from '../../discovery/discoverer';
import type { VstorageAnswer, VstorageNodeFacts } from './discover-read';
import { HostNames } from './names';
import type { VinfraDisk, VinfraNode } from './observation';
import { processByRole } from './probes-scripts';
import { vstorageSpec } from './spec';

type Told = NonNullable<VstorageNodeFacts['cluster']>;

/** What the nodes together say about a vstorage cluster. */
export function combineVstorage(all: readonly Answer[], cluster: Cluster): LiveCluster {
  // Discoverer.read made them.
  const answers = all as readonly VstorageAnswer[];
  const speaker = answers.find(({ facts }) => facts.cluster !== undefined);
  const told = speaker?.facts.cluster;
  const nodeOf = hostNames(answers, cluster);
  const unknown: Unknown[] = [];
  if (!told)
    unknown.push({
      sentence:
        'vstorage did not answer on any node that was asked, so services, redundancy and timeouts are missing here. Ask a node with an MDS.',
    });
  const names = new Set(answers.flatMap(({ facts }) => facts.clusters));
  if (names.size > 1)
    unknown.push({
      sentence: `The nodes know several clusters (${[...names].join(', ')}); this file is about ${told?.name ?? 'none of them'}.`,
    });
  const hosts = hostRoles(told);
  const vinfra = answers.find(({ facts }) => facts.vinfraDisks !== undefined)?.facts;
  const nodes = cluster.nodes.flatMap((node): LiveNode[] => {
    const answer = answers.find((one) => one.node.name === node.name);
    const known = [...hosts].flatMap(([host, roles]) => (nodeOf(host) === node.name ? [...roles] : []));
    if (!answer)
      return known.length === 0
        ? []
        : [
            {
              name: node.name,
              roles: ordered(known),
              notes: [
                `TODO: ${node.name} did not answer; its roles are those that the cluster knows, its disks are missing.`,
              ],
            },
          ];
    return [nodeIn(answer, known, disksOf(answer, vinfra, nodeOf))];
  });
  return {
    ...(told ? { name: told.name } : {}),
    notes: told
      ? [`The cluster called itself ${told.stat.health ?? 'of unknown health'} when this was written.`]
      : [],
    redundancy: redundancyOf(told, unknown),
    nodes,
    section: sectionOf(told, [...names], speaker?.node.name),
    unasked: speaker ? unaskedOf(hosts, nodeOf, speaker.node.name) : [],
    unknown,
  };
}

/** Which node a host of the cluster's tables is: by name, by where it was asked, by its interfaces. */
function hostNames(
  answers: readonly VstorageAnswer[],
  cluster: Cluster,
): (host: string) => string | undefined {
  const names = new HostNames(cluster);
  const own = new Map<string, string>();
  for (const { node, host } of answers) {
    for (const { address, isGlobal } of host.addresses)
      if (isGlobal) own.set(normalAddress(address), node.name);
    if (host.hostName !== undefined) own.set(host.hostName.toLowerCase(), node.name);
  }
  return (host) => own.get(normalAddress(host)) ?? names.nodeOf(host);
}

/** Services that were dropped or released are no longer anywhere. */
function hostRoles(told: Told | undefined): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const add = (printed: string | undefined, role: string) => {
    const host = printed?.replace(/:\d+$/, '');
    if (!host) return;
    const roles = found.get(host) ?? new Set<string>();
    found.set(host, roles.add(role));
  };
  for (const { host } of told?.stat.metadata ?? []) add(host, 'mds');
  for (const { host, state } of told?.stat.chunkServices ?? [])
    if (state !== 'dropped' && state !== 'released') add(host, 'cs');
  return found;
}

function ordered(roles: readonly string[]): readonly string[] {
  return vstorageSpec.roles.map(({ role }) => role).filter((role) => roles.includes(role));
}

function nodeIn(
  { node, host, facts }: VstorageAnswer,
  known: readonly string[],
  disks: readonly LiveDisk[] | undefined,
): LiveNode {
  const running = Object.entries(processByRole).flatMap(([role, process]) =>
    host.processes?.has(process) ? [role] : [],
  );
  const mounted =
    host.mounts?.some(
      ({ type, source }) => /^fuse\.[pv]storage/.test(type) || /^[pv]storage:\/\//.test(source),
    ) === true;
  const roles = ordered([...known, ...running, ...(mounted ? ['client'] : [])]);
  return {
    name: node.name,
    ...(host.processes || known.length > 0 ? { roles } : {}),
    // A client mounts and unmounts as it likes; a service of a known cluster may be stopped.
    possibleRoles: facts.clusters.length > 0 ? ordered(['client', 'mds', 'cs']) : [],
    ...(roles.includes('cs') ? (disks ? { disks } : {}) : { disks: [] }),
    notes: [],
  };
}

/** vinfra knows which disk holds a chunk service; else it is every file system below /vstorage. */
function disksOf(
  { node, facts }: VstorageAnswer,
  vinfra: VstorageNodeFacts | undefined,
  nodeOf: (host: string) => string | undefined,
): readonly LiveDisk[] | undefined {
  const isHere = (disk: VinfraDisk) => isOn(disk, node.name, vinfra?.vinfraNodes ?? [], nodeOf);
  const told =
    vinfra?.vinfraDisks?.filter((disk) => isHere(disk) && disk.role?.startsWith('cs') === true) ?? [];
  const known = told.flatMap(({ mountPoint, device, capacity, used, tier }): LiveDisk[] => {
    const path = mountPoint ?? device;
    if (path === undefined) return [];
    const own = facts.disks.find((one) => one.path === path);
    const [size, full] = [capacity ?? own?.capacity, used ?? own?.used];
    return [
      {
        path,
        ...(size === undefined ? {} : { capacity: size }),
        ...(full === undefined ? {} : { used: full }),
        ...(tier === undefined ? {} : { tier }),
      },
    ];
  });
  if (known.length > 0) return known;
  return facts.disks.length === 0
    ? undefined
    : facts.disks.map((disk) => ({
        ...disk,
        note: 'TODO: is this a disk of a chunk service, and of which tier?',
      }));
}

function isOn(
  { node }: VinfraDisk,
  name: string,
  nodes: readonly VinfraNode[],
  nodeOf: (host: string) => string | undefined,
): boolean {
  if (node === undefined) return false;
  const host = nodes.find(({ id, host: its }) => id === node || its === node)?.host ?? node;
  return nodeOf(host) === name;
}

/** The attributes of the root folder; a folder below it may have others. */
function redundancyOf(told: Told | undefined, unknown: Unknown[]): readonly LiveEntry[] {
  const attributes = told?.attributes ?? new Map<string, string>();
  const encoding = /^\d{1,2}\+\d{1,2}$/.exec(attributes.get('encoding') ?? '')?.[0];
  const [, replicas, least] = /^(\d{1,2})(?::(\d{1,2}))?$/.exec(attributes.get('replicas') ?? '') ?? [];
  const domain = vstorageSpec.redundancy?.failureDomains.find(
    (one) => one === attributes.get('failure-domain'),
  );
  const spread = domain ? [{ key: 'failureDomain', value: domain }] : [];
  if (encoding !== undefined && !encoding.startsWith('0'))
    return [{ key: 'encoding', value: encoding, note: 'of the root folder' }, ...spread];
  const norm = replicas === undefined ? told?.stat.replication?.norm : Number(replicas);
  const limit =
    least === undefined
      ? replicas === undefined
        ? told?.stat.replication?.limit
        : undefined
      : Number(least);
  if (norm !== undefined && norm >= 1 && norm <= 15)
    return [
      { key: 'replicas', value: norm, ...(replicas === undefined ? {} : { note: 'of the root folder' }) },
      ...(limit !== undefined && limit >= 1 && limit <= norm ? [{ key: 'minReplicas', value: limit }] : []),
      ...spread,
    ];
  unknown.push({
    sentence: 'Nobody told how the data is kept; correct replicas, or put encoding in its place.',
  });
  return [{ key: 'replicas', value: 1, isGuess: true, note: 'TODO' }, ...spread];
}

function sectionOf(
  told: Told | undefined,
  names: readonly string[],
  node: string | undefined,
): readonly LiveEntry[] {
  const name = told?.name ?? names[0];
  const known = vstorageSpec.section['parameters']?.value;
  const keys = known?.type === 'parameters' ? Object.keys(known.known) : [];
  const pairs = keys.flatMap((key): LiveEntry[] => {
    const value = told?.config?.[key];
    return typeof value === 'number' && value >= 0
      ? [{ key, value, ...(node === undefined ? {} : { node }) }]
      : [];
  });
  return [
    ...(name === undefined ? [] : [{ key: 'name', value: name }]),
    ...(pairs.length === 0
      ? []
      : [{ key: 'parameters', value: { pairs }, note: 'as get-config printed them' }]),
  ];
}

function unaskedOf(
  hosts: ReadonlyMap<string, ReadonlySet<string>>,
  nodeOf: (host: string) => string | undefined,
  knownBy: string,
): readonly UnaskedNode[] {
  return [...hosts].flatMap(([address, roles]) =>
    nodeOf(address) === undefined ? [{ address, roles: ordered([...roles]), knownBy }] : [],
  );
}
