import { existsSync } from 'node:fs';
import type { SshOptions } from '../ssh/options';
import { UsageError } from './exit';
import type { ConnectingOptions } from './invocation';
import type { Output } from './output';
import type { Prompts } from './prompts';

/** What connections need, from the command's options and whether a person is there to be asked. */
export function sshOptions(
  { sshConfig, acceptNew }: ConnectingOptions,
  output: Output,
  prompts: Prompts | undefined,
): SshOptions {
  if (sshConfig !== undefined && !existsSync(sshConfig)) {
    throw new UsageError(
      `The ssh configuration ${sshConfig} does not exist. Check the path after --ssh-config.`,
    );
  }
  return {
    ...(sshConfig === undefined ? {} : { configFile: sshConfig }),
    ...(acceptNew
      ? {
          askHostKey: ({ host, keyType, fingerprint, file }) => {
            output.say(`standby: stored the key of ${host} (${keyType} ${fingerprint}) in ${file}.`);
            return Promise.resolve(true);
          },
        }
      : prompts
        ? { askHostKey: (question) => prompts.hostKey(question) }
        : {}),
    ...(prompts ? { askSecret: (question) => prompts.secret(question) } : {}),
  };
}

/** Whether a person can be asked: both ends of the question are a terminal. */
export function isAttended(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}
