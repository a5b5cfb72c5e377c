import type { Target } from './config';
import { SshError } from './error';
import { fingerprint, hostName, keyTypeOf, type KnownHostLine } from './known-hosts';

/** `user@host port 22`, with the jump hosts that lead there. */
export function placeOf(target: Target): string {
  const way = target.via ? ` (by way of ${target.via.host})` : '';
  return `${target.user}@${target.host} port ${target.port}${way}`;
}

type SocketFailure = 'refused' | 'unreachable' | 'timeout' | 'unknown-host' | 'closed';

const SOCKET_ERRORS: Record<string, SocketFailure> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ETIMEDOUT: 'timeout',
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
  EAI_FAIL: 'unknown-host',
  EAI_NONAME: 'unknown-host',
};

/** The system's error for a socket, as ours. */
export function socketFailure(node: string, target: Target, error: Error): SshError {
  const reason = SOCKET_ERRORS[(error as NodeJS.ErrnoException).code ?? ''] ?? 'closed';
  return new SshError(reason, node, `Node ${node}: ${whatHappened(reason, target)}`, { cause: error });
}

function whatHappened(reason: SocketFailure, target: Target): string {
  switch (reason) {
    case 'refused':
      return `${placeOf(target)} refused the connection. The machine lives, but no SSH server listens there: check the port and that sshd runs.`;
    case 'unreachable':
      return `there is no route to ${placeOf(target)}. Check the network and that the machine is up.`;
    case 'timeout':
      return `no answer from ${placeOf(target)}. Check that the machine is up and that no firewall drops the packets.`;
    case 'unknown-host':
      return `the name ${target.host} could not be resolved. Check the node's address in the cluster file, HostName in the SSH configuration, and DNS.`;
    case 'closed':
      return `the connection to ${placeOf(target)} broke. It is made again on the next use.`;
  }
}

/** A server showed another key than the stored one; no login was tried. */
export function hostKeyChanged(node: string, target: Target, key: Buffer, known: KnownHostLine): SshError {
  const name = target.hostKeyAlias ?? hostName(target.host, target.port);
  return new SshError(
    'host-key-changed',
    node,
    `Node ${node}: the host key of ${name} has changed. It shows the ${keyTypeOf(key)} key ${fingerprint(key)}, ` +
      `but ${known.file} line ${known.line} holds ${fingerprint(Buffer.from(known.key, 'base64'))}. ` +
      `Somebody may be in between, so no login was tried. If the machine was installed anew, compare the key on its console, ` +
      `then remove that line.${lenient(target)}`,
  );
}

/** A server showed a key that a `@revoked` line names. */
export function hostKeyRevoked(node: string, target: Target, key: Buffer, known: KnownHostLine): SshError {
  return new SshError(
    'host-key-revoked',
    node,
    `Node ${node}: ${target.host} shows the key ${fingerprint(key)}, which ${known.file} line ${known.line} marks as revoked. ` +
      `No login was tried. Give the machine a new host key.`,
  );
}

/** Nobody has confirmed the key that a server showed; `remedy` is a sentence of its own with a blank before it, or nothing. */
export function hostKeyUnknown(
  node: string,
  target: Target,
  key: Buffer,
  why: string,
  remedy: string,
): SshError {
  const name = target.hostKeyAlias ?? hostName(target.host, target.port);
  const file = target.knownHosts.user[0];
  return new SshError(
    'host-key-unknown',
    node,
    `Node ${node}: the ${keyTypeOf(key)} host key ${fingerprint(key)} of ${name} is not known${why}. ` +
      (file === undefined
        ? `No known_hosts file is configured to hold it.`
        : `Compare it on the machine's console (ssh-keygen -lf /etc/ssh/ssh_host_…_key.pub) and accept it; it belongs into ${file}.`) +
      refusal(target) +
      lenient(target) +
      remedy,
  );
}

function refusal({ strictHostKeys }: Target): string {
  return strictHostKeys.asks
    ? ''
    : ` ${strictHostKeys.place ?? 'StrictHostKeyChecking'} says StrictHostKeyChecking ${strictHostKeys.written}, so nobody is asked.`;
}

/** Who switched the checking off may wonder why it is done. */
function lenient({ strictHostKeys: { written, place } }: Target): string {
  if (written !== 'no' && written !== 'off' && written !== 'false' && written !== 'accept-new') return '';
  return ` StrictHostKeyChecking ${written} (${place}) does not change that: Standby asks at the least.`;
}

/** An error of ssh2 before the login was complete. */
export function handshakeFailure(node: string, target: Target, error: Error): SshError {
  const code = (error as NodeJS.ErrnoException).code;
  if (typeof code === 'string' && code in SOCKET_ERRORS) return socketFailure(node, target, error);
  const level = (error as { level?: string }).level;
  if (level === 'client-socket') {
    return new SshError(
      'closed',
      node,
      `Node ${node}: ${placeOf(target)} broke the connection while it was being made. It is tried again on the next use.`,
      { cause: error },
    );
  }
  return new SshError(
    'protocol',
    node,
    `Node ${node}: no SSH connection with ${placeOf(target)} could be agreed on (${error.message}). ` +
      `Check with ssh -v what its server offers; Standby takes no algorithms that OpenSSH has retired.`,
    { cause: error },
  );
}

/** The trouble of a jump host, told for the node behind it. */
export function behindJump(node: string, via: Target, error: SshError): SshError {
  // What the jump host refuses says nothing about the node, so it must not read as an answer of the node.
  const reason = error.reason === 'refused' ? 'unreachable' : error.reason;
  return new SshError(reason, node, `Node ${node} is behind the jump host ${via.host}. ${error.message}`, {
    cause: error,
  });
}
