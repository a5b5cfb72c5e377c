import type { NodeReading } from '../../heartbeat/probe';
import type { RebuildSample } from '../../rebuild/progress';
import { isConnected, type Mirror } from './mirrors';
import type { DrbdReading, Lfsck, Recovery } from './observation';
import { lustreFacts } from './probes-facts';
import { isResync } from './reader-drbd-words';
import { valueOf } from './reader-parts';
import { deviceOf, partnerOf, serversOf, type LustreSection } from './section';

/**
 * One row for each mirror: how much of it has to be copied still, and what holds that up. `askedAt` tells when a node was
 * asked for it (epoch milliseconds).
 */
export function mirrorSamples(
  mirrors: readonly Mirror[],
  askedAt: (node: string) => number | undefined = () => undefined,
): readonly RebuildSample[] {
  const names = mirrors.map(({ resource }) => resource);
  return mirrors.flatMap((mirror) => {
    const isShared = names.filter((name) => name === mirror.resource).length > 1;
    // Two pairs may call their resources alike.
    const what = `mirror ${mirror.resource}${isShared ? ` of ${mirror.target.name}` : ''}`;
    return mirrorSample(what, mirror, askedAt);
  });
}

function mirrorSample(
  what: string,
  mirror: Mirror,
  askedAt: (node: string) => number | undefined,
): RebuildSample[] {
  const { sides, splitBrain } = mirror;
  const readings = sides.flatMap(({ reading }) => (reading ? [reading] : []));
  if (readings.length === 0) return [];
  const left = Math.max(0, ...readings.map(({ outOfSync }) => outOfSync ?? 0));
  const size = readings.find((reading) => reading.size !== undefined)?.size;
  const teller = sides.find(({ reading }) => reading?.sync !== undefined) ?? sides[0];
  const at = teller && askedAt(teller.node);
  const row = {
    what,
    unit: 'bytes' as const,
    remaining: left,
    ...(at === undefined ? {} : { at }),
    ...(size === undefined ? {} : { total: size }),
  };
  if (splitBrain)
    return [
      {
        ...row,
        state: 'split-brain',
        rank: 0,
        note: 'both sides went on by themselves: no resync will start',
      },
    ];
  const syncing = readings.filter(({ replication }) => isResync(replication));
  if (syncing.length > 0) return [{ ...row, ...resync(syncing, left, size), ...flowOf(mirror) }];
  if (!isConnected(mirror) || readings.some(({ connection }) => connection !== 'Connected')) {
    const down = sides.filter(({ reading }) => !reading).map(({ node }) => node);
    const alone = sides.filter(({ reading }) => reading?.connection === 'StandAlone').map(({ node }) => node);
    const note =
      down.length > 0
        ? `the resource is down on ${down.join(' and ')}`
        : alone.length > 0
          ? `${alone.join(' and ')} stands alone: nobody told it to connect`
          : 'one side waits for the other';
    return [
      {
        ...row,
        state: 'disconnected',
        rank: 1,
        note: left > 0 ? `${note}; the part that differs is what this side knows of` : note,
      },
    ];
  }
  return [{ ...row, atRisk: 0, rank: 9, ...verify(readings) }];
}

function resync(
  syncing: readonly DrbdReading[],
  left: number,
  size: number | undefined,
): Omit<RebuildSample, 'what' | 'unit' | 'remaining'> {
  const figures = syncing.flatMap(({ sync }) => (sync ? [sync] : []));
  const total = figures.find((each) => each.total !== undefined)?.total ?? size;
  const speed = figures.find((each) => each.speed !== undefined)?.speed;
  const finish = figures.find((each) => each.finishSeconds !== undefined)?.finishSeconds;
  const paused = [...new Set(syncing.flatMap(({ pausedBy }) => pausedBy ?? []))];
  const isPaused = syncing.some(({ replication }) => replication.startsWith('PausedSync'));
  const base = { ...(total === undefined ? {} : { total: Math.max(total, left) }), atRisk: left };
  if (isPaused) {
    const by = paused.length === 0 ? '' : ` by ${paused.map(pauser).join(' and ')}`;
    return { ...base, state: 'held', rank: 2, note: `the resync is paused${by}` };
  }
  return {
    ...base,
    rank: 3,
    ...(speed === undefined || speed === 0 ? {} : { reportedRate: speed }),
    ...(finish === undefined || speed === 0 ? {} : { reportedEtaSeconds: finish }),
  };
}

/** DRBD tells on each side which way it copies, so that one side is enough to know both. */
function flowOf({ target, sides }: Mirror): Pick<RebuildSample, 'flow'> {
  for (const { node, reading } of sides) {
    const partner = partnerOf(target, node);
    if (partner === undefined) continue;
    if (reading?.replication === 'SyncSource') return { flow: { from: [node], to: [partner] } };
    if (reading?.replication === 'SyncTarget') return { flow: { from: [partner], to: [node] } };
  }
  return {};
}

function pauser(word: string): string {
  if (word === 'dependency') return 'another resync that goes first';
  return word === 'peer' ? 'the other side' : word === 'user' ? 'a person' : word;
}

function verify(readings: readonly DrbdReading[]): { readonly note?: string } {
  const found = readings.find(({ replication }) => replication === 'VerifyS' || replication === 'VerifyT');
  if (!found) return {};
  const { percent } = found.sync ?? {};
  return { note: `its two sides are being compared${percent === undefined ? '' : `: ${percent} %`}` };
}

/** A row for each target whose recovery is not over, and for each consistency check that runs. */
export function lustreSamples(
  section: LustreSection,
  heard: ReadonlyMap<string, Pick<NodeReading, 'facts'>>,
): readonly RebuildSample[] {
  return section.targets.flatMap((target) => {
    const device = deviceOf(section, target);
    return serversOf(target).flatMap((node) => {
      const facts = lustreFacts(heard.get(node));
      const recoveries = valueOf(facts.recovery) ?? [];
      const checks = valueOf(facts.lfsck) ?? [];
      return [
        ...recoveries
          .filter((each) => each.device === device)
          .flatMap((each) => recoverySample(target.name, each)),
        ...checks.filter((each) => each.device === device).flatMap((each) => lfsckSample(target.name, each)),
      ];
    });
  });
}

function recoverySample(name: string, recovery: Recovery): RebuildSample[] {
  const { status, remainingSeconds, connected, completed, clients, evicted, notReady } = recovery;
  const row = { what: `recovery of ${name}`, unit: 'seconds' as const };
  const back = connected ?? completed;
  const said = [
    ...(clients === undefined || back === undefined ? [] : [`${back} of ${clients} clients are back`]),
    ...(evicted === undefined || evicted === 0 ? [] : [`${evicted} cut off`]),
  ].join(', ');
  switch (status) {
    case 'RECOVERING':
      return [
        {
          ...row,
          remaining: remainingSeconds ?? 0,
          rank: 4,
          ...(remainingSeconds === undefined ? { state: 'waiting' as const } : {}),
          note: said === '' ? 'ends at the latest by then' : `${said}; ends at the latest by then`,
        },
      ];
    case 'WAITING_FOR_CLIENTS':
      return [{ ...row, remaining: 0, state: 'waiting', rank: 4, note: 'no client has come back yet' }];
    case 'WAITING': {
      const whom = notReady === undefined ? 'other metadata targets' : notReady;
      return [{ ...row, remaining: 0, state: 'waiting', rank: 4, note: `waits for ${whom}` }];
    }
    case 'INACTIVE':
    case 'COMPLETE':
    case 'unknown':
      return [];
  }
}

function lfsckSample(name: string, check: Lfsck): RebuildSample[] {
  const { status, component, checked, repaired, speed } = check;
  if (status !== 'scanning-phase1' && status !== 'scanning-phase2' && status !== 'paused') return [];
  const note = [
    `LFSCK, ${status === 'paused' ? 'paused' : `phase ${status.slice(-1)}`}`,
    ...(checked === undefined ? [] : [`${checked} checked`]),
    ...(repaired === undefined ? [] : [`${repaired} repaired`]),
    ...(speed === undefined ? [] : [`${speed} a second`]),
    'nobody knows how many there are',
  ].join(', ');
  const what = `check of ${name} (${component.replace(/^lfsck_/, '')})`;
  return [
    {
      what,
      unit: 'seconds',
      remaining: 0,
      state: status === 'paused' ? 'held' : 'rebuilding',
      rank: 5,
      note,
    },
  ];
}
