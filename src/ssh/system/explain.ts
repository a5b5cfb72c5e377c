import { SshError, type SshFailure } from '../error';

/**
 * What ssh says when it fails, in the C locale. It has no codes (it exits with 255 for everything), so its words
 * must do; the first that fits counts. OpenSSH: sshconnect.c, sshconnect2.c, readconf.c, misc.c.
 */
const SAYINGS: readonly (readonly [RegExp, SshFailure])[] = [
  [/Bad configuration option|terminating, \d+ bad configuration|Bad owner or permissions/, 'configuration'],
  [/Can't open user config file|command-line line 0/, 'configuration'],
  [/revoked host key|is marked as revoked|HOST KEY (IS )?REVOKED/i, 'host-key-revoked'],
  [/REMOTE HOST IDENTIFICATION HAS CHANGED|host key .* has changed/i, 'host-key-changed'],
  [/host key is known for|Host key verification failed/, 'host-key-unknown'],
  [/Permission denied|Too many authentication failures|No supported authentication methods/, 'auth-failed'],
  [/Could not resolve hostname/, 'unknown-host'],
  [/no matching .* found|Unable to negotiate|Protocol major versions differ/, 'protocol'],
  [/No route to host|(Network|Host) is (unreachable|down)/i, 'unreachable'],
  [/timed out|not responding/i, 'timeout'],
  [/Connection refused/, 'refused'],
];

/** Behind a jump host or a ProxyCommand ssh has no address to name; then a refusal need not be the node's. */
const PROXIED = /UNKNOWN port|stdio forwarding failed/;

const HINTS: Partial<Record<SshFailure, string>> = {
  'host-key-unknown': 'Nobody is asked there: connect once with ssh in a terminal and compare the key.',
  'host-key-changed':
    'Somebody may be in between. Compare the key on the machine’s console before you remove the line.',
  'auth-failed': 'Nobody is asked there: put the key into the agent (ssh-add) first.',
};

/** Why the ssh of this machine could not log in, from its error output. */
export function loginFailure(node: string, complaint: string): SshError {
  const said = SAYINGS.find(([words]) => words.test(complaint))?.[1] ?? 'closed';
  const reason = said === 'refused' && PROXIED.test(complaint) ? 'unreachable' : said;
  const hint = HINTS[reason] ?? 'Try the same with ssh -v in a terminal.';
  return new SshError(
    reason,
    node,
    `Node ${node}: the ssh of this machine could not log in. ${excerpt(complaint)} ${hint}`,
  );
}

const LONGEST = 600;

/** The lines that say something, without what could steer a terminal, and without the frame of @ around warnings. */
function excerpt(complaint: string): string {
  const lines = complaint
    .split(/[\r\n]+/)
    .map((line) => line.replace(/[^\P{C}\t]/gu, '').trim())
    .filter((line) => line !== '' && !/^@.*@$/.test(line) && !/^Warning: Permanently added/.test(line));
  const text = lines.join(' ');
  if (text === '') return 'It said nothing.';
  return `It said: ${text.length > LONGEST ? `…${text.slice(-LONGEST)}` : text}${/[.!?]$/.test(text) ? '' : '.'}`;
}
