import { UnreadableError } from '../../heartbeat/probe';
import type { DrbdGeneration, DrbdReading, LustreImport, Recovery } from './observation';
import { readDrbdGi } from './reader-drbd-gi';
import { readProcDrbd, withProc } from './reader-drbd-proc';
import { readDrbdStatus } from './reader-drbd-status';
import { readImports, readRecovery } from './reader-lctl';
import { present, whole } from './reader-text';

/** What a node has of one target. */
export interface TargetState {
  readonly name: string;
  readonly devicePresent: boolean;
  /** What is mounted at the target's mount point. */
  readonly mounted?: string;
  /** Where else its device is mounted. */
  readonly elsewhere?: string;
  /** Its mirror; absent while the resource is down, and for shared storage. */
  readonly mirror?: DrbdReading;
  /** Why nothing is known of the mirror although it should be: the command failed or gave no answer. */
  readonly mirrorProblem?: string;
}

/** What the configuration and the kernel log of a node say about a mirror. */
export interface MirrorFacts {
  readonly generation?: DrbdGeneration;
  readonly protocol?: string;
  /** Its configuration could be read; else nothing is known of the next two. */
  readonly configured: boolean;
  readonly twoPrimaries: boolean;
  /** Epoch seconds by the node's clock at which the connection was lost last; undefined: no record. */
  readonly lostAt?: number;
  /** Bytes: the copy, room in /var/tmp, room for a snapshot in its volume group. */
  readonly size?: number;
  readonly room?: number;
  readonly groupRoom?: number;
}

/** The HA managers of a node, and what a run of Standby has taken out of the way there. */
export interface HaState {
  /** undefined: there is none. */
  readonly heartbeat?: { readonly running: boolean; readonly autoFailback: boolean };
  /** Lines of haresources: what Heartbeat releases when it is stopped. */
  readonly resources: readonly string[];
  readonly pacemaker?: {
    readonly maintenance: boolean;
    readonly sticky: boolean;
    readonly bans: readonly string[];
  };
  readonly taken: readonly ('heartbeat' | 'pacemaker')[];
}

/** What a server said to the survey. */
export interface ServerSurvey {
  readonly targets: ReadonlyMap<string, TargetState>;
  readonly mirrors: ReadonlyMap<string, MirrorFacts>;
  readonly recoveries: readonly Recovery[];
  readonly ha: HaState;
  /** Epoch seconds by the node's clock. */
  readonly clock: number;
}

/** What a client said. */
export interface ClientSurvey {
  readonly mounted?: string;
  readonly imports: readonly LustreImport[];
  /** `lctl` is not there: nobody can tell what it is connected to. */
  readonly isMute: boolean;
  /** Epoch seconds at which each of its connections (`scratch-OST0000`) was FULL last; absent while it still is. */
  readonly leftAt: ReadonlyMap<string, number>;
  /** What became of a remount that a run began. */
  readonly remount?: string;
  /** Epoch seconds by the client's clock; absent: it does not tell. */
  readonly clock?: number;
}

const parts = ['targets', 'mirrors', 'recovery', 'ha', 'clock', 'end'];

function sections(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    const name = /^@@ ([a-z]+)$/.exec(line)?.[1];
    if (name !== undefined) found.set(name, (lines = []));
    else if (line !== '') lines.push(line);
  }
  const missing = parts.filter((name) => !found.has(name));
  if (missing.length > 0)
    throw new UnreadableError(`the survey's answer lacks ${missing.join(', ')} (${text.length} characters)`);
  return found;
}

/** The rest of the lines that begin with a word. */
const after = (lines: readonly string[], word: string): readonly string[] =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

const lastAfter = (lines: readonly string[], word: string): string | undefined => after(lines, word).at(-1);

/** Groups of lines, each begun by a line of that word. */
function groups(lines: readonly string[], word: string): readonly (readonly [string, readonly string[]])[] {
  const found: [string, string[]][] = [];
  for (const line of lines) {
    if (line.startsWith(`${word} `)) found.push([line.slice(word.length + 1), []]);
    else found.at(-1)?.[1].push(line);
  }
  return found;
}

/** Reads the answer to `targetStateScript`. Throws `UnreadableError` when it is not whole. */
export function readTargetState(answer: string): TargetState {
  const lines = answer.split('\n');
  const [state] = readTargets(lines);
  if (!state || !lines.includes('end')) throw new UnreadableError('no complete answer about the target');
  return state;
}

function readTargets(lines: readonly string[]): readonly TargetState[] {
  return groups(lines, 'target').map(([name, said]) => {
    const mounted = lastAfter(said, 'mounted');
    const elsewhere = lastAfter(said, 'elsewhere');
    return {
      name,
      devicePresent: said.includes('device present'),
      ...(mounted !== undefined && { mounted }),
      ...(elsewhere !== undefined && { elsewhere }),
      ...mirrorOf(said),
    };
  });
}

function mirrorOf(said: readonly string[]): Pick<TargetState, 'mirror' | 'mirrorProblem'> {
  const code = lastAfter(said, 'drbd');
  if (code === undefined) return {};
  const text = after(said, '|').join('\n');
  const isDown = /No such resource|No currently configured DRBD|Unknown resource|not defined/i.test(text);
  if (isDown) return {};
  if (code !== '0')
    return { mirrorProblem: text.trim().split('\n').at(-1) || `it ended with status ${code}` };
  // Silence is no answer: a full /run, through which the answer goes, must not pass for a mirror that was let go.
  if (!/ role:\w/.test(text)) return { mirrorProblem: 'it ended with status 0 and told no role' };
  const readings = readDrbdStatus(`${text}\n`);
  const peers = new Set(readings.map(({ peer }) => peer));
  if (peers.size > 1)
    return {
      mirrorProblem: `it has ${peers.size} other copies (${[...peers].join(', ')}), and plans are made for pairs only`,
    };
  const proc = after(said, 'proc').join('\n');
  // The first volume stands for all: a target lies on one device.
  const [mirror] = proc === '' ? readings : withProc(readings, readProcDrbd(`${proc}\n`));
  return mirror ? { mirror } : {};
}

/** Connection states in which every write goes to both sides, or is accounted for by a resync that runs. */
const established =
  /^(Connected|SyncSource|SyncTarget|PausedSync[ST]|VerifyS|VerifyT|WFBitMap[ST]|StartingSync[ST]|WFSyncUUID|Ahead|Behind)$/;

/** Two hundred parts in a million: clocks of processors are calibrated at the boot to about that. */
const largestDrift = 0.0002;

/** When the connection of a resource was lost last, by its lines of the kernel log. */
function lostAt(resource: string, logs: readonly string[], now: number, uptime: number): number | undefined {
  const times = logs.flatMap((line): readonly (readonly ['at' | 'up', number])[] => {
    const [, clock, stamp, text = ''] = /^(at|up) ([\d.]+) (.*)$/.exec(line) ?? [];
    const [, of, from = '', to = ''] = /drbd (\S+?)[: ].*?conn\( *(\w+) -> (\w+) *\)/.exec(text) ?? [];
    if (of !== resource || !established.test(from) || established.test(to)) return [];
    // The kernel's own clock drifts against the time since the boot (printk(9), local_clock): the journal's time of day is
    // preferred, and without it the largest drift that is usual makes the loss earlier, never later.
    const at = clock === 'at' ? Number(stamp) : now - uptime + Number(stamp) * (1 - largestDrift);
    return at > now + 2 ? [] : [[clock === 'at' ? 'at' : 'up', at]];
  });
  return (times.findLast(([clock]) => clock === 'at') ?? times.at(-1))?.[1];
}

function readMirrors(
  lines: readonly string[],
  now: number,
  uptime: number,
): ReadonlyMap<string, MirrorFacts> {
  return new Map(
    groups(lines, 'mirror').map(([resource, said]) => {
      const gi = lastAfter(said, 'gi');
      const protocol = lastAfter(said, 'protocol')?.toUpperCase();
      const lost = lostAt(resource, after(said, 'log'), now, uptime);
      return [
        resource,
        {
          configured: said.includes('dump read'),
          twoPrimaries: said.includes('two-primaries yes'),
          ...(protocol !== undefined && { protocol }),
          ...(lost !== undefined && { lostAt: lost }),
          ...generationOf(gi),
          ...present({
            size: whole(lastAfter(said, 'size')),
            room: whole(lastAfter(said, 'room')),
            groupRoom: whole(lastAfter(said, 'vg-free')),
          }),
        },
      ] as const;
    }),
  );
}

function generationOf(gi: string | undefined): Pick<MirrorFacts, 'generation'> {
  if (gi === undefined) return {};
  try {
    return { generation: readDrbdGi(`${gi}\n`) };
  } catch (error) {
    // A resource whose disk is not attached has none.
    if (error instanceof UnreadableError) return {};
    throw error;
  }
}

/** Reads what `ha_state` prints. Throws `UnreadableError` when a manager runs of which nothing is known. */
export function readHa(lines: readonly string[]): HaState {
  if (lines.includes('pacemaker unanswered'))
    throw new UnreadableError('Pacemaker runs there, but crm_mon gives no answer');
  const heartbeat = lastAfter(lines, 'heartbeat');
  const stickiness = lastAfter(lines, 'pacemaker-stickiness') ?? '0';
  return {
    // With crm on, Heartbeat only carries messages for Pacemaker.
    ...(heartbeat !== undefined &&
      !/^(on|yes|true|y|1|respawn)$/.test(lastAfter(lines, 'heartbeat-crm') ?? '') && {
        heartbeat: {
          running: heartbeat === 'running',
          // Without a word in ha.cf, it does as it did of old: it takes back what is its own.
          autoFailback: lastAfter(lines, 'heartbeat-auto-failback') !== 'off',
        },
      }),
    resources: after(lines, 'haresources'),
    ...(lines.includes('pacemaker running') && {
      pacemaker: {
        maintenance: lines.includes('pacemaker-maintenance on'),
        sticky: stickiness === 'INFINITY' || Number.parseInt(stickiness, 10) > 0,
        bans: after(lines, 'pacemaker-ban'),
      },
    }),
    taken: (['heartbeat', 'pacemaker'] as const).filter((each) => lines.includes(`taken ${each}`)),
  };
}

/** Reads a server's answer to `surveyScript`. Throws `UnreadableError` naming what is missing or odd. */
export function readServer(answer: string): ServerSurvey {
  const found = sections(answer);
  const lines = (name: string) => found.get(name) ?? [];
  const clock = Number(lastAfter(lines('clock'), 'now'));
  const uptime = Number(lastAfter(lines('clock'), 'uptime'));
  if (!(clock > 0 && uptime >= 0)) throw new UnreadableError('the survey tells no time');
  return {
    targets: new Map(readTargets(lines('targets')).map((state) => [state.name, state])),
    mirrors: readMirrors(lines('mirrors'), clock, uptime),
    recoveries: readRecovery(`${lines('recovery').join('\n')}\n`),
    ha: readHa(lines('ha')),
    clock,
  };
}

/** When a client's connections were FULL last, from `lctl get_param *.*.state`: `- [ EPOCH, STATE ]`, oldest first. */
function leftFull(lines: readonly string[]): ReadonlyMap<string, number> {
  const left = new Map<string, number>();
  let device = '';
  let wasFull = false;
  for (const line of lines) {
    const name = /^(?:osc|mdc)\.([^=\s]+?)-(?:osc|mdc)-[^=]*\.state=/.exec(line)?.[1];
    if (name !== undefined) [device, wasFull] = [name, false];
    const [, at, state] = /^\s*-\s*\[\s*(\d+),\s*(\w+)\s*\]/.exec(line) ?? [];
    if (at === undefined) continue;
    if (wasFull && state !== 'FULL') left.set(device, Number(at));
    wasFull = state === 'FULL';
    if (wasFull) left.delete(device);
  }
  return left;
}

/** Reads a client's answer. Throws `UnreadableError` when it is not whole. */
export function readClient(answer: string): ClientSurvey {
  const lines = answer.split('\n');
  if (!lines.includes('end')) throw new UnreadableError('no complete answer of the client');
  const mounted = lastAfter(lines, 'mounted');
  const remount = lastAfter(lines, 'remount');
  return {
    ...(mounted !== undefined && { mounted }),
    imports: readImports(`${after(lines, '|').join('\n')}\n`),
    isMute: lines.includes('no lctl'),
    leftAt: leftFull(after(lines, 'history')),
    ...(remount !== undefined && { remount }),
    ...present({ clock: whole(lastAfter(lines, 'now')) }),
  };
}
