/** What to do about a login that ssh2 has no means for, such as a security key or a certificate. */
export const wayOut = `Or let this machine's own ssh make the connection: the setting standby.ssh.systemSsh, or --system-ssh on the command line.`;
