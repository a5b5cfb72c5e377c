import type { Outline } from '../../../src/cluster/language/entry';
import { outline } from '../../../src/cluster/language/outline';
import { systems } from '../../../src/systems/index';

export const specs = systems.map(({ spec }) => spec);

/** A text with its cursor, written as `‸`. */
export function cursor(marked: string): { outline: Outline; offset: number; text: string } {
  const offset = marked.indexOf('‸');
  if (offset === -1) throw new Error('no cursor in the text');
  const text = marked.replace('‸', '');
  return { outline: outline(text), offset, text };
}

export const lustre = `cluster: scratch
system: lustre
nodes:
  - { name: mgs1, address: 192.0.2.1, roles: [mgs, mds] }
  - { name: oss1, address: 192.0.2.3, roles: [oss], rack: r1 }
  - name: oss2
    address: 192.0.2.4
    roles:
      - oss
    rack: r2
lustre:
  filesystem: scratch
  mgsNids: [192.0.2.1@tcp]
  targets:
    - name: OST0000
      device: /dev/drbd0
      mountPoint: /mnt/ost0
      primary: oss1
      secondary: "oss2"
`;

export const vstorage = `cluster: media
system: vstorage
heartbeat: { interval: 5s }
redundancy:
  encoding: 5+2
  failureDomain: rack
nodes:
  - name: cs1
    address: 192.0.2.11
    roles: [mds, cs]
    rack: r1
    disks:
      - { path: /dev/sdb, capacity: 10TB, used: 8TB }
  - name: cs2
    address: 192.0.2.12
    roles: [cs]
    rack: r2
vstorage:
  parameters:
    mds.wd.offline_tout: 900000
`;
