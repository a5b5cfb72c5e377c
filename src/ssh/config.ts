import * as path from 'node:path';
import { LineType, parse, type SSHConfig } from 'ssh-config';
import type { Destination } from './destination';
import { SshError } from './error';
import { parseJump } from './jump';

/** Where the settings below the cluster file come from. */
export interface ConfigSource {
  readonly file: string;
  /** undefined: the file does not exist. */
  readonly text: string | undefined;
  /** The file was named by the user (`ssh -F`), so the defaults in ~/.ssh and /etc/ssh do not apply. */
  readonly isolated: boolean;
  readonly homeDir: string;
  readonly localUser: string;
  /** The socket in SSH_AUTH_SOCK. */
  readonly agentSocket?: string;
}

/** Everything needed to connect to one host. */
export interface Target {
  /** The name as written, before `HostName`. */
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Key files that somebody named, in order. */
  readonly identityFiles: readonly string[];
  /** Key files that are tried when they exist, as ssh does when none is named. */
  readonly defaultIdentityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  readonly agentSocket?: string;
  readonly knownHosts: KnownHostsPlaces;
  readonly hostKeyAlias?: string;
  readonly connectTimeoutMs: number;
  /** The jump host, itself perhaps behind another. */
  readonly via?: Target;
}

/** The known_hosts files of a host; a new key goes to the first of `user`. */
export interface KnownHostsPlaces {
  readonly user: readonly string[];
  readonly system: readonly string[];
  readonly hashNew: boolean;
}

const CONNECT_TIMEOUT_MS = 10_000;
const MOST_JUMPS = 8;

/**
 * The settings of one host: the destination's own over the ssh_config file over ssh's defaults
 * (ssh_config(5)). `StrictHostKeyChecking` is not read: keys are always verified.
 * Throws SshError `configuration` for what cannot be followed, such as a ProxyCommand.
 */
export function resolveTarget(
  node: string,
  destination: Destination,
  source: ConfigSource,
  depth = 0,
): Target {
  const fail = (message: string) => new SshError('configuration', node, message);
  if (depth > MOST_JUMPS) {
    throw fail(
      `The way to node ${node} has more than ${MOST_JUMPS} jump hosts. Look for a circle of ProxyJump in ${source.file}.`,
    );
  }
  checkWord(node, 'host name', destination.host);
  const found = lookUp(node, destination, source);
  const first = (name: string) => [found[name] ?? []].flat()[0];
  const host = (first('hostname') ?? destination.host)
    .replaceAll('%h', destination.host)
    .replaceAll('%%', '%');
  const user = destination.user ?? first('user') ?? source.localUser;
  const port = destination.port ?? Number(first('port') ?? 22);
  checkWord(node, 'host name', host);
  checkWord(node, 'user', user);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw fail(
      `The port of node ${node}, ${JSON.stringify(first('port'))} in ${source.file}, is not a number from 1 to 65535.`,
    );
  }

  const tokens: Record<string, string> = {
    h: host,
    r: user,
    u: source.localUser,
    d: source.homeDir,
    p: String(port),
  };
  const file = (text: string) =>
    expandHome(text, source.homeDir).replace(/%([hrudp%])/g, (_, token: string) => tokens[token] ?? '%');
  const files = (name: string) => {
    const named = found[name];
    return named === undefined ? undefined : [named].flat().filter(isSomething).map(file);
  };

  const agentSocket = agentOf(first('identityagent'), source, file);
  const via = viaOf(node, destination, source, found, depth);
  const hostKeyAlias = first('hostkeyalias');
  const named = [
    ...(destination.identityFile === undefined ? [] : [expandHome(destination.identityFile, source.homeDir)]),
    ...(files('identityfile') ?? []),
  ];
  const seconds = Number(first('connecttimeout'));
  return {
    alias: destination.host,
    host,
    port,
    user,
    identityFiles: [...new Set(named)],
    defaultIdentityFiles:
      named.length > 0 || source.isolated || found['identityfile'] !== undefined
        ? []
        : ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => path.join(source.homeDir, '.ssh', name)),
    identitiesOnly: first('identitiesonly')?.toLowerCase() === 'yes',
    ...(agentSocket === undefined ? {} : { agentSocket }),
    knownHosts: {
      user:
        files('userknownhostsfile') ??
        (source.isolated
          ? [path.join(path.dirname(source.file), 'known_hosts')]
          : ['known_hosts', 'known_hosts2'].map((name) => path.join(source.homeDir, '.ssh', name))),
      system:
        files('globalknownhostsfile') ??
        (source.isolated ? [] : ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']),
      hashNew: first('hashknownhosts')?.toLowerCase() === 'yes',
    },
    ...(hostKeyAlias === undefined ? {} : { hostKeyAlias }),
    connectTimeoutMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : CONNECT_TIMEOUT_MS,
    ...(via === undefined ? {} : { via }),
  };
}

/** `~` and `~/…` as the shell would expand them for this user. */
export function expandHome(file: string, homeDir: string): string {
  return file === '~' || file.startsWith('~/') ? path.join(homeDir, file.slice(1)) : file;
}

type Found = Readonly<Record<string, string | string[]>>;

function lookUp(node: string, destination: Destination, source: ConfigSource): Found {
  if (source.text === undefined) return {};
  try {
    const asked = {
      Host: destination.host,
      ...(destination.user === undefined ? {} : { User: destination.user }),
    };
    // `Match exec` would run a command on the operator's machine for each node, and stop the editor meanwhile.
    return tame(parse(source.text)).compute(asked, { ignoreCase: true, matchExec: false });
  } catch (error) {
    throw new SshError(
      'configuration',
      node,
      `The SSH configuration ${source.file} cannot be read: ${String(error)}. Correct it, then connect again.`,
      { cause: error },
    );
  }
}

/** The library knows HostName and User only in this spelling, and runs nslookup for CanonicalizeHostName. */
function tame(config: SSHConfig): SSHConfig {
  const spelling: Record<string, string> = {
    hostname: 'HostName',
    user: 'User',
    canonicalizehostname: 'Ignored',
  };
  for (const line of config) {
    if (line.type !== LineType.DIRECTIVE) continue;
    line.param = spelling[line.param.toLowerCase()] ?? line.param;
    if ('config' in line) tame(line.config);
  }
  return config;
}

function viaOf(
  node: string,
  destination: Destination,
  source: ConfigSource,
  found: Found,
  depth: number,
): Target | undefined {
  // Of ProxyJump and ProxyCommand the first in the file wins (ssh_config(5)); the object keeps the order.
  const proxy = Object.keys(found).find((name) => name === 'proxyjump' || name === 'proxycommand');
  const written = (name: string) => [found[name] ?? ''].flat().join(' ');
  if (destination.proxyJump === undefined && proxy === 'proxycommand' && written(proxy) !== 'none') {
    throw new SshError(
      'configuration',
      node,
      `${source.file} asks for a ProxyCommand to reach ${destination.host} (node ${node}), which Standby cannot use. ` +
        `Name the jump host with ProxyJump there, or with ssh.proxyJump in the cluster file.`,
    );
  }
  const text = destination.proxyJump ?? (proxy === 'proxyjump' ? written(proxy) : 'none');
  if (text === 'none' || text === '') return undefined;
  const hops = parseJump(text);
  const last = hops?.at(-1);
  if (hops === undefined || last === undefined) {
    throw new SshError(
      'configuration',
      node,
      `The jump host ${JSON.stringify(text)} of node ${node} is not of the form [user@]host[:port].`,
    );
  }
  const before = hops.slice(0, -1).map((hop) => hop.text);
  return resolveTarget(
    node,
    { ...last.destination, ...(before.length === 0 ? {} : { proxyJump: before.join(',') }) },
    source,
    depth + 1,
  );
}

function agentOf(
  written: string | undefined,
  source: ConfigSource,
  file: (text: string) => string,
): string | undefined {
  if (written === 'none') return undefined;
  if (written === undefined || written === 'SSH_AUTH_SOCK' || written === '$SSH_AUTH_SOCK')
    return source.agentSocket;
  return file(written);
}

function isSomething(file: string): boolean {
  return file !== 'none' && file !== '/dev/null' && file !== '';
}

/**
 * Throws SshError `configuration` for a word that a command line could take for an option, or a shell for more
 * than a word (as ssh.c, valid_ruser).
 */
export function checkWord(node: string, what: string, word: string): void {
  if (word !== '' && !word.startsWith('-') && !/[\s'"`$\\;&<>|(){}\p{Cc}]/u.test(word)) return;
  throw new SshError(
    'configuration',
    node,
    `The ${what} ${JSON.stringify(word)} of node ${node} is not one that SSH accepts. Correct it in the cluster file or the SSH configuration.`,
  );
}
