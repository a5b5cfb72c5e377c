import * as os from 'node:os';
import * as path from 'node:path';
import type { ConfigSource } from './config';
import { readConfigFiles } from './config-file';
import { ConfigProblem } from './config-lines';
import { SshError } from './error';
import type { SshOptions } from './options';

/** Nodes that connect together share one reading of the files; a change is seen at the next attempt. */
const FRESH_MS = 1_000;

/** Reads the SSH configuration for the nodes of a cluster. */
export class ConfigReader {
  private last: { readonly at: number; readonly source: Promise<ConfigSource> } | undefined;

  constructor(private readonly options: SshOptions) {}

  /** The configuration as it is now. Rejects with SshError `configuration`. */
  async read(node: string): Promise<ConfigSource> {
    const now = performance.now();
    if (!this.last || now - this.last.at > FRESH_MS)
      this.last = { at: now, source: readSource(this.options) };
    try {
      return await this.last.source;
    } catch (error) {
      if (!(error instanceof ConfigProblem)) throw error;
      throw new SshError(
        'configuration',
        node,
        `Node ${node}: the SSH configuration cannot be used: ${error.message}.`,
        { cause: error },
      );
    }
  }
}

async function readSource(options: SshOptions): Promise<ConfigSource> {
  const homeDir = options.homeDir ?? os.homedir();
  const agentSocket = agentOfThisMachine();
  return {
    files: await readConfigFiles(options.configFile, homeDir, '/etc/ssh/ssh_config'),
    file: options.configFile ?? path.join(homeDir, '.ssh', 'config'),
    isolated: options.configFile !== undefined,
    homeDir,
    localUser: os.userInfo().username,
    localHost: os.hostname(),
    environment: process.env,
    ...(agentSocket === undefined ? {} : { agentSocket }),
  };
}

/** SSH_AUTH_SOCK, or where the agent of OpenSSH for Windows listens. */
function agentOfThisMachine(): string | undefined {
  const socket = process.env['SSH_AUTH_SOCK'];
  if (socket) return socket;
  return process.platform === 'win32' ? '\\\\.\\pipe\\openssh-ssh-agent' : undefined;
}
