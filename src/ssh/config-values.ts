import type { ConfigFile } from './config-file';
import { ConfigProblem, wordsOf, type ConfigLine } from './config-lines';
import { matchesHostLine, matchesMatchLine, type Asked } from './config-match';
import { expandTokens, UnknownToken } from './tokens';

/** A setting of an ssh_config file and where it stands. */
export interface Setting {
  readonly words: readonly string[];
  readonly line: ConfigLine;
}

/** The settings of one host. */
export interface ConfigValues {
  /** The first setting of a keyword, which is the one that counts (ssh_config(5)). */
  get(keyword: string): Setting | undefined;
  /** HostName with its tokens put in, else the host as wanted. */
  readonly host: string;
  /** The key files in their order, each once. */
  readonly identityFiles: readonly string[];
  /** What in the files could mean something for this host and was not evaluated, in whole sentences. */
  readonly notes: readonly string[];
}

/** Whom the settings are for: what the cluster file says comes before all files. */
export interface Wanted {
  readonly host: string;
  readonly user?: string;
  readonly localUser: string;
  readonly hasJump: boolean;
}

type Check = (words: readonly string[]) => string | undefined;

const flag = oneOf('yes', 'no', 'true', 'false');
const any: Check = () => undefined;

/** The keywords that Standby reads and the values that ssh takes for them; with another, ssh stops, and so do we. */
const SINGLE: Readonly<Record<string, Check>> = {
  hostname: any,
  user: any,
  port: ([text = '']) =>
    portOf(text) === undefined
      ? `the port ${JSON.stringify(text)} is not a number from 1 to 65535`
      : undefined,
  identityfile: any,
  identitiesonly: flag,
  identityagent: any,
  certificatefile: any,
  pkcs11provider: any,
  hostkeyalias: any,
  hashknownhosts: flag,
  revokedhostkeys: any,
  stricthostkeychecking: oneOf('yes', 'no', 'true', 'false', 'ask', 'off', 'accept-new'),
  connecttimeout: ([text = '']) =>
    secondsOf(text) === undefined ? `the time ${JSON.stringify(text)} cannot be read` : undefined,
  canonicalizehostname: oneOf('yes', 'no', 'true', 'false', 'always'),
};
const noneAlone: Check = (words) =>
  words.length > 1 && words.some((word) => word.toLowerCase() === 'none')
    ? '"none" must stand alone'
    : undefined;
const LISTS: Readonly<Record<string, Check>> = {
  userknownhostsfile: noneAlone,
  globalknownhostsfile: noneAlone,
};
/** Their value is the rest of the line. */
const RAW = new Set(['proxyjump', 'proxycommand', 'knownhostscommand']);

/**
 * Reads what files say about a host: Host and Match blocks, Include, the first value of a keyword wins
 * (readconf.c). With `Match final` the files are read twice, as ssh does. Throws ConfigProblem.
 */
export function readConfigValues(files: readonly ConfigFile[], wanted: Wanted): ConfigValues {
  const reader = new Reader(wanted);
  for (const file of files) reader.read(file);
  if (!reader.wantsFinal) return reader;
  reader.beginFinal();
  for (const file of files) reader.read(file);
  return reader;
}

class Reader implements ConfigValues {
  readonly identityFiles: string[] = [];
  readonly notes: string[] = [];
  wantsFinal = false;
  private readonly found = new Map<string, Setting>();
  private readonly noted = new Set<ConfigLine>();
  private active = true;
  /** The Match line that could not be evaluated and whose block this is. */
  private unknown: { readonly line: ConfigLine; readonly what: string } | undefined;

  private finalHost: string | undefined;

  constructor(private readonly wanted: Wanted) {}

  get host(): string {
    if (this.finalHost !== undefined) return this.finalHost;
    const hostName = this.found.get('hostname');
    return hostName === undefined ? this.wanted.host : hostNameOf(hostName, this.wanted.host);
  }

  /** From here on the host is settled: a HostName of the final pass comes too late (ssh.c, main). */
  beginFinal(): void {
    this.finalHost = this.host.toLowerCase();
  }

  get(keyword: string): Setting | undefined {
    return this.found.get(keyword);
  }

  read(file: ConfigFile): void {
    this.active = true;
    this.unknown = undefined;
    this.lines(file, false);
  }

  /** `never`: the Include stands in a block that does not apply, so the file is only checked. */
  private lines(file: ConfigFile, never: boolean): void {
    for (const line of file.lines) {
      switch (line.keyword) {
        case 'host':
          this.active = matchesHostLine(line, this.asked()) && !never;
          this.unknown = undefined;
          break;
        case 'match':
          this.match(line, never);
          break;
        case 'include':
          this.include(file.included.get(line) ?? [], never);
          break;
        default:
          this.set(line);
      }
    }
  }

  private match(line: ConfigLine, never: boolean): void {
    const matched = matchesMatchLine(line, this.asked());
    this.wantsFinal ||= matched.wantsFinal;
    this.active = matched.kind === 'yes' && !never;
    this.unknown = matched.kind === 'unknown' && !never ? { line, what: matched.what } : undefined;
  }

  private include(files: readonly ConfigFile[], never: boolean): void {
    const { active, unknown } = this;
    for (const file of files) {
      this.lines(file, never || !active);
      // A block in an included file ends with it.
      this.active = active;
      this.unknown = unknown;
    }
  }

  private set(line: ConfigLine): void {
    const words = valuesOf(line);
    if (!words) return;
    if (this.unknown && !this.noted.has(this.unknown.line)) {
      this.noted.add(this.unknown.line);
      this.notes.push(
        `${this.unknown.line.file} line ${this.unknown.line.line}: Match ${this.unknown.what} is not evaluated, so its settings do not count.`,
      );
    }
    if (!this.active) return;
    if (line.keyword === 'identityfile') {
      const [file = ''] = words;
      if (!this.identityFiles.includes(file)) this.identityFiles.push(file);
      return;
    }
    // To ssh that is as good as unset, so a later one counts.
    if (line.keyword === 'connecttimeout' && words[0] === 'none') return;
    // Of the two the first wins, but `ProxyJump none` leaves room for a ProxyCommand.
    if (line.keyword === 'proxyjump' && this.found.has('proxycommand')) return;
    const jump = this.found.get('proxyjump')?.words[0]?.toLowerCase();
    if (line.keyword === 'proxycommand' && (this.wanted.hasJump || (jump !== undefined && jump !== 'none')))
      return;
    if (!this.found.has(line.keyword)) this.found.set(line.keyword, { words, line });
  }

  private asked(): Asked {
    const { wanted, host } = this;
    const final = this.finalHost !== undefined;
    return {
      original: wanted.host,
      host,
      named: final ? host : wanted.host,
      user: wanted.user ?? this.found.get('user')?.words[0] ?? wanted.localUser,
      localUser: wanted.localUser,
      final,
    };
  }
}

/** A HostName with its tokens put in (ssh_config(5): `%%` and `%h`). Throws ConfigProblem. */
function hostNameOf({ words: [text = ''], line }: Setting, host: string): string {
  try {
    return expandTokens(text, { h: host });
  } catch (error) {
    if (!(error instanceof UnknownToken)) throw error;
    throw new ConfigProblem(line, `${error.what} means nothing in a HostName`, { cause: error });
  }
}

/** A large file is evaluated for each node of a large cluster. */
const values = new WeakMap<ConfigLine, readonly string[] | 'other'>();

function valuesOf(line: ConfigLine): readonly string[] | undefined {
  let known = values.get(line);
  if (known === undefined) {
    known = readValues(line) ?? 'other';
    values.set(line, known);
  }
  return known === 'other' ? undefined : known;
}

/** The values of a keyword that we read, checked as ssh does; undefined for the others. Throws ConfigProblem. */
function readValues(line: ConfigLine): readonly string[] | undefined {
  const { keyword } = line;
  if (RAW.has(keyword)) {
    const text = line.rest.replace(/^[ \t=]+/, '');
    if (text === '') throw new ConfigProblem(line, `${keyword} has no value`);
    // ssh takes the first word as the jump hosts.
    return [keyword === 'proxyjump' ? text.replace(/[ \t].*$/, '') : text];
  }
  const single = SINGLE[keyword];
  const check = single ?? LISTS[keyword];
  if (!check) return undefined;
  const words = wordsOf(line);
  if (words.length === 0 || words.includes('')) throw new ConfigProblem(line, `${keyword} has no value`);
  if (single && words.length > 1) throw new ConfigProblem(line, `${keyword} takes one value`);
  const problem = check(words);
  if (problem !== undefined) throw new ConfigProblem(line, problem);
  return words;
}

function oneOf(...allowed: readonly string[]): Check {
  return ([text = '']) =>
    allowed.includes(text.toLowerCase())
      ? undefined
      : `${JSON.stringify(text)} is none of ${allowed.join(', ')}`;
}

/** A port number, or undefined for what is none. */
export function portOf(text: string): number | undefined {
  if (text === 'ssh') return 22;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** A time in seconds, `none` as 0, or undefined for what cannot be read (sshd_config(5), TIME FORMATS). */
export function secondsOf(text: string): number | undefined {
  if (text === 'none') return 0;
  if (!/^(\d+[smhdw]?)+$/i.test(text)) return undefined;
  return [...text.matchAll(/(\d+)([smhdw]?)/gi)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit.toLowerCase()] ?? 1),
    0,
  );
}
