import { createPrivateKey, sign } from 'node:crypto';
import type { ParsedKey } from 'ssh2';

/**
 * A private key that OpenSSL reads once: ssh2 hands it the text anew for every signature, and reading costs ten times as
 * much as signing (keyParser.js, sign). Where ssh2 itself knows the hash, for ECDSA, its own way stays.
 */
export function readOnce(key: ParsedKey): ParsedKey {
  const slowly = key.sign.bind(key);
  let privateKey: ReturnType<typeof createPrivateKey>;
  try {
    privateKey = createPrivateKey(key.getPrivatePEM());
  } catch {
    return key;
  }
  const hashless = key.type === 'ssh-ed25519';
  key.sign = (data, algorithm) => {
    if (!hashless && algorithm === undefined) return slowly(data, algorithm);
    try {
      return sign(hashless ? null : algorithm, Buffer.from(data), privateKey);
    } catch {
      // ssh2 says why it cannot be used, in the way that it expects.
      return slowly(data, algorithm);
    }
  };
  return key;
}
