import type { Node } from '../../cluster/cluster';
import type { NodeConnection } from '../connection';
import { Gate } from '../gate';
import type { SshOptions } from '../options';
import { commandLine } from '../shell';
import { converseBySystemSsh } from './converse';
import { runBySystemSsh } from './exec';
import type { SocketFolder } from './folder';
import { SystemLink } from './link';
import { reachBySystemSsh } from './reach';

/** As with Standby's own SSH, and one less: the login that the others share is a session too. */
const SESSIONS = 7;

/** A node's connection by the ssh of this machine, for what ssh2 has no means for. */
export function systemConnection(node: Node, options: SshOptions, folder: SocketFolder): NodeConnection {
  const link = new SystemLink(
    node,
    {
      ...(options.configFile === undefined ? {} : { configFile: options.configFile }),
      acceptNew: options.acceptNew ?? false,
      isForeign: options.configFileIsForeign ?? false,
    },
    // OpenSSH for Windows cannot share a connection.
    process.platform === 'win32' ? undefined : () => folder.next(),
    options.log ?? (() => {}),
  );
  const sessions = new Gate(SESSIONS);
  const turns = new Gate(1);
  return {
    exec: (script, execOptions) =>
      runBySystemSsh(link, sessions, commandLine(script, node.ssh.become), execOptions),
    converse: (answer, converseOptions) => converseBySystemSsh(link, answer, converseOptions),
    reach: (host, port, timeoutMs, signal) => reachBySystemSsh(link, turns, host, port, timeoutMs, signal),
    dispose: () => link.dispose(),
  };
}
