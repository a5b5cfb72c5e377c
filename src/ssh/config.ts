import * as path from 'node:path';
import type { ConfigFile } from './config-file';
import { ConfigProblem } from './config-lines';
import { portOf, readConfigValues, secondsOf, type ConfigValues, type Setting } from './config-values';
import type { Destination } from './destination';
import { SshError } from './error';
import { parseJump } from './jump';
import { expandHome, expandTokens, UnknownToken, type Tokens } from './tokens';
import { wayOut } from './way-out';

/** Where the settings below the cluster file come from. */
export interface ConfigSource {
  /** As read, in the order in which they count. */
  readonly files: readonly ConfigFile[];
  /** The file to name in messages. */
  readonly file: string;
  /** The file was named by the user (`ssh -F`), so the defaults in ~/.ssh and /etc/ssh do not apply. */
  readonly isolated: boolean;
  readonly homeDir: string;
  readonly localUser: string;
  /** This machine's name. */
  readonly localHost: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The agent where no IdentityAgent says otherwise: the socket in SSH_AUTH_SOCK. */
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
  /** `yes`: an unknown host key is refused without asking. Nothing makes it less than asking. */
  readonly strictHostKeys: StrictHostKeys;
  readonly connectTimeoutMs: number;
  /** What a setting asks for and ssh2 cannot do, such as certificates; in words, to be told when a login fails. */
  readonly beyondUs: readonly string[];
  /** Parts of the configuration that were not evaluated and could have meant this host, in whole sentences. */
  readonly notes: readonly string[];
  /** The jump host, itself perhaps behind another. */
  readonly via?: Target;
}

/** The known_hosts files of a host; a new key goes to the first of `user`. */
export interface KnownHostsPlaces {
  readonly user: readonly string[];
  readonly system: readonly string[];
  /** Files of keys that no host may show (ssh_config(5), RevokedHostKeys). */
  readonly revoked: readonly string[];
  readonly hashNew: boolean;
}

/** What StrictHostKeyChecking says, and where. */
export interface StrictHostKeys {
  readonly asks: boolean;
  /** `FILE line N`, when the configuration says anything. */
  readonly place?: string;
  readonly written?: string;
}

const CONNECT_TIMEOUT_MS = 10_000;
const MOST_JUMPS = 8;

/**
 * The settings of one host: the destination's own over the ssh_config files over ssh's defaults (ssh_config(5)).
 * Throws SshError `configuration` for what cannot be followed, such as a ProxyCommand.
 */
export function resolveTarget(
  node: string,
  destination: Destination,
  source: ConfigSource,
  depth = 0,
): Target {
  if (depth > MOST_JUMPS) {
    throw new SshError(
      'configuration',
      node,
      `The way to node ${node} has more than ${MOST_JUMPS} jump hosts. Look for a circle of ProxyJump in ${source.file}.`,
    );
  }
  checkWord(node, 'host name', destination.host);
  try {
    return resolve(node, destination, source, depth);
  } catch (error) {
    if (!(error instanceof ConfigProblem)) throw error;
    throw new SshError(
      'configuration',
      node,
      `The SSH configuration cannot be used: ${error.message}. Correct it, then connect again.`,
      { cause: error },
    );
  }
}

function resolve(node: string, destination: Destination, source: ConfigSource, depth: number): Target {
  const { homeDir, localUser, isolated } = source;
  const found = readConfigValues(source.files, {
    host: destination.host,
    ...(destination.user === undefined ? {} : { user: destination.user }),
    localUser,
    hasJump: destination.proxyJump !== undefined,
  });
  const one = (keyword: string) => found.get(keyword)?.words[0];
  // ssh.c, main: names are made small before they are used, looked up and verified.
  const host = found.host.toLowerCase();
  const user = destination.user ?? one('user') ?? localUser;
  const port = destination.port ?? portOf(one('port') ?? '22') ?? 22;
  checkWord(node, 'host name', host);
  checkUser(node, user);
  const via = viaOf(node, destination, source, found, depth);
  const hostKeyAlias = one('hostkeyalias')?.toLowerCase();

  const tokens: Tokens = {
    d: homeDir,
    h: host,
    i: String(process.getuid?.() ?? 0),
    j: destination.proxyJump ?? one('proxyjump') ?? '',
    k: hostKeyAlias ?? destination.host,
    L: source.localHost.replace(/\..*$/, ''),
    l: source.localHost,
    n: destination.host,
    p: String(port),
    r: user,
    u: localUser,
  };
  const file = (text: string, setting?: Setting): string => {
    try {
      return expandTokens(expandHome(text, homeDir), tokens, source.environment);
    } catch (error) {
      if (!(error instanceof UnknownToken)) throw error;
      throw new ConfigProblem(
        setting?.line ?? { file: source.file },
        `Standby does not know what ${error.what} in ${text} stands for; write the name out`,
        { cause: error },
      );
    }
  };
  const files = (keyword: string): readonly string[] | undefined => {
    const setting = found.get(keyword);
    return setting?.words.filter(isSomething).map((word) => file(word, setting));
  };
  const agentSocket = agentOf(found.get('identityagent'), source, file);
  const named = [
    ...(destination.identityFile === undefined ? [] : [expandHome(destination.identityFile, homeDir)]),
    ...found.identityFiles.filter(isSomething).map((name) => file(name)),
  ];
  const seconds = secondsOf(one('connecttimeout') ?? 'none') ?? 0;
  return {
    alias: destination.host,
    host,
    port,
    user,
    identityFiles: [...new Set(named)],
    defaultIdentityFiles:
      named.length > 0 || isolated || found.identityFiles.length > 0
        ? []
        : ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => path.join(homeDir, '.ssh', name)),
    identitiesOnly: isYes(one('identitiesonly')),
    ...(agentSocket === undefined ? {} : { agentSocket }),
    knownHosts: {
      user:
        files('userknownhostsfile') ??
        (isolated
          ? [path.join(path.dirname(source.file), 'known_hosts')]
          : ['known_hosts', 'known_hosts2'].map((name) => path.join(homeDir, '.ssh', name))),
      system:
        files('globalknownhostsfile') ??
        (isolated ? [] : ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']),
      revoked: files('revokedhostkeys') ?? [],
      hashNew: isYes(one('hashknownhosts')),
    },
    ...(hostKeyAlias === undefined ? {} : { hostKeyAlias }),
    strictHostKeys: strictOf(found.get('stricthostkeychecking')),
    connectTimeoutMs: seconds > 0 ? seconds * 1000 : CONNECT_TIMEOUT_MS,
    beyondUs: beyondUs(found),
    notes: notesOf(found),
    ...(via === undefined ? {} : { via }),
  };
}

function viaOf(
  node: string,
  destination: Destination,
  source: ConfigSource,
  found: ConfigValues,
  depth: number,
): Target | undefined {
  const command = found.get('proxycommand');
  if (destination.proxyJump === undefined && command && command.words[0]?.toLowerCase() !== 'none') {
    throw new SshError(
      'configuration',
      node,
      `${placeOf(command)} asks for a ProxyCommand to reach ${destination.host} (node ${node}), which Standby's own SSH ` +
        `cannot use. Name the jump host with ProxyJump there, or with ssh.proxyJump in the cluster file. ${wayOut}`,
    );
  }
  const text = destination.proxyJump ?? found.get('proxyjump')?.words[0] ?? 'none';
  if (text.toLowerCase() === 'none' || text === '') return undefined;
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

/** ssh.c, main: `none`, SSH_AUTH_SOCK, a variable by `$NAME`, or a path. */
function agentOf(
  setting: Setting | undefined,
  source: ConfigSource,
  file: (text: string, setting: Setting) => string,
): string | undefined {
  const written = setting?.words[0];
  if (setting === undefined || written === undefined || written === 'SSH_AUTH_SOCK')
    return source.agentSocket;
  if (written.toLowerCase() === 'none') return undefined;
  const variable = /^\$(\w+)$/.exec(written)?.[1];
  if (variable === 'SSH_AUTH_SOCK') return source.agentSocket;
  if (variable !== undefined) return source.environment[variable] || undefined;
  // The name by which ssh2 knows PuTTY's agent on Windows.
  return written === 'pageant' ? written : file(written, setting);
}

function strictOf(setting: Setting | undefined): StrictHostKeys {
  const written = setting?.words[0]?.toLowerCase();
  if (setting === undefined || written === undefined) return { asks: true };
  return { asks: !isYes(written), place: placeOf(setting), written };
}

function beyondUs(found: ConfigValues): readonly string[] {
  const asked = (keyword: string, what: string) => {
    const setting = found.get(keyword);
    return setting && isSomething(setting.words[0] ?? '') ? [`${what} (${placeOf(setting)})`] : [];
  };
  return [...asked('certificatefile', 'certificates'), ...asked('pkcs11provider', 'PKCS#11 tokens')];
}

function notesOf(found: ConfigValues): readonly string[] {
  const setting = found.get('canonicalizehostname');
  const on = setting && (isYes(setting.words[0]) || setting.words[0]?.toLowerCase() === 'always');
  return on
    ? [
        ...found.notes,
        `${placeOf(setting)}: CanonicalizeHostname is not followed; names are used as written.`,
      ]
    : found.notes;
}

function placeOf({ line }: Setting): string {
  return `${line.file} line ${line.line}`;
}

function isYes(written: string | undefined): boolean {
  const value = written?.toLowerCase();
  return value === 'yes' || value === 'true';
}

function isSomething(file: string): boolean {
  return file.toLowerCase() !== 'none' && file !== '/dev/null' && file !== '';
}

/** Names of a directory service have a backslash or blanks (ssh.c, valid_ruser); no shell sees this one. */
function checkUser(node: string, user: string): void {
  const plain = user.replace(/(?<=.)\\(?=.)| (?!-)/g, '_');
  checkWord(node, 'user', plain === '' ? user : plain);
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
