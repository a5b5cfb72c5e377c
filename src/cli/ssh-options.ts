import { existsSync } from 'node:fs';
import type { SshOptions } from '../ssh/options';
import { UsageError } from './exit';
import type { ConnectingOptions } from './invocation';
import type { Output } from './output';
import type { Prompts } from './prompts';

/** What connections need, from the command's options and whether a person is there to be asked. */
export function sshOptions(
  { sshConfig, acceptNew, systemSsh }: ConnectingOptions,
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
    acceptNew,
    ...(systemSsh ? { systemSsh: ['*'] } : {}),
    ...(acceptNew
      ? {
          askHostKey: (question) => {
            const { host, keyType, fingerprint, file, otherKnownTypes } = question;
            // As for a changed key: a server that hides the key we know may be another machine.
            if (otherKnownTypes.length > 0) {
              if (prompts) return prompts.hostKey(question);
              output.say(
                `standby: not stored: ${host} shows a ${keyType} key (${fingerprint}), but is known by its ` +
                  `${otherKnownTypes.join(', ')} key. --accept-new takes keys of unknown hosts only: compare the key on ` +
                  `the machine's console (ssh-keygen -lf), then put it into ${file} by hand.`,
              );
              return Promise.resolve(false);
            }
            output.say(`standby: stored the key of ${host} (${keyType} ${fingerprint}) in ${file}.`);
            return Promise.resolve(true);
          },
        }
      : prompts
        ? { askHostKey: (question) => prompts.hostKey(question) }
        : {}),
    ...(prompts ? { askSecret: (question, signal) => prompts.secret(question, signal) } : {}),
  };
}

/** Whether a person can be asked: both ends of the question are a terminal. */
export function isAttended(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}
