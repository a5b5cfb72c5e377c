import { findNode, nodesWithRole, type Cluster } from '../../cluster/cluster';
import type { ClusterReading, NodeReading, Past } from '../../heartbeat/probe';
import { chunkServices, disksByNode } from './chunk-services';
import { stoodFor, vstorageClusterFacts, type Silence, type VstorageClusterFacts } from './facts';
import { HostNames } from './names';
import type { ChunkService, ClusterEvent, VstorageObservation } from './observation';
import { vstorageFacts, type VstorageFacts } from './probes-facts';
import { advance, type CsSample, type ProcessSample } from './process';
import { rebuildSamples, silentSamples } from './rebuild';
import { thresholdsOf } from './thresholds';

/** So many events are kept. */
const MOST_EVENTS = 200;
/** Clocks of nodes differ by about a second; more is another clock. Milliseconds. */
const CLOCK_SLACK_MS = 2_000;

/** Pure: what the fresh answers say about the whole cluster, carrying on what was seen before. */
export function combine(
  cluster: Cluster,
  heard: ReadonlyMap<string, NodeReading>,
  past: Past,
): ClusterReading | undefined {
  if (heard.size === 0) return undefined;
  const before = vstorageClusterFacts(past.previous);
  const spoken = newest(heard, 'stat');
  if (!spoken) return silent(cluster, heard, past, before);
  const { stat } = spoken.facts;
  if (!stat) return silent(cluster, heard, past, before);
  const config = newest(heard, 'config')?.facts.config?.values;
  const vinfra = newest(heard, 'vinfra')?.facts.vinfra;
  const names = new HostNames(cluster);
  const services = chunkServices(cluster, stat.report.chunkServices ?? [], vinfra, names);
  const observation: VstorageObservation = {
    clock: stat.clock ?? spoken.at,
    at: spoken.at,
    stat: stat.report,
    chunkServices: services,
    metadata: (stat.report.metadata ?? []).map((mds) => {
      const node = names.nodeOf(mds.host);
      return { ...mds, ...(node === undefined ? {} : { node }) };
    }),
    thresholds: thresholdsOf(cluster, config ?? liveBefore(past.previous)),
    events: eventsOf(newest(heard, 'events')?.facts.events?.list, before.vstorage?.events),
    maintenance: (vinfra?.nodes ?? []).flatMap(({ host, maintenance }) => {
      const node = names.nodeOf(host);
      return node !== undefined && maintenance !== undefined && maintenance !== 'none' ? [node] : [];
    }),
  };
  const process = advance(before.process, sampleOf(cluster, heard, observation, spoken.node, before));
  const masters = observation.metadata.filter(({ isMaster }) => isMaster);
  const master = masters.length === 1 ? masters[0]?.node : undefined;
  const facts: VstorageClusterFacts = { vstorage: observation, process, speaker: spoken.node };
  const parameters = config ? numbers(config) : past.previous?.parameters;
  return {
    primary: master === undefined ? [] : [{ what: 'master', node: master }],
    mirrors: [],
    rebuild: rebuildSamples(cluster, observation, process).map((row) => ({
      ...row,
      ...(spoken.at > 0 ? { at: spoken.at } : {}),
    })),
    disks: disksByNode(services, vinfra, heard, past.previous?.disks),
    ...(parameters ? { parameters } : {}),
    factsAt: { vstorage: spoken.at, process: spoken.at },
    facts: { ...facts },
  };
}

/** Nobody answers for the cluster: what was last heard stays, with since when. */
function silent(
  cluster: Cluster,
  heard: ReadonlyMap<string, NodeReading>,
  past: Past,
  before: VstorageClusterFacts,
): ClusterReading {
  const mds = nodesWithRole(cluster, 'mds');
  const alive = mds.filter(({ name }) => mayRun(heard.get(name), 'mdsd')).length;
  const silence: Silence = {
    since: before.silence?.since ?? past.at,
    at: past.at,
    stoodMs: before.silence ? stoodFor(before.silence, past.at) : 0,
    mdsAlive: alive,
    mdsTotal: mds.length,
  };
  return {
    primary: [],
    mirrors: [],
    rebuild: before.vstorage ? silentSamples(before.vstorage, silence) : [],
    ...(past.previous?.disks ? { disks: past.previous.disks } : {}),
    ...(past.previous?.parameters ? { parameters: past.previous.parameters } : {}),
    ...(past.previous?.factsAt ? { factsAt: past.previous.factsAt } : {}),
    facts: { ...before, silence },
  };
}

/** Whether a node answers and does not say that the process is stopped. */
function mayRun(reading: NodeReading | undefined, process: string): boolean {
  if (!reading) return false;
  const state = reading.services?.find(({ name }) => name === process)?.state;
  return state !== 'stopped' && state !== 'failed';
}

/** The node whose answer to a question is the newest. */
function newest(
  heard: ReadonlyMap<string, NodeReading>,
  key: keyof VstorageFacts,
): { readonly node: string; readonly at: number; readonly facts: VstorageFacts } | undefined {
  const found = [...heard].flatMap(([node, reading]) => {
    const facts = vstorageFacts(reading);
    return facts[key] === undefined ? [] : [{ node, at: reading.factsAt?.[key] ?? 0, facts }];
  });
  return found.toSorted((a, b) => b.at - a.at)[0];
}

function sampleOf(
  cluster: Cluster,
  heard: ReadonlyMap<string, NodeReading>,
  observation: VstorageObservation,
  speaker: string,
  before: VstorageClusterFacts,
): ProcessSample {
  const { clock, stat, thresholds, chunkServices: services, events, maintenance } = observation;
  return {
    clock,
    services: services.map((cs) => ({
      id: cs.id,
      state: cs.state,
      ...(cs.node === undefined ? {} : { node: cs.node, answers: mayRun(heard.get(cs.node), 'csd') }),
      ...(cs.host === undefined ? {} : { host: cs.host }),
      ...domainOf(cluster, cs),
      ...(cs.node !== undefined && maintenance.includes(cs.node) ? { inMaintenance: true } : {}),
      ...inactiveSince(cs.id, events),
      ...fullness(cs, thresholds.fillMargin.value),
    })),
    chunks: stat.chunks,
    thresholds,
    inactiveAfter: cluster.heartbeat.inactiveAfter,
    ...(cluster.redundancy ? { pieces: cluster.redundancy.pieces } : {}),
    ...(stat.health === 'failure' ? { saysSuppressed: true } : {}),
    ...shifts(cluster, observation, speaker, before),
  };
}

function domainOf(cluster: Cluster, cs: ChunkService): Pick<CsSample, 'domain'> {
  const kind = cluster.redundancy?.failureDomain ?? 'host';
  const node = cs.node === undefined ? undefined : findNode(cluster, cs.node);
  const name = kind === 'disk' ? `CS ${cs.id}` : kind === 'host' ? (cs.node ?? cs.host) : node?.[kind];
  return name === undefined ? {} : { domain: { name, ...(cs.tier === undefined ? {} : { tier: cs.tier }) } };
}

/** The time of the event that made it inactive, when that is the last thing the cluster said about it. */
function inactiveSince(id: number, events: readonly ClusterEvent[]): Pick<CsSample, 'inactiveSince'> {
  const last = events.findLast(({ meaning }) => meaning?.kind === 'cs' && meaning.id === id);
  const isInactive = last?.meaning?.kind === 'cs' && last.meaning.state === 'inactive';
  return isInactive && last.at !== undefined ? { inactiveSince: last.at } : {};
}

/** Printed sizes have three digits: half a percent more or less cannot be seen. */
function fullness({ space, free }: ChunkService, marginPercent: number): Pick<CsSample, 'isFull'> {
  if (space === undefined || free === undefined || space === 0n) return {};
  return { isFull: free * 1000n <= space * BigInt(marginPercent * 10 + 5) };
}

/** How far the times of before have to be moved so that they are of the clock that answers now. */
function shifts(
  cluster: Cluster,
  { clock, at }: VstorageObservation,
  speaker: string,
  { vstorage: last, speaker: lastSpeaker, silence, process }: VstorageClusterFacts,
): Pick<ProcessSample, 'clockShift' | 'outage'> {
  if (!last || !process) return {};
  const factor = cluster.demo?.timeFactor ?? 1;
  const drift = clock - last.clock - (at - last.at) * factor;
  const isOther =
    (speaker !== lastSpeaker && Math.abs(drift) > CLOCK_SLACK_MS * factor) || clock < last.clock;
  // Only without a majority do their clocks stand; that merely nobody was asked changes nothing.
  const stood = silence ? stoodFor(silence, at) * factor : 0;
  return {
    ...(isOther ? { clockShift: Math.round(drift) } : {}),
    ...(silence && stood > 0
      ? { outage: { from: clock - Math.round((at - silence.since) * factor), lasts: Math.round(stood) } }
      : {}),
  };
}

/** Old and new events, each once, in their order. */
function eventsOf(
  now: readonly ClusterEvent[] | undefined,
  before: readonly ClusterEvent[] = [],
): readonly ClusterEvent[] {
  if (!now) return before;
  const key = ({ time, message }: ClusterEvent) => `${time} ${message}`;
  const first = now[0];
  // What is printed now is the end of the log: only what stands before its first line is taken from before.
  const overlap = first ? before.findIndex((event) => key(event) === key(first)) : -1;
  return [...(overlap < 0 ? before : before.slice(0, overlap)), ...now].slice(-MOST_EVENTS);
}

function numbers(values: Readonly<Record<string, number | string>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

function liveBefore(previous: ClusterReading | undefined): Readonly<Record<string, number>> | undefined {
  return previous?.parameters;
}
