import { unreadable } from './reader-text';

/** One address of a node's interface. */
export interface InterfaceAddress {
  readonly interface: string;
  readonly address: string;
  readonly prefix: number;
  /** A loopback or link-local address says nothing about which node it is. */
  readonly scope: string;
}

/** Reads `ip -o addr show` or `ip -4 -o addr show`. Throws `UnreadableError`: every node has loopback at least. */
export function readAddresses(text: string): readonly InterfaceAddress[] {
  const found = text.split(/\r?\n/).flatMap((line): InterfaceAddress[] => {
    // A peer address stands between: `inet 10.0.0.1 peer 10.0.0.2/32`.
    const row = /^\d+:\s+(\S+)\s+inet6?\s+([0-9A-Fa-f:.]+)(?:\/(\d+)| peer \S+?\/(\d+))?\s(.*)$/.exec(line);
    if (!row) return [];
    const [, name = '', address = '', own, peer, rest = ''] = row;
    const prefix = Number(own ?? peer ?? (address.includes(':') ? 128 : 32));
    return [{ interface: name, address, prefix, scope: /\bscope (\S+)/.exec(rest)?.[1] ?? 'global' }];
  });
  if (found.length === 0) throw unreadable('ip addr', 'lines such as “2: eth0 inet 10.0.0.1/24 …”', text);
  return found;
}

/** True when one of the interfaces holds the address; `virtualIp` may carry a prefix. */
export function holdsAddress(addresses: readonly InterfaceAddress[], virtualIp: string): boolean {
  const wanted = virtualIp.split('/')[0];
  return addresses.some(({ address }) => address === wanted);
}
