import type { Cluster } from '../../cluster/cluster';

/** The section `moosefs:` of a cluster file, with its defaults. */
export interface MoosefsSection {
  /** The name that chunkservers and clients resolve; means the virtual address. */
  readonly masterHost?: string;
  /** The port for clients and tools (mfsmaster.cfg, MATOCL_LISTEN_PORT). */
  readonly masterPort: number;
  readonly dataPath: string;
  /** The address that ucarp moves, with the length of its prefix. */
  readonly virtualIp?: { readonly address: string; readonly prefix: number };
  readonly interface?: string;
  readonly vhid?: number;
  readonly mountPoint?: string;
  /** ucarp's password file on the candidates. */
  readonly passwordFile?: string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** Narrows the section that the parser checked against `moosefsSpec`. */
export function moosefsSection(cluster: Cluster): MoosefsSection {
  const { section } = cluster;
  const [address, prefix] = text(section['virtualIp'])?.split('/') ?? [];
  const masterHost = text(section['masterHost']);
  const interfaceName = text(section['interface']);
  const vhid = number(section['vhid']);
  const mountPoint = text(section['mountPoint']);
  const passwordFile = text(section['passwordFile']);
  return {
    masterPort: number(section['masterPort']) ?? 9421,
    dataPath: text(section['dataPath']) ?? '/var/lib/mfs',
    ...(masterHost !== undefined && { masterHost }),
    ...(address && prefix && { virtualIp: { address, prefix: Number(prefix) } }),
    ...(interfaceName !== undefined && { interface: interfaceName }),
    ...(vhid !== undefined && { vhid }),
    ...(mountPoint !== undefined && { mountPoint }),
    ...(passwordFile !== undefined && { passwordFile }),
  };
}
