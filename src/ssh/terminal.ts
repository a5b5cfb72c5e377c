import type { Node } from '../cluster/cluster';
import { checkWord } from './config';
import { SshError } from './error';
import { parseJump } from './jump';

/**
 * The words of a real `ssh` to a node, for a terminal; the first is the program. Only what the cluster file says
 * is given, so that ssh reads the rest from its configuration. Throws SshError `configuration` for an address,
 * user or jump host that ssh could take for an option.
 */
export function terminalCommand(node: Node, configFile: string | undefined): readonly string[] {
  const { user, port, identityFile, proxyJump } = node.ssh;
  const file = identityFile ?? 'f';
  if (file.startsWith('-') || file === '' || /\p{Cc}/u.test(file)) throw notAWord(node, file);
  const hops = proxyJump === undefined || proxyJump === 'none' ? [] : parseJump(proxyJump);
  if (!hops) throw notAWord(node, proxyJump ?? '');
  // ssh puts these into a ProxyCommand, which this machine's shell reads; before 9.6 it let every character pass.
  for (const { host, user: name } of [
    { host: node.address, user },
    ...hops.map(({ destination }) => destination),
  ]) {
    checkWord(node.name, 'host name', host);
    if (name !== undefined) checkWord(node.name, 'user', name);
  }
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
