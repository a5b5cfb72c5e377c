/** Whether a private key file needs a passphrase (OpenSSH PROTOCOL.key; RFC 1421, 4.6.1.1; RFC 5958). */
export function isEncrypted(text: string): boolean {
  if (text.includes('BEGIN ENCRYPTED PRIVATE KEY') || /^Proc-Type: 4,ENCRYPTED/m.test(text)) return true;
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(text)?.[1];
  if (body === undefined) return false;
  const data = Buffer.from(body, 'base64');
  const magic = 'openssh-key-v1\0';
  if (data.length < magic.length + 4 || data.toString('latin1', 0, magic.length) !== magic) return false;
  const length = data.readUInt32BE(magic.length);
  return data.toString('latin1', magic.length + 4, magic.length + 4 + length) !== 'none';
}
