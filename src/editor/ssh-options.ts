import type { SshOptions } from '../ssh/options';
import type { HostKeyDialog } from './host-keys';
import type { Log } from './log';
import type { Secrets } from './secrets';
import { sshConfigFile, sshConfigFileIsForeign } from './ssh-config-setting';
import { systemSshNodes } from './system-ssh-setting';

/** What connections need of the editor: its settings, and its dialogues for host keys and secrets. */
export class EditorSsh {
  constructor(
    private readonly log: Log,
    private readonly hostKeys: HostKeyDialog,
    private readonly secrets: Secrets,
  ) {}

  /** The settings as they are now; `mayAsk`: whether a person may be asked at the moment of a question. */
  options(mayAsk: () => boolean): SshOptions {
    const configFile = sshConfigFile();
    return {
      ...(configFile === undefined ? {} : { configFile, configFileIsForeign: sshConfigFileIsForeign() }),
      askHostKey: (question) => (mayAsk() ? this.hostKeys.ask(question) : Promise.resolve(false)),
      askSecret: (question) => this.secrets.answer(question, mayAsk),
      secretTried: (question, secret, worked) => {
        this.secrets
          .tried(question, secret, worked)
          .catch(() => this.log.warn('The secret storage cannot be used.'));
      },
      systemSsh: systemSshNodes(),
      log: (line) => this.log.debug(line),
    };
  }
}
