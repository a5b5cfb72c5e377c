import type { Node } from '../../cluster/cluster';
import { terminalCommand } from '../terminal';

/** What the ssh of this machine is told besides the node. */
export interface SystemSshSetting {
  readonly configFile?: string;
  readonly acceptNew: boolean;
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
 * The words behind `ssh` that log in to a node and run a command line there, with a socket for others to share the
 * connection where there is one. Host keys are verified whatever the configuration says. Throws SshError `configuration` for a word that ssh could take for an option.
 */
export function loginWords(
  node: Node,
  { configFile, acceptNew }: SystemSshSetting,
  socket: string | undefined,
  line: string,
): readonly string[] {
  const words = terminalCommand(node, configFile).slice(1);
  const host = words.splice(-2);
  return [
    '-T',
    ...(socket === undefined
      ? ['-o', 'ControlPath=none']
      : ['-M', '-S', literal(socket), '-o', 'ControlPersist=no']),
    ...[...QUIET, `StrictHostKeyChecking=${acceptNew ? 'accept-new' : 'yes'}`].flatMap((word) => [
      '-o',
      word,
    ]),
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
