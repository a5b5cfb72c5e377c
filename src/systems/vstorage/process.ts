import { obstaclesOf, type Obstacle, type ProcessDomain } from './process-obstacles';
import type { ChunkCounts, CsState, Thresholds } from './observation';
import { rebuildLeft } from './chunks';

/** A chunk service as one answer of the cluster shows it. */
export interface CsSample {
  readonly id: number;
  readonly state: CsState;
  readonly node?: string;
  /** Host as the cluster prints it; stands in for a node that the file does not know. */
  readonly host?: string;
  /** What fails as a whole and holds this service, in its tier; absent while nobody can tell. */
  readonly domain?: ProcessDomain;
  /** Whether its process is there as far as we see the node ourselves; absent: nobody knows. */
  readonly answers?: boolean;
  /** The cluster itself has its node in maintenance. */
  readonly inMaintenance?: boolean;
  /** The cluster's own word on when it became inactive, by the cluster's clock. */
  readonly inactiveSince?: number;
  /** It has no room left above the fill margin; absent: unknown. */
  readonly isFull?: boolean;
}

/** A time in which the MDS had no majority; by the cluster's clock. */
export interface Outage {
  readonly from: number;
  readonly lasts: number;
}

/** One answer of the cluster. All times are milliseconds by the cluster's clock. */
export interface ProcessSample {
  readonly clock: number;
  readonly services: readonly CsSample[];
  readonly chunks: ChunkCounts;
  readonly thresholds: Thresholds;
  /** How long a heartbeat is missing when the cluster calls a chunk service inactive. */
  readonly inactiveAfter: number;
  /** Pieces of a chunk, each on a domain of its own; absent while the file does not say. */
  readonly pieces?: number;
  /** The cluster itself says that it replicates no more. */
  readonly saysSuppressed?: boolean;
  /** What to add to every time of before: the clock was set, or another node answers. */
  readonly clockShift?: number;
  /** Since the answer before, no metadata service decided anything for so long: their clocks stood. */
  readonly outage?: Outage;
}

/** Where one chunk service is in the process. */
export interface CsProcess {
  readonly id: number;
  readonly node?: string;
  readonly host?: string;
  readonly state: CsState;
  /** When this state was first seen. */
  readonly since: number;
  /** When its last heartbeat came, as far as that can be told; absent while it answers, or when nobody saw it. */
  readonly silentSince?: number;
  /** Nobody saw when it fell silent: it has been so for at least that long. */
  readonly isOlder?: boolean;
  /** When the cluster gives it up and rebuilds what it holds; absent where nothing counts down. */
  readonly dueAt?: number;
  /** Which time runs. */
  readonly threshold?: 'offlineTimeout' | 'maintenanceTimeout';
  /** Its maintenance took longer than the cluster waits. */
  readonly overran?: boolean;
}

/**
 * What the cluster as a whole does about its redundancy, as the rebuild document tells it: nothing is missing; a
 * chunk service is silent and its time runs; the time runs longer because of maintenance; data is rebuilt;
 * it should be, but too many hosts are offline; it should be, but there is no place.
 */
export type Stage =
  'unknown' | 'stable' | 'waiting' | 'held' | 'rebuilding' | 'suppressed' | 'cannot-rebuild' | 'needs-cs';

/** Where the cluster is in the process, after all answers so far. */
export interface Process {
  readonly clock: number;
  readonly services: readonly CsProcess[];
  readonly stage: Stage;
  /** When the next chunk service is given up. */
  readonly dueAt?: number;
  readonly obstacles: readonly Obstacle[];
  /** The latest times without a majority. */
  readonly outages: readonly Outage[];
}

/** So many outages are kept. */
const MOST_OUTAGES = 10;

/** The process after one more answer. Pure; the previous process goes in, the next comes out. */
export function advance(previous: Process | undefined, sample: ProcessSample): Process {
  const previousClock = previous && previous.clock + (sample.clockShift ?? 0);
  const outages = [
    ...(previous?.outages ?? []).map(({ from, lasts }) => ({ from: from + (sample.clockShift ?? 0), lasts })),
    ...(sample.outage ? [sample.outage] : []),
  ].slice(-MOST_OUTAGES);
  const before = new Map(
    previous?.services.map((cs) => [cs.id, moved(cs, sample.clockShift ?? 0, sample.outage?.lasts ?? 0)]),
  );
  const services = sample.services.map((cs) =>
    advanceOne(before.get(cs.id), cs, sample, previousClock, outages),
  );
  const obstacles = obstaclesOf(sample);
  const due = services.flatMap(({ dueAt }) => dueAt ?? []);
  return {
    clock: sample.clock,
    services,
    stage: stageOf(sample, services, obstacles),
    ...(due.length > 0 ? { dueAt: Math.min(...due) } : {}),
    obstacles,
    outages,
  };
}

function moved(cs: CsProcess, clockShift: number, outage: number): CsProcess {
  return {
    ...cs,
    since: cs.since + clockShift,
    ...(cs.silentSince === undefined ? {} : { silentSince: cs.silentSince + clockShift + outage }),
  };
}

function advanceOne(
  before: CsProcess | undefined,
  cs: CsSample,
  sample: ProcessSample,
  previousClock: number | undefined,
  outages: readonly Outage[],
): CsProcess {
  const { clock, thresholds, inactiveAfter } = sample;
  const hasLooked = previousClock !== undefined;
  const { id, state, node, host } = cs;
  const who = { id, ...(node === undefined ? {} : { node }), ...(host === undefined ? {} : { host }), state };
  const since = before?.state === state ? before.since : clock;
  // A row that could not be read says nothing: what was known of its silence stays, but nothing counts down.
  if (state === 'unknown') return { ...who, since, ...silence(before) };
  if (!isSilent(cs)) return { ...who, since };
  const cameBack = isStale(before, cs, sample, previousClock);
  const known = cameBack ? undefined : before?.silentSince;
  // The cluster's log is exact; else the first answer that shows the silence is where it began, as far as we know.
  const noted = state === 'inactive' ? cs.inactiveSince : undefined;
  const told = noted === undefined ? undefined : noted - inactiveAfter + stoodSince(noted, outages);
  const inMaintenance = state === 'maintenance' || cs.inMaintenance === true;
  const wasInMaintenance =
    inMaintenance || before?.state === 'maintenance' || before?.threshold === 'maintenanceTimeout';
  const threshold = inMaintenance ? 'maintenanceTimeout' : 'offlineTimeout';
  // One that is given up has been silent for at least as long as the cluster waits.
  const waited =
    state === 'inactive'
      ? inactiveAfter
      : state === 'offline'
        ? thresholds[wasInMaintenance ? 'maintenanceTimeout' : 'offlineTimeout'].value
        : 0;
  const silentSince = told ?? known ?? clock - waited;
  const isOlder =
    told === undefined &&
    (known === undefined ? !hasLooked || cameBack || state === 'offline' : before?.isOlder === true);
  const kept = {
    silentSince,
    ...(isOlder ? { isOlder } : {}),
  };
  if (state === 'offline') {
    const overran = before?.overran === true || wasInMaintenance;
    return { ...who, since, ...kept, ...(overran ? { overran } : {}) };
  }
  const dueAt = silentSince + thresholds[threshold].value;
  return {
    ...who,
    since,
    ...kept,
    dueAt,
    threshold,
    ...(inMaintenance && clock >= dueAt ? { overran: true } : {}),
  };
}

/** How long the clocks stood since a time. */
function stoodSince(time: number, outages: readonly Outage[]): number {
  return outages.filter(({ from }) => from > time).reduce((sum, { lasts }) => sum + lasts, 0);
}

/**
 * It is not given up, though the silence that we know of has lasted too long for that: between two answers, if they
 * lay far enough apart, it came back and fell silent again.
 */
function isStale(
  before: CsProcess | undefined,
  { state, inMaintenance }: CsSample,
  { clock, thresholds, inactiveAfter, outage }: ProcessSample,
  previousClock: number | undefined,
): boolean {
  if (before?.silentSince === undefined || previousClock === undefined || state === 'offline') return false;
  const isHeld = state === 'maintenance' || inMaintenance === true;
  const limit = thresholds[isHeld ? 'maintenanceTimeout' : 'offlineTimeout'].value;
  return clock - previousClock - (outage?.lasts ?? 0) >= inactiveAfter && before.silentSince + limit <= clock;
}

function silence(
  before: CsProcess | undefined,
): Pick<CsProcess, 'silentSince' | 'isOlder' | 'overran' | 'threshold'> {
  const threshold = before?.state === 'maintenance' ? 'maintenanceTimeout' : before?.threshold;
  return {
    ...(before?.silentSince === undefined ? {} : { silentSince: before.silentSince }),
    ...(before?.isOlder === undefined ? {} : { isOlder: before.isOlder }),
    ...(before?.overran === undefined ? {} : { overran: before.overran }),
    ...(threshold === undefined ? {} : { threshold }),
  };
}

/** Whether its heartbeats are missing. In maintenance a node may still run: then nothing counts down. */
function isSilent({ state, answers }: CsSample): boolean {
  return state === 'inactive' || state === 'offline' || (state === 'maintenance' && answers !== true);
}

function stageOf(
  sample: ProcessSample,
  services: readonly CsProcess[],
  obstacles: readonly Obstacle[],
): Stage {
  const has = (kind: Obstacle['kind']) => obstacles.some((one) => one.kind === kind);
  const left = rebuildLeft(sample.chunks);
  const given = services.some(({ state }) => state === 'offline' || state === 'failed');
  const waiting = services
    .filter(({ state }) => state === 'inactive' || state === 'maintenance')
    .filter((cs) => cs.dueAt !== undefined);
  if (services.length === 0 && left === undefined) return 'unknown';
  if (has('suppressed')) return 'suppressed';
  const isRebuilding = left !== undefined && left > 0 && (given || waiting.length === 0);
  if (isRebuilding && (has('too-few-domains') || has('no-room'))) return 'cannot-rebuild';
  if (isRebuilding) return 'rebuilding';
  if (waiting.some(({ threshold }) => threshold === 'offlineTimeout')) return 'waiting';
  if (waiting.length > 0) return 'held';
  if (has('needs-cs')) return 'needs-cs';
  if (given && left === undefined) return has('too-few-domains') ? 'cannot-rebuild' : 'rebuilding';
  return left === undefined && services.every(({ state }) => state === 'unknown') ? 'unknown' : 'stable';
}
