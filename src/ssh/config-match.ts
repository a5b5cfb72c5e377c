import { ConfigProblem, nextToken, wordsOf, type ConfigLine } from './config-lines';
import { matchesList } from './patterns';

/** What Host and Match lines are held against. */
export interface Asked {
  /** As on the command line. */
  readonly original: string;
  /** With HostName as far as it was read, which `Match host` sees. */
  readonly host: string;
  /** What Host lines see: the original, in the final pass the host. */
  readonly named: string;
  readonly user: string;
  readonly localUser: string;
  readonly final: boolean;
}

/** `unknown`: the line asks for what Standby does not evaluate, named in `what`. */
export type Matched =
  | { readonly kind: 'yes' | 'no'; readonly wantsFinal: boolean }
  | { readonly kind: 'unknown'; readonly wantsFinal: boolean; readonly what: string };

/** A large file is evaluated for each node of a large cluster. */
const patternsOf = new WeakMap<ConfigLine, readonly string[]>();

/** Whether a Host line is about the host. Throws ConfigProblem. */
export function matchesHostLine(line: ConfigLine, asked: Asked): boolean {
  const patterns = patternsOf.get(line) ?? wordsOf(line);
  patternsOf.set(line, patterns);
  if (patterns.length === 0 || patterns.includes('')) throw new ConfigProblem(line, 'Host names no host');
  return matchesList(patterns, asked.named);
}

/**
 * Whether a Match line holds (readconf.c, match_cfg_line). `exec` would run a command on the operator's machine for
 * every node, so it is not evaluated, nor is what only a session has. Throws ConfigProblem.
 */
export function matchesMatchLine(line: ConfigLine, asked: Asked): Matched {
  let rest = line.rest;
  let holds = true;
  let wantsFinal = false;
  let unknown: string | undefined;
  let count = 0;
  const next = (): string | undefined => {
    const token = nextToken(rest);
    if (!token) throw new ConfigProblem(line, 'a quote of Match is not closed');
    [, rest] = token;
    return token[0] === '' || token[0].startsWith('#') ? undefined : token[0];
  };
  for (;;) {
    const word = next();
    if (word === undefined) break;
    count++;
    const negated = word.startsWith('!');
    const name = (negated ? word.slice(1) : word).toLowerCase();
    if (name === 'all') {
      holds &&= !negated;
      break;
    }
    let value: boolean | undefined;
    if (name === 'canonical' || name === 'final') {
      wantsFinal ||= name === 'final';
      value = asked.final;
    } else {
      const wanted = next();
      if (wanted === undefined) throw new ConfigProblem(line, `Match ${name} has no value`);
      value = criterion(line, name, wanted, asked);
      if (value === undefined) unknown ??= name;
    }
    if (value === negated) holds = false;
  }
  if (count === 0) throw new ConfigProblem(line, 'Match says nothing to match');
  if (!holds) return { kind: 'no', wantsFinal };
  return unknown === undefined ? { kind: 'yes', wantsFinal } : { kind: 'unknown', wantsFinal, what: unknown };
}

function criterion(line: ConfigLine, name: string, wanted: string, asked: Asked): boolean | undefined {
  const patterns = wanted.split(',');
  // match.c, match_hostname: names of hosts are compared in small letters, unlike those of Host lines.
  const small = wanted.toLowerCase().split(',');
  switch (name) {
    case 'host':
      return matchesList(small, asked.host.toLowerCase());
    case 'originalhost':
      return matchesList(small, asked.original.toLowerCase());
    case 'user':
      return matchesList(patterns, asked.user);
    case 'localuser':
      return matchesList(patterns, asked.localUser);
    case 'exec':
    case 'localnetwork':
    case 'tagged':
    case 'version':
    case 'sessiontype':
    case 'command':
      return undefined;
    default:
      throw new ConfigProblem(line, `Match ${name} is not known to ssh`);
  }
}
