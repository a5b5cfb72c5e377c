import type { Node } from '../../cluster/cluster';
import { SshError } from '../error';
import { terminalCommand } from '../terminal';

/** What the ssh of this machine is told besides the node. */
export interface SystemSshSetting {
  readonly configFile?: string;
  readonly acceptNew: boolean;
  /** The file was named by a workspace. ssh runs what a configuration says, so it does not get it. */
  readonly isForeign?: boolean;
}

/** Nothing is forwarded, nobody is asked, and a dead connection is noticed as soon as ssh2's is (ssh_config(5)). */
const QUIET = [
  'BatchMode=yes',
  'ServerAliveInterval=5',
  'ServerAliveCountMax=2',
  'ForwardAgent=no',
  'ForwardX11=no',
  'ClearAllForwardings=yes',
  'PermitLocalCommand=no',
  'RemoteCommand=none',
  'NoHostAuthenticationForLocalhost=no',
  'LogLevel=INFO',
];

/**
 * What a configuration may say since OpenSSH 8.7 (its release notes) that would keep our command from running or from
 * reading its stdin; an older ssh knows neither the keywords nor the effect.
 */
const SINCE_8_7 = ['SessionType=default', 'StdinNull=no', 'ForkAfterAuthentication=no'];

/** Whether an ssh is as new as that, from what `ssh -V` prints: `OpenSSH_9.2p1 …`, `OpenSSH_for_Windows_8.6p1 …`. */
export function hasSessionType(version: string): boolean {
  const [, major = '0', minor = '0'] = /^OpenSSH_(?:\w+_)?(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 8 || (Number(major) === 8 && Number(minor) >= 7);
}

/**
 * The words behind `ssh` that log in to a node and run a command line there, with a socket for others to share the
 * connection where there is one. Host keys are verified whatever the configuration says. Throws SshError `configuration` for a word that ssh could take for an option.
 */
export function loginWords(
  node: Node,
  { configFile, acceptNew, isForeign }: SystemSshSetting,
  socket: string | undefined,
  line: string,
  version = '',
): readonly string[] {
  if (isForeign)
    throw new SshError(
      'configuration',
      node.name,
      `Node ${node.name}: standby.ssh.configFile comes from the workspace, or lies in it, and this machine's ssh runs commands that its configuration names. Put the setting, with the whole path, into your own settings if that file is yours, or take the node off standby.ssh.systemSsh.`,
    );
  const words = terminalCommand(node, configFile).slice(1);
  const host = words.splice(-2);
  return [
    '-T',
    ...(socket === undefined
      ? ['-o', 'ControlPath=none']
      : ['-M', '-S', literal(socket), '-o', 'ControlPersist=no']),
    ...[
      ...QUIET,
      ...(hasSessionType(version) ? SINCE_8_7 : []),
      `StrictHostKeyChecking=${acceptNew ? 'accept-new' : 'yes'}`,
    ].flatMap((word) => ['-o', word]),
    ...words,
    ...host,
    line,
  ];
}

/**
 * The words behind `ssh` for something more on a connection that exists. Without its socket ssh would log in anew,
 * which `ProxyCommand` keeps it from. No configuration is read, so that it cannot add a command or a forwarding.
 */
export function sharedWords(socket: string, words: readonly string[]): readonly string[] {
  return [
    ...['-F', 'none', '-T', '-S', literal(socket)],
    ...['ControlMaster=no', 'ProxyCommand=false', 'BatchMode=yes'].flatMap((word) => ['-o', word]),
    ...words,
  ];
}

/** ssh puts tokens into the name (ssh_config(5), ControlPath), and a folder for temporary files may have any name. */
function literal(socket: string): string {
  return socket.replaceAll('%', '%%');
}

/** Whether the ssh of this machine is to reach a node: `*`, the cluster's name, or `CLUSTER/NODE` is listed. */
export function usesSystemSsh(listed: readonly string[] | undefined, cluster: string, node: string): boolean {
  return listed?.some((one) => one === '*' || one === cluster || one === `${cluster}/${node}`) ?? false;
}
