import type { Cluster } from '../../cluster/cluster';
import { countdown, roughDuration } from '../../cluster/duration';
import { dueAfter, leftUntil } from '../../rebuild/due';
import { chunkTotal, rebuildLeft } from './chunks';
import { lacksMajority, type Silence } from './facts';
import type { VstorageObservation } from './observation';
import type { CsProcess, Process } from './process';
import type { Obstacle } from './process-obstacles';

/** Where the cluster is, with what is needed to say it in words at a moment. */
export interface Told {
  readonly cluster: Cluster;
  readonly observation: VstorageObservation;
  readonly process: Process;
  /** Epoch milliseconds of this machine. */
  readonly now: number;
}

/** The moment on this machine (epoch milliseconds) of a time by the cluster's clock. */
export function momentOf({ cluster, observation }: Omit<Told, 'process' | 'now'>, clock: number): number {
  return dueAfter(cluster, observation.at, clock - observation.clock);
}

/** The cluster's time left until a time by its clock, in milliseconds; negative once it is over. */
function left(told: Told, clock: number): number {
  const at = momentOf(told, clock);
  const rest = leftUntil(told.cluster, at, told.now);
  return rest > 0 ? rest : -leftUntil(told.cluster, told.now, at);
}

/** Where the cluster is in the process and what comes next: the most important sentence first. */
export function processSentences(told: Told): readonly string[] {
  const { process } = told;
  const waits = waitSentences(told);
  const obstacles = process.obstacles.map(obstacleSentence);
  const overran = overrunSentences(told);
  switch (process.stage) {
    case 'unknown':
      return ['what the cluster does is unknown'];
    case 'stable':
      return [...obstacles, ...overran, stableSentence(told), ...waits];
    case 'rebuilding':
      return [...needFirst(process, obstacles), rebuildingSentence(told), ...overran, ...waits];
    case 'waiting':
    case 'held':
      return [...waits, ...obstacles, ...overran];
    case 'suppressed':
    case 'cannot-rebuild':
    case 'needs-cs':
      return [...obstacles, ...overran, ...waits];
  }
}

/** While something is rebuilt, only what this cannot help is said before it. */
function needFirst({ obstacles }: Process, sentences: readonly string[]): readonly string[] {
  return sentences.filter((_, index) => obstacles[index]?.kind === 'needs-cs');
}

function stableSentence({ process, observation }: Told): string {
  const gone = process.services.filter(({ state }) => state === 'offline' || state === 'failed').length;
  const known = rebuildLeft(observation.stat.chunks);
  if (known === undefined) return 'how much is to be rebuilt is unknown';
  return gone > 0
    ? `everything is rebuilt; ${gone} chunk service${gone === 1 ? ' is' : 's are'} still gone`
    : 'nothing to rebuild';
}

function rebuildingSentence({ observation }: Told): string {
  const number = rebuildLeft(observation.stat.chunks);
  return number === undefined ? 'a rebuild has begun' : `rebuilding: ${chunks(number)} left`;
}

/** One sentence for all that will be given up at the same moment and for the same reason. */
function waitSentences(told: Told): string[] {
  const { process } = told;
  const waiting = process.services.filter(({ dueAt }) => dueAt !== undefined);
  const groups = [
    waiting.filter(({ threshold }) => threshold === 'offlineTimeout'),
    waiting.filter(({ threshold, overran }) => threshold === 'maintenanceTimeout' && overran !== true),
  ];
  return groups.flatMap((group) => {
    const first = group.toSorted((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))[0];
    return first ? [waitSentence(told, first, namesOf(group))] : [];
  });
}

/** What one chunk service waits for, as a clause; undefined where nothing counts down. */
export function waitOf(told: Told, cs: CsProcess): string | undefined {
  return cs.dueAt === undefined
    ? undefined
    : cs.overran === true
      ? overrunOf(told, cs)
      : waitSentence(told, cs);
}

function waitSentence(told: Told, cs: CsProcess, who?: string): string {
  const rest = left(told, cs.dueAt ?? 0);
  const most = cs.isOlder === true ? 'at most ' : '';
  const behind = who === undefined ? '' : ` (${who})`;
  if (cs.threshold === 'maintenanceTimeout')
    return rest > 0
      ? `held: maintenance, ${most}${countdown(rest)} left${behind}`
      : `maintenance: the time is over${behind}`;
  return rest > 0 ? `rebuild starts in ${most}${countdown(rest)}${behind}` : `rebuild is due${behind}`;
}

function overrunSentences(told: Told): string[] {
  const over = told.process.services.filter(({ overran }) => overran === true);
  const first = over.toSorted((a, b) => (a.silentSince ?? 0) - (b.silentSince ?? 0))[0];
  if (!first) return [];
  const who = namesOf(over);
  const given = over.some(({ state }) => state === 'offline');
  return [
    `maintenance of ${who} overran${overrunBy(told, first)}${given ? ': the cluster has given it up' : ''}`,
  ];
}

function overrunOf(told: Told, cs: CsProcess): string {
  return `maintenance overran${overrunBy(told, cs)}`;
}

function overrunBy({ observation, ...told }: Told, { silentSince, isOlder }: CsProcess): string {
  if (silentSince === undefined) return '';
  const over = -left({ observation, ...told }, silentSince + observation.thresholds.maintenanceTimeout.value);
  return over > 0 ? ` by ${isOlder === true ? 'at least ' : ''}${roughDuration(over)}` : '';
}

/** An obstacle in the words that an operator acts on. */
export function obstacleSentence(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'suppressed': {
      const { offline, limit, by } = obstacle;
      if (offline === undefined) return 'replication is suppressed: the cluster reports a failure';
      return `replication is suppressed: ${offline} ${by === 'hosts' ? plural(offline, 'host') : plural(offline, 'chunk service')} offline, limit ${limit}`;
    }
    case 'too-few-domains': {
      const { needed, alive, tier } = obstacle;
      return `cannot rebuild: ${needed} ${plural(needed, 'domain')} needed${tier === undefined ? '' : ` in tier ${tier}`}, ${alive} alive`;
    }
    case 'no-room':
      return `cannot rebuild: no room, every disk is filled up to its margin of ${obstacle.marginPercent} %`;
    case 'needs-cs':
      return `offline chunks need ${csList(obstacle.services)} back`;
  }
}

/** That nobody answers for the cluster. */
export function silenceSentence(cluster: Cluster, silence: Silence, now: number): string {
  const time = roughDuration((now - silence.since) * (cluster.demo?.timeFactor ?? 1));
  const { mdsAlive, mdsTotal } = silence;
  if (lacksMajority(silence))
    return `no MDS majority for ${time}: ${mdsAlive} of ${mdsTotal} alive, ${Math.floor(mdsTotal / 2) + 1} needed; nothing is read, written or rebuilt`;
  return `nobody answers for the cluster for ${time}: ${mdsAlive} of ${mdsTotal} MDS seem to be alive`;
}

/** `CS 1026`, `CS 1026, 1027 and 3 more`. */
export function csList(ids: readonly number[]): string {
  if (ids.length === 0) return 'their CS';
  const shown = ids.slice(0, 3);
  const more = ids.length - shown.length;
  if (more > 0) return `CS ${shown.join(', ')} or ${more} more`;
  return shown.length === 1 ? `CS ${shown[0]}` : `CS ${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}

/** Nodes of some chunk services, else their ids. */
function namesOf(services: readonly CsProcess[]): string {
  const names = [...new Set(services.map(({ id, node, host }) => node ?? host ?? `CS ${id}`))];
  const more = names.length - 3;
  return more > 0 ? `${names.slice(0, 3).join(', ')} and ${more} more` : names.join(', ');
}

export function plural(number: number, word: string): string {
  return number === 1 ? word : `${word}s`;
}

function chunks(number: number): string {
  return `${number} ${plural(number, 'chunk')}`;
}

/** The share of healthy chunks in percent, one decimal, never rounded up to 100; undefined while it is unknown. */
export function healthyShare({ stat }: VstorageObservation): string | undefined {
  const total = chunkTotal(stat.chunks);
  const { healthy } = stat.chunks;
  if (healthy === undefined || total === 0) return undefined;
  return `${healthy === total ? 100 : Math.floor((healthy * 1000) / total) / 10} %`;
}
