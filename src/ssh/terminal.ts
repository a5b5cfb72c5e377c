import type { Node } from '../cluster/cluster';
import { SshError } from './error';
import { parseJump } from './jump';

/**
 * The words of a real `ssh` to a node, for a terminal; the first is the program. Only what the cluster file says
 * is given, so that ssh reads the rest from its configuration. Throws SshError `configuration` for an address,
 * user or jump host that ssh could take for an option.
 */
export function terminalCommand(node: Node, configFile: string | undefined): readonly string[] {
  const { user, port, identityFile, proxyJump } = node.ssh;
  for (const word of [node.address, user ?? 'u', identityFile ?? 'f']) {
    if (word.startsWith('-') || word === '' || /\p{Cc}/u.test(word)) throw notAWord(node, word);
  }
  if (proxyJump !== undefined && proxyJump !== 'none' && !parseJump(proxyJump))
    throw notAWord(node, proxyJump);
  return [
    'ssh',
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(identityFile === undefined ? [] : ['-i', identityFile]),
    ...(proxyJump === undefined ? [] : ['-J', proxyJump]),
    '--',
    node.address,
  ];
}

function notAWord(node: Node, word: string): SshError {
  return new SshError(
    'configuration',
    node.name,
    `${JSON.stringify(word)} of node ${node.name} cannot be given to ssh. Correct it in the cluster file.`,
  );
}
