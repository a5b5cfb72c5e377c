/** A host as the cluster file (or a ProxyJump) names it; what is absent comes from ssh_config. */
export interface Destination {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
  readonly identityFile?: string;
  /** `[user@]host[:port]`, comma-separated; `none` turns a ProxyJump of the ssh_config off. */
  readonly proxyJump?: string;
}
