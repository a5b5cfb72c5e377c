import { UnreadableError } from '../../heartbeat/probe';
import { readAddresses } from './reader-addresses';
import { readChangelogs, readImages, type ChangelogFile, type ImageFile } from './reader-metadata';
import { readMetadataServers } from './reader-mfscli';

/** The command line of a `ucarp` that serves the virtual address. */
export interface Ucarp {
  /** false: an earlier run stopped it and keeps its command line on the node. */
  readonly running: boolean;
  readonly skew: number;
  readonly interface?: string;
  readonly upScript?: string;
  readonly downScript?: string;
  /** An option that the survey could not read: the command line is not understood. */
  readonly unread: boolean;
}

export interface Hook {
  readonly kind: 'up' | 'down';
  readonly file: string;
  /** undefined: it cannot be read. */
  readonly text?: string;
}

export interface Process {
  readonly name: 'mfsmaster' | 'mfsmetalogger';
  readonly pid: number;
  /** As in proc(5): R, S, D, T, Z … */
  readonly state: string;
}

/** What a candidate said to the survey. */
export interface Survey {
  readonly processes: readonly Process[];
  /** `mfsmaster test` says that none runs; anything else, such as a missing right, is not that. */
  readonly testSaysStopped: boolean;
  /** The version that its own master answered; undefined: no live master here. */
  readonly liveVersion?: number;
  readonly addresses: readonly string[];
  readonly ucarps: readonly Ucarp[];
  readonly hooks: readonly Hook[];
  /** A hook, or a script that it names, runs at this moment. */
  readonly hookRuns: boolean;
  /** An earlier run left its dry run's folder. */
  readonly scratchLeft: boolean;
  readonly images: readonly ImageFile[];
  readonly changelogs: readonly ChangelogFile[];
  /** Changelogs whose first or last line is none, as after a loss of power. */
  readonly unreadable: readonly string[];
  /** Bytes. */
  readonly setBytes: number;
  readonly dataFree: number;
  readonly scratchFree: number;
}

const order = ['processes', 'test', 'live', 'addresses', 'ucarp', 'hooks', 'images', 'changelogs', 'space'];

function sections(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    const name = /^@@ ([a-z]+)$/.exec(line)?.[1];
    if (name !== undefined) found.set(name, (lines = []));
    else if (line !== '') lines.push(line);
  }
  const missing = [...order, 'end'].filter((name) => !found.has(name));
  if (missing.length > 0) {
    throw new UnreadableError(`the survey's answer lacks ${missing.join(', ')} (${text.length} characters)`);
  }
  return found;
}

function whole(text: string | undefined, what: string): number {
  if (text === undefined || !/^\d+$/.test(text)) {
    throw new UnreadableError(`${what}: expected a whole number, found '${text ?? 'nothing'}'`);
  }
  return Number(text);
}

function readUcarps(lines: readonly string[]): Ucarp[] {
  const ucarps: (Ucarp & { skew: number })[] = [];
  for (const line of lines) {
    const [word, option, ...rest] = line.split(' ');
    const value = rest.join(' ');
    if (word === 'command') {
      ucarps.push({ running: option?.startsWith('/proc/') ?? false, skew: 0, unread: false });
    }
    const last = ucarps.at(-1);
    if (!last) continue;
    const change: Partial<Ucarp> =
      word === 'unread'
        ? { unread: true }
        : word !== 'option'
          ? {}
          : option === 'k'
            ? { skew: whole(value, 'ucarp skew') }
            : option === 'i'
              ? { interface: value }
              : option === 'u'
                ? { upScript: value }
                : option === 'd'
                  ? { downScript: value }
                  : {};
    ucarps[ucarps.length - 1] = { ...last, ...change };
  }
  return ucarps;
}

function readHooks(lines: readonly string[]): Hook[] {
  const hooks: Hook[] = [];
  for (const line of lines) {
    const head = /^hook ([ud]) (.*)$/.exec(line);
    const last = hooks.at(-1);
    if (head) hooks.push({ kind: head[1] === 'u' ? 'up' : 'down', file: head[2] ?? '', text: '' });
    else if (last && line === 'unreadable') hooks[hooks.length - 1] = { kind: last.kind, file: last.file };
    else if (last && line.startsWith('> ')) {
      hooks[hooks.length - 1] = { ...last, text: `${last.text ?? ''}${line.slice(2)}\n` };
    }
  }
  return hooks;
}

/** Reads the answer to `surveyScript`. Throws `UnreadableError` naming the part that is missing or odd. */
export function readSurvey(answer: string): Survey {
  const parts = sections(answer);
  const lines = (name: string) => parts.get(name) ?? [];
  const space = new Map(lines('space').map((line) => line.split(' ') as [string, string]));
  const text = (name: string) => lines(name).join('\n');
  const live =
    lines('live').length > 0 ? readMetadataServers(text('live')).find((server) => server.live) : undefined;
  return {
    processes: lines('processes').map((line) => {
      const [name, pid, state] = line.split(' ');
      return { name: name as Process['name'], pid: whole(pid, 'pid'), state: state ?? '?' };
    }),
    testSaysStopped: lines('test').some((line) => line.includes('is not running')),
    ...(live && { liveVersion: live.version }),
    addresses: readAddresses(text('addresses')).map(({ address }) => address),
    ucarps: readUcarps(lines('ucarp')),
    hooks: readHooks(lines('hooks')),
    hookRuns: lines('hooks').some((line) => /^runs \d+$/.test(line)),
    scratchLeft: space.has('left'),
    images: readImages(text('images')),
    changelogs: readChangelogs(text('changelogs')).files,
    unreadable: lines('changelogs').flatMap((line) => /^unreadable (\S+)$/.exec(line)?.[1] ?? []),
    setBytes: whole(space.get('set'), 'size of the metadata'),
    dataFree: whole(space.get('data'), 'free space of the data path'),
    scratchFree: whole(space.get('scratch'), 'free space of /var/tmp'),
  };
}
