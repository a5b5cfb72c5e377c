import type { ParsedKey } from 'ssh2';
import type { loadSsh2 } from '../ssh/library';

type Ssh2 = Awaited<ReturnType<typeof loadSsh2>>;

/** A key pair of the demo, good until it ends. */
export interface DemoKey {
  /** In OpenSSH's format. */
  readonly privateText: string;
  /** `ssh-ed25519 BASE64`, as known_hosts has it. */
  readonly publicText: string;
  readonly parsed: ParsedKey;
}

/**
 * Makes an ed25519 key. About one in 180 that ssh2 1.17 makes cannot be read back by itself (lib/keygen.js drops
 * leading zero bytes), so a key counts only once it was read and its signature verified.
 */
export function makeKey({ utils }: Pick<Ssh2, 'utils'>): DemoKey {
  for (let tries = 0; tries < 20; tries++) {
    const made = utils.generateKeyPairSync('ed25519');
    const secret = utils.parseKey(made.private);
    const parsed = utils.parseKey(made.public);
    if (secret instanceof Error || parsed instanceof Error) continue;
    const signature: Buffer | Error = secret.sign('probe');
    if (signature instanceof Error || parsed.verify('probe', signature) !== true) continue;
    return { privateText: made.private, publicText: made.public.trim(), parsed };
  }
  throw new Error('No usable SSH key could be made for the demo. Try again.');
}
