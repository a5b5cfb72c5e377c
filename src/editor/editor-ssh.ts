import * as vscode from 'vscode';
import type { Cluster } from '../cluster/cluster';
import type { Connections } from '../ssh/connection';
import type { SshOptions } from '../ssh/options';
import { demoHomeOf } from './demo-home';
import type { HostKeyDialog } from './host-keys';
import type { Log } from './log';
import type { Secrets } from './secrets';
import { sshConfigFile, sshConfigFileIsForeign } from './ssh-config-setting';
import { systemSshNodes } from './system-ssh-setting';

/** SSH as the editor has it: with its settings, and its dialogues for host keys and secrets. */
export class EditorSsh {
  #isLoaded = false;

  constructor(
    private readonly log: Log,
    private readonly hostKeys: HostKeyDialog,
    private readonly secrets: Secrets,
  ) {}

  /** Whether the SSH library was needed so far. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /**
   * Connections to a cluster's nodes, which the caller disposes; SSH is loaded by the first call, not before. `mayAsk`:
   * whether a person may be asked at the moment of a question. Rejects in a workspace that is not trusted.
   */
  async open(cluster: Cluster, mayAsk: () => boolean): Promise<Connections> {
    if (!vscode.workspace.isTrusted) {
      throw new Error(
        vscode.l10n.t(
          'Nothing connects in a workspace that you do not trust. Trust it first (Manage Workspace Trust).',
        ),
      );
    }
    const { openConnections } = await import('../ssh/connections');
    this.#isLoaded = true;
    return openConnections(cluster, this.#options(cluster, mayAsk));
  }

  #options(cluster: Cluster, mayAsk: () => boolean): SshOptions {
    const configFile = sshConfigFile(cluster);
    return {
      ...(configFile === undefined
        ? {}
        : { configFile, configFileIsForeign: sshConfigFileIsForeign(cluster) }),
      askHostKey: (question) => (mayAsk() ? this.hostKeys.ask(question) : Promise.resolve(false)),
      askSecret: (question, signal) => this.secrets.answer(question, mayAsk, signal),
      secretTried: (question, secret, worked) => {
        this.secrets
          .tried(question, secret, worked)
          .catch(() => this.log.warn('The secret storage cannot be used.'));
      },
      systemSsh: demoHomeOf(cluster) ? [] : systemSshNodes(),
      log: (line) => this.log.debug(line),
    };
  }
}
