const MAGIC = 'openssh-key-v1\0';

/** Whether a private key file needs a passphrase (OpenSSH PROTOCOL.key; RFC 1421, 4.6.1.1; RFC 5958). */
export function isEncrypted(text: string): boolean {
  if (text.includes('BEGIN ENCRYPTED PRIVATE KEY') || /^Proc-Type: 4,ENCRYPTED/m.test(text)) return true;
  const cipher = openSshStrings(text)[0]?.toString('latin1');
  return cipher !== undefined && cipher !== 'none';
}

/** The type of the key in OpenSSH's own format, readable even when it is locked; undefined in other formats. */
export function keyTypeIn(text: string): string | undefined {
  const publicKey = openSshStrings(text)[3];
  return publicKey && stringsOf(publicKey, 1)[0]?.toString('latin1');
}

/** Cipher, key derivation, its options, and the first public key (PROTOCOL.key); none in other formats. */
function openSshStrings(text: string): readonly Buffer[] {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(text)?.[1];
  if (body === undefined) return [];
  const data = Buffer.from(body, 'base64');
  if (data.toString('latin1', 0, MAGIC.length) !== MAGIC) return [];
  const head = stringsOf(data.subarray(MAGIC.length), 3);
  if (head.length < 3) return head;
  const taken = head.reduce((sum, one) => sum + 4 + one.length, MAGIC.length);
  // Between them stands the number of keys.
  return [...head, ...stringsOf(data.subarray(taken + 4), 1)];
}

function stringsOf(data: Buffer, most: number): readonly Buffer[] {
  const strings: Buffer[] = [];
  for (let at = 0; strings.length < most && at + 4 <= data.length;) {
    const length = data.readUInt32BE(at);
    if (at + 4 + length > data.length) break;
    strings.push(data.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return strings;
}
