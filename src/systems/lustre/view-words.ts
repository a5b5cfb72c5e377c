import { durationText } from '../../cluster/duration';
import { formatSize } from '../../cluster/size';
import type { Tone } from '../system-row';
import type { Mirror, MirrorSide } from './mirrors';
import type { DrbdDisk, Recovery } from './observation';
import { isResync } from './reader-drbd-words';
import { partnerOf } from './section';
import type { TargetView } from './view';

/** A state in words, and how it is. */
export interface Told {
  readonly text: string;
  readonly tone: Tone;
}

const ranks: readonly Tone[] = ['none', 'good', 'unknown', 'busy', 'warning', 'bad'];

/** The worst of several tones. */
export function worstTone(tones: readonly Tone[]): Tone {
  return tones.reduce((a, b) => (ranks.indexOf(b) > ranks.indexOf(a) ? b : a), 'none');
}

/** Who serves a target. */
export function servedText({ target, mirror, mounted, primaries, silent }: TargetView): Told {
  const [node] = mounted;
  if (mounted.length > 1) return { text: `mounted on ${mounted.join(' and ')} at once`, tone: 'bad' };
  if (node !== undefined) {
    const others = primaries.filter((each) => each !== node);
    if (others.length > 0)
      return { text: `on ${node}, and Primary on ${others.join(' and ')} too`, tone: 'bad' };
    return node === target.primary
      ? { text: `on ${node}`, tone: 'good' }
      : { text: `on ${node}, its standby: not failed back`, tone: 'warning' };
  }
  if (primaries.length > 0)
    return { text: `Primary on ${primaries.join(' and ')}, not mounted`, tone: 'bad' };
  const said = mirror?.sides.find(({ reading }) => reading?.peerRole === 'Primary');
  if (said)
    return {
      text: `no answer from ${silent.join(' and ')}, which is Primary, as ${said.node} says`,
      tone: 'unknown',
    };
  if (silent.length > 0)
    return { text: `nobody known serves it: no answer from ${silent.join(' and ')}`, tone: 'unknown' };
  return { text: 'served by no node', tone: 'bad' };
}

/** How the mirror of a target is, from the view of who serves it. */
export function mirrorText({ target, mirror, mounted, primaries, silent }: TargetView): Told {
  if (target.drbd === undefined) return { text: 'on shared storage', tone: 'none' };
  if (target.secondary === undefined) return { text: 'not mirrored', tone: 'warning' };
  if (!mirror || mirror.sides.length === 0) return { text: 'mirror unknown', tone: 'unknown' };
  const here = mounted[0] ?? primaries[0] ?? mirror.sides[0]?.node ?? target.primary;
  const there = partnerOf(target, here) ?? target.secondary;
  if (mirror.splitBrain)
    return { text: `split brain with ${there}: each side has writes of its own`, tone: 'bad' };
  const resync = resyncText(mirror);
  if (resync) return resync;
  const [near, far] = [here, there].map((node) => mirror.sides.find((side) => side.node === node));
  const connected = mirror.sides.some(({ reading }) => reading?.connection === 'Connected');
  if (!connected) return partedText(mirror, there, silent);
  const own = near?.reading?.disk ?? far?.reading?.peerDisk ?? 'unknown';
  const other = far?.reading?.disk ?? near?.reading?.peerDisk ?? 'unknown';
  if (own !== 'UpToDate')
    return { text: `${diskText(own)} on ${here}, mirrored on ${there}: ${diskText(other)}`, tone: 'bad' };
  return {
    text: `mirrored on ${there}: ${diskText(other)}`,
    tone: other === 'UpToDate' ? 'good' : 'warning',
  };
}

function partedText(mirror: Mirror, there: string, silent: readonly string[]): Told {
  const alone = mirror.sides
    .filter(({ reading }) => reading?.connection === 'StandAlone')
    .map(({ node }) => node);
  const down = mirror.sides.filter(({ reading }) => !reading).map(({ node }) => node);
  const why =
    down.length > 0
      ? `${mirror.resource} is down on ${down.join(' and ')}`
      : alone.length > 0
        ? `${alone.join(' and ')} stands alone`
        : silent.includes(there)
          ? `${there} does not answer`
          : `no connection to ${there}`;
  return { text: `not mirrored now: ${why}`, tone: 'warning' };
}

/** A resync, with its direction, percentage, speed and time left as far as they are told. */
function resyncText(mirror: Mirror): Told | undefined {
  const found = mirror.sides.find(({ reading }) => reading && isResync(reading.replication));
  const reading = found?.reading;
  if (!found || !reading) return undefined;
  const other = partnerOf(mirror.target, found.node) ?? 'its partner';
  const isSource = reading.replication.endsWith('Source') || reading.replication === 'PausedSyncS';
  const [from, to] = isSource ? [found.node, other] : [other, found.node];
  const sync = mirror.sides.flatMap((side) => side.reading?.sync ?? []).at(0);
  const percent = percentDone(found);
  const isPaused = reading.replication.startsWith('PausedSync');
  const figures = [
    ...(percent === undefined ? [] : [`${percent} %`]),
    ...(isPaused ? ['paused'] : []),
    ...(sync?.speed === undefined || isPaused ? [] : [`${sizeText(sync.speed)}/s`]),
    ...(sync?.finishSeconds === undefined || isPaused
      ? []
      : [`${durationText(sync.finishSeconds * 1000)} left`]),
  ];
  return {
    text: `resync from ${from} to ${to}${figures.length === 0 ? '' : `: ${figures.join(', ')}`}`,
    tone: isPaused ? 'warning' : 'busy',
  };
}

/** How far a resync is: as DRBD says, else by what is left of the whole device. */
export function percentDone({ reading }: MirrorSide): number | undefined {
  if (reading?.sync?.percent !== undefined) return Math.floor(reading.sync.percent);
  const { outOfSync, size } = reading ?? {};
  if (outOfSync === undefined || size === undefined || size === 0) return undefined;
  return Math.floor((1 - outOfSync / size) * 100);
}

const disks: Readonly<Record<DrbdDisk, string>> = {
  UpToDate: 'up to date',
  Consistent: 'consistent, perhaps old',
  Outdated: 'outdated',
  Inconsistent: 'inconsistent',
  Diskless: 'no disk attached',
  Failed: 'its disk failed',
  Attaching: 'attaching its disk',
  Detaching: 'detaching its disk',
  Negotiating: 'negotiating',
  DUnknown: 'unknown',
  unknown: 'unknown',
};

/** What DRBD's word for a disk means. */
export function diskText(disk: DrbdDisk): string {
  return disks[disk];
}

/** The recovery of a target after its last mount. INACTIVE is the normal state and no fault. */
export function recoveryText(recovery: Recovery): Told {
  const { status, remainingSeconds, connected, completed, clients, evicted = 0, notReady, said } = recovery;
  const back = connected ?? completed;
  const who = clients === undefined || back === undefined ? '' : `${back} of ${clients} clients back`;
  const cut = evicted === 0 ? '' : `${evicted} cut off`;
  const join = (...words: readonly string[]) => words.filter((word) => word !== '').join(', ');
  switch (status) {
    case 'INACTIVE':
      return { text: 'nothing to recover', tone: 'none' };
    case 'WAITING':
      return { text: `waits for ${notReady ?? 'other metadata targets'}`, tone: 'busy' };
    case 'WAITING_FOR_CLIENTS':
      return { text: 'waits for the first client', tone: 'busy' };
    case 'RECOVERING': {
      const left =
        remainingSeconds === undefined ? '' : `at most ${durationText(remainingSeconds * 1000)} left`;
      return {
        text: `recovering${join(who, cut, left) === '' ? '' : `: ${join(who, cut, left)}`}`,
        tone: 'busy',
      };
    }
    case 'COMPLETE':
      return evicted > 0
        ? { text: `recovered without ${evicted} of ${clients ?? '?'} clients`, tone: 'warning' }
        : { text: 'recovered', tone: 'good' };
    case 'unknown':
      return { text: said === '' ? 'unknown' : `unknown (${said})`, tone: 'unknown' };
  }
}

/** Bytes for people. */
export function sizeText(bytes: number): string {
  return formatSize(BigInt(Math.round(bytes)));
}
