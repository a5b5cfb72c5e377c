import { createHash, createHmac, randomBytes } from 'node:crypto';
import { matchesList } from './patterns';

/** One usable line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHostLine {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly revoked: boolean;
  /** The key is that of a certificate authority, which signs host keys and is none itself. */
  readonly authority: boolean;
  /** The first field: patterns, or `|1|salt|hash`. */
  readonly hosts: string;
  readonly keyType: string;
  /** base64 */
  readonly key: string;
}

/** What the known_hosts files say about a key that a server showed. */
export type Verdict =
  | { readonly kind: 'known' }
  /** Another key of the same type is known. */
  | { readonly kind: 'changed'; readonly known: KnownHostLine }
  | { readonly kind: 'revoked'; readonly known: KnownHostLine }
  /** No key of this type is known; `otherTypes` are those that are. */
  | { readonly kind: 'unknown'; readonly otherTypes: readonly string[] };

/** The lines of a known_hosts file. Comments, broken lines and unknown markers are left out, as ssh does. */
export function parseKnownHosts(text: string, file: string): readonly KnownHostLine[] {
  const lines: KnownHostLine[] = [];
  text.split('\n').forEach((raw, index) => {
    const words = raw.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
    const [hosts, keyType, key] = words;
    if (!hosts || hosts.startsWith('#') || !keyType || !key) return;
    if (marker !== undefined && marker !== '@revoked' && marker !== '@cert-authority') return;
    if (keyTypeOf(Buffer.from(key, 'base64')) !== keyType) return;
    lines.push({
      file,
      line: index + 1,
      revoked: marker === '@revoked',
      authority: marker === '@cert-authority',
      hosts,
      keyType,
      key,
    });
  });
  return lines;
}

/** The keys of a RevokedHostKeys file in text form, one a line; they are revoked for every host. */
export function parseRevokedKeys(text: string, file: string): readonly KnownHostLine[] {
  return parseKnownHosts(
    text
      .split('\n')
      .map((line) => (/^\s*(#|$)/.test(line) ? '' : `@revoked * ${line}`))
      .join('\n'),
    file,
  );
}

/** The name under which a host is looked up: with its port unless that is 22 (OpenSSH misc.c, put_host_port). */
export function hostName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** Whether a line is about a host, `host` or `[host]:port`. A negated pattern that matches rules the line out. */
export function matchesHost(line: KnownHostLine, name: string): boolean {
  if (line.hosts.startsWith('|')) {
    const [, version, salt, hash] = line.hosts.split('|');
    if (version !== '1' || !salt || !hash) return false;
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
  }
  return matchesList(line.hosts.toLowerCase().split(','), name);
}

/** The lines about a host that are not revoked; for a port other than 22 also those without port, as ssh accepts. */
export function knownTypes(lines: readonly KnownHostLine[], name: string): readonly string[] {
  const types = (wanted: string) =>
    lines.filter((line) => isHostKey(line) && matchesHost(line, wanted)).map((line) => line.keyType);
  const exact = types(name);
  return [...new Set(exact.length > 0 ? exact : types(withoutPort(name)))];
}

/**
 * Judges a server's key as ssh does (sshconnect.c, check_host_key): a revoked key never passes; a key known
 * for the bare name passes on any port; another type than the known ones is unknown, not changed.
 */
export function judge(lines: readonly KnownHostLine[], name: string, key: Buffer): Verdict {
  const base64 = key.toString('base64');
  const type = keyTypeOf(key);
  const bare = withoutPort(name);
  const mine = lines.filter((line) => matchesHost(line, name));
  const bares = bare === name ? [] : lines.filter((line) => matchesHost(line, bare));
  const revoked = [...mine, ...bares].find((line) => line.revoked && line.key === base64);
  if (revoked) return { kind: 'revoked', known: revoked };
  const usable = mine.filter(isHostKey);
  if (usable.some((line) => line.key === base64)) return { kind: 'known' };
  const other = usable.find((line) => line.keyType === type);
  if (other) return { kind: 'changed', known: other };
  if (bares.some((line) => isHostKey(line) && line.key === base64)) return { kind: 'known' };
  return { kind: 'unknown', otherTypes: [...new Set(usable.map((line) => line.keyType))] };
}

/** The line that trusts a certificate authority with the keys of a host, if any. */
export function authorityOf(lines: readonly KnownHostLine[], name: string): KnownHostLine | undefined {
  return lines.find((line) => line.authority && matchesHost(line, name));
}

function isHostKey(line: KnownHostLine): boolean {
  return !line.revoked && !line.authority;
}

/**
 * The line that makes a key known; with `hashed` the host cannot be read from it. A name that could be read as a
 * pattern or as more than a name is hashed always.
 */
export function knownHostLine(name: string, key: Buffer, hashed: boolean): string {
  const salt = randomBytes(20);
  const hosts =
    hashed || /[^\w.:[\]%-]/.test(name)
      ? `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
      : name;
  return `${hosts} ${keyTypeOf(key)} ${key.toString('base64')}`;
}

/** The type in a public key of the wire format: its first string (RFC 4253, 6.6). */
export function keyTypeOf(key: Buffer): string {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0;
  return key.subarray(4, 4 + length).toString('latin1');
}

/** `SHA256:…` as `ssh-keygen -l` prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

const SIGNATURES: Record<string, readonly string[]> = {
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};
const OFFERED = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;

/**
 * The host key algorithms to offer: those of the known types first, so that the server shows a key that can be
 * compared (OpenSSH sshconnect2.c, order_hostkeyalgs). `ssh-rsa` with SHA-1 only where its key is known.
 */
export function hostKeyAlgorithms(types: readonly string[]): readonly string[] {
  const known = types
    .flatMap((type) => SIGNATURES[type] ?? [type])
    .filter((name) => name === 'ssh-rsa' || (OFFERED as readonly string[]).includes(name));
  return [...new Set([...known, ...OFFERED])];
}

/** The host of `[host]:port`, else the name itself. */
export function withoutPort(name: string): string {
  return /^\[(.*)\]:\d+$/.exec(name)?.[1] ?? name;
}
