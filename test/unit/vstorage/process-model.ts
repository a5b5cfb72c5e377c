import type { CsState, Thresholds } from '../../../src/systems/vstorage/observation';
import type { CsSample, ProcessSample, Stage } from '../../../src/systems/vstorage/process';
import { Random } from './random';

/**
 * The process of the rebuild document once more, by another hand: a list of what happened with its times, and every
 * answer worked out from the whole list, without remembering anything from one answer to the next.
 */
export interface Happening {
  readonly at: number;
  readonly node: number;
  readonly what: 'falls silent' | 'comes back' | 'maintenance begins' | 'maintenance ends';
}

/** The MDS stand still: from when, for how long. */
export interface Standstill {
  readonly at: number;
  readonly lasts: number;
}

export interface World {
  readonly nodes: number;
  readonly perNode: number;
  readonly pieces: number;
  readonly happenings: readonly Happening[];
  readonly standstills: readonly Standstill[];
  /** When the parameters take which values. */
  readonly settings: readonly {
    readonly at: number;
    readonly offline: number;
    readonly maintenance: number;
    readonly most: number;
  }[];
  readonly looks: readonly Look[];
}

/** One look at the cluster. */
export interface Look {
  readonly at: number;
  /** How far the clock of the node that answers is ahead. */
  readonly ahead: number;
  readonly chunks: { readonly degraded?: number; readonly replicating?: number; readonly offline?: number };
  /** Services whose row cannot be read in this answer. */
  readonly garbled: ReadonlySet<number>;
  /** The cluster's own log is seen, too. */
  readonly hasLog: boolean;
}

export const inactiveAfter = 15_000;

export function randomWorld(seed: number): World {
  const random = new Random(seed);
  const nodes = random.whole(3, 6);
  const end = random.whole(20, 90) * 60_000;
  const looks: Look[] = [];
  const speakers = [0, random.whole(-90_000, 90_000)];
  let ahead = 0;
  for (
    let at = random.whole(0, 40_000);
    at < end && looks.length < 12;
    at += random.pick([5_000, 5_000, 30_000, 300_000, 600_000])
  ) {
    if (random.chance(0.1)) ahead = random.pick(speakers);
    looks.push({
      at,
      ahead,
      chunks: random.chance(0.1)
        ? {}
        : {
            degraded: random.pick([0, 0, 700]),
            replicating: random.pick([0, 30]),
            offline: random.pick([0, 0, 0, 5]),
          },
      garbled: new Set(random.chance(0.2) ? [1025 + random.whole(0, nodes)] : []),
      hasLog: random.chance(0.3),
    });
  }
  const times = (number: number) => Array.from({ length: number }, () => random.whole(1, end));
  // An outage is noticed between two looks: it never covers one.
  const standstills = random.chance(0.3)
    ? times(1).flatMap((at) => {
        const next = looks.find((look) => look.at > at)?.at ?? at;
        return next - at > 1_000 ? [{ at, lasts: random.whole(1, next - at - 1) }] : [];
      })
    : [];
  return {
    nodes,
    perNode: random.whole(1, 2),
    pieces: random.whole(1, nodes),
    happenings: times(random.whole(1, 10))
      .map((at) => ({
        at,
        node: random.whole(0, nodes - 1),
        what: random.pick([
          'falls silent',
          'falls silent',
          'comes back',
          'maintenance begins',
          'maintenance ends',
        ] as const),
      }))
      .sort((a, b) => a.at - b.at),
    standstills,
    settings: [
      { at: -1, offline: 900_000, maintenance: 1_800_000, most: random.whole(0, 2) },
      ...times(random.whole(0, 1)).map((at) => ({
        at,
        offline: random.pick([300_000, 600_000, 900_000]),
        maintenance: random.pick([900_000, 1_800_000]),
        most: random.whole(0, 3),
      })),
    ].sort((a, b) => a.at - b.at),
    looks,
  };
}

/** Everything that is true at one moment, from the whole list. */
export class Moment {
  constructor(
    private readonly world: World,
    readonly at: number,
  ) {}

  get settings() {
    const found = this.world.settings.findLast(({ at }) => at <= this.at);
    if (!found) throw new RangeError('There are no settings.');
    return found;
  }

  isInMaintenance(node: number): boolean {
    return this.last(node, 'maintenance begins') > this.last(node, 'maintenance ends');
  }

  answers(node: number): boolean {
    return this.last(node, 'comes back') >= this.last(node, 'falls silent');
  }

  /** When it fell silent; of several times in a row, the first counts. */
  silentFrom(node: number): number {
    const back = this.last(node, 'comes back');
    const from = this.world.happenings.find(
      (one) => one.node === node && one.what === 'falls silent' && one.at > back,
    )?.at;
    if (from === undefined) throw new RangeError('It is silent without having fallen silent.');
    return from;
  }

  /** How long its heartbeats are missing by the clock of the MDS, which stands while they have no majority. */
  silentFor(node: number): number {
    if (this.answers(node)) return 0;
    const from = this.silentFrom(node);
    const stood = this.world.standstills.map(({ at, lasts }) =>
      Math.max(0, Math.min(at + lasts, this.at) - Math.max(at, from)),
    );
    return this.at - from - stood.reduce((sum, one) => sum + one, 0);
  }

  /** When the MDS noticed, and wrote it into their log. */
  inactiveFrom(node: number): number {
    const from = this.silentFrom(node);
    return this.world.standstills.reduce(
      (until, { at, lasts }) =>
        at < until && at + lasts > from ? until + at + lasts - Math.max(at, from) : until,
      from + inactiveAfter,
    );
  }

  limit(node: number): number {
    return this.isInMaintenance(node) ? this.settings.maintenance : this.settings.offline;
  }

  state(node: number): CsState {
    const silent = this.silentFor(node);
    if (silent >= inactiveAfter && silent >= this.limit(node)) return 'offline';
    if (this.isInMaintenance(node)) return 'maintenance';
    return silent >= inactiveAfter ? 'inactive' : 'active';
  }

  private last(node: number, what: Happening['what']): number {
    return (
      this.world.happenings.findLast((one) => one.node === node && one.what === what && one.at <= this.at)
        ?.at ?? -1
    );
  }
}

export const idsOf = (world: World): readonly { readonly id: number; readonly node: number }[] =>
  Array.from({ length: world.nodes * world.perNode }, (_, index) => ({
    id: 1025 + index,
    node: Math.floor(index / world.perNode),
  }));

/** What the cluster answers at a look. */
export function answerAt(world: World, index: number): ProcessSample {
  const look = lookAt(world, index);
  const moment = new Moment(world, look.at);
  const before = index > 0 ? lookAt(world, index - 1) : undefined;
  const stood = world.standstills.find(({ at }) => before !== undefined && at > before.at && at <= look.at);
  const shift = before ? look.ahead - before.ahead : 0;
  const thresholds: Thresholds = {
    offlineTimeout: { value: moment.settings.offline, source: 'cluster' },
    maintenanceTimeout: { value: moment.settings.maintenance, source: 'cluster' },
    maxOffline: { value: moment.settings.most, source: 'cluster', by: 'hosts' },
    fillMargin: { value: 5, source: 'cluster' },
  };
  return {
    clock: look.at + look.ahead,
    services: idsOf(world).map(({ id, node }): CsSample => {
      const state = look.garbled.has(id) ? 'unknown' : moment.state(node);
      const isLogged = look.hasLog && state === 'inactive';
      return {
        id,
        state,
        node: `n${node}`,
        domain: { name: `n${node}` },
        answers: moment.answers(node),
        ...(isLogged ? { inactiveSince: moment.inactiveFrom(node) + look.ahead } : {}),
      };
    }),
    chunks: look.chunks,
    thresholds,
    inactiveAfter,
    pieces: world.pieces,
    ...(shift === 0 ? {} : { clockShift: shift }),
    ...(stood ? { outage: { from: stood.at + look.ahead, lasts: stood.lasts } } : {}),
  };
}

export function lookAt(world: World, index: number): Look {
  const look = world.looks[index];
  if (!look) throw new RangeError('Nobody looked then.');
  return look;
}

/** Whether a service that is offline now was in maintenance when its time ran out, as far as anybody looked. */
export function ranOver(world: World, index: number, id: number, node: number): boolean {
  const seen = world.looks
    .slice(0, index + 1)
    .filter(({ garbled }) => !garbled.has(id))
    .map(({ at }) => new Moment(world, at).state(node));
  const lastOther = seen.findLastIndex((state) => state !== 'offline');
  return (
    seen[lastOther] === 'maintenance' &&
    lastOther < seen.length - 1 &&
    new Moment(world, firstAfter(world, index, id, lastOther)).silentFor(node) > 0
  );
}

function firstAfter(world: World, index: number, id: number, nth: number): number {
  const seen = world.looks.slice(0, index + 1).filter(({ garbled }) => !garbled.has(id));
  return seen[nth + 1]?.at ?? 0;
}

/** What the cluster does at a look: the first line that holds. */
export function stageAt(world: World, index: number): Stage {
  const look = lookAt(world, index);
  const moment = new Moment(world, look.at);
  const services = idsOf(world).filter(({ id }) => !look.garbled.has(id));
  const among = (wanted: CsState) => services.filter(({ node }) => moment.state(node) === wanted);
  const hosts = new Set(among('offline').map(({ node }) => node));
  const silentInMaintenance = among('maintenance').filter(({ node }) => !moment.answers(node));
  const counts = [look.chunks.degraded, look.chunks.replicating].filter((number) => number !== undefined);
  const isTold = counts.length > 0;
  const isLeft = counts.some((number) => number > 0);
  const serving = new Set(
    [...among('active'), ...among('maintenance').filter(({ node }) => moment.answers(node))].map(
      ({ node }) => node,
    ),
  );
  const isShort =
    look.garbled.size === 0 || [...look.garbled].every((id) => !idsOf(world).some((one) => one.id === id))
      ? among('offline').length + among('inactive').length + silentInMaintenance.length > 0 &&
        serving.size < world.pieces
      : false;
  const isWaiting = among('inactive').length + silentInMaintenance.length > 0;
  const lines: readonly (readonly [boolean, Stage])[] = [
    [hosts.size > moment.settings.most, 'suppressed'],
    [isLeft && (hosts.size > 0 || !isWaiting) && isShort, 'cannot-rebuild'],
    [isLeft && (hosts.size > 0 || !isWaiting), 'rebuilding'],
    [among('inactive').length > 0, 'waiting'],
    [silentInMaintenance.length > 0, 'held'],
    [(look.chunks.offline ?? 0) > 0, 'needs-cs'],
    [hosts.size > 0 && !isTold, isShort ? 'cannot-rebuild' : 'rebuilding'],
    [!isTold && services.length === 0, 'unknown'],
    [true, 'stable'],
  ];
  return lines.find(([holds]) => holds)?.[1] ?? 'unknown';
}
