import { BlockList, isIP } from 'node:net';
import { normalAddress } from '../../../cluster/address';
import { nodesThat } from '../../../cluster/chunks';
import type { ClusterDraft } from '../../../cluster/draft';
import type { Range } from '../../../cluster/place';
import { scalarAt } from '../../../cluster/read';
import { finding } from '../../../rules/finding';
import type { Rule } from '../../../rules/rule';
import { candidates, virtualIp } from './candidates';

interface VirtualAddress {
  readonly text: string;
  readonly range: Range;
  readonly address: string;
  readonly prefix: number;
  /** 4 or 6. */
  readonly family: number;
  /** The address is its own network: nothing else can be in it. */
  readonly isAlone: boolean;
}

function read(draft: ClusterDraft): VirtualAddress | undefined {
  const written = virtualIp(draft);
  const [address, prefixText] = written?.value.split('/') ?? [];
  if (!written || address === undefined || prefixText === undefined) return undefined;
  const [family, prefix] = [isIP(address), Number(prefixText)];
  const isAlone = prefix === (family === 4 ? 32 : 128);
  return { text: written.value, range: written.range, address, prefix, family, isAlone };
}

/** `virtual-ip-outside`: a candidate is in another network than the address that it may have to take. */
export const virtualIpOutside: Rule = (draft) => {
  const virtual = read(draft);
  if (!virtual || virtual.isAlone) return [];
  const network = new BlockList();
  const type = virtual.family === 4 ? 'ipv4' : 'ipv6';
  network.addSubnet(virtual.address, virtual.prefix, type);
  return candidates(draft).flatMap(({ address, name }) => {
    const [literal = ''] = address?.value.split('%') ?? [];
    if (!address || isIP(literal) === 0) return [];
    if (isIP(literal) === virtual.family && network.check(literal, type)) return [];
    return [
      finding(
        'virtual-ip-outside',
        'error',
        address.range,
        `${name?.value ?? 'This candidate'} has the address ${address.value}, which is not in the network of the virtual address ${virtual.text}: it could not serve it. Correct the address, the virtual address or its prefix.`,
        { related: [{ range: virtual.range, message: `virtualIp: ${virtual.text}` }] },
      ),
    ];
  });
};

const nodesAt = nodesThat(
  ({ address }, wanted: string) => address !== undefined && normalAddress(address.value) === wanted,
);

/** `virtual-ip-taken`: the virtual address belongs to a node already. */
export const virtualIpTaken: Rule = (draft) => {
  const virtual = read(draft);
  if (!virtual) return [];
  return nodesAt(draft.nodes, normalAddress(virtual.address)).flatMap(({ address, name }) =>
    address
      ? [
          finding(
            'virtual-ip-taken',
            'error',
            address.range,
            `${address.value} is the virtual address, which moves from node to node; ${name?.value ?? 'this node'} needs one that stays. Write the node's own address.`,
            { related: [{ range: virtual.range, message: `virtualIp: ${virtual.text}` }] },
          ),
        ]
      : [],
  );
};

/** `virtual-ip-mask`: the prefix makes neighbours of strangers, or strangers of neighbours. */
export const virtualIpMask: Rule = (draft) => {
  const virtual = read(draft);
  if (!virtual) return [];
  const { family, prefix, isAlone, text, range } = virtual;
  const shortest = family === 4 ? 16 : 48;
  if (!isAlone && prefix >= shortest) return [];
  const what = isAlone
    ? 'holds this address alone: the interface address would miss its neighbours'
    : `is shorter than /${shortest}: the interface address would swallow its neighbours`;
  const remedy = `Write the prefix of the candidates' own network, often /${family === 4 ? 24 : 64}.`;
  return [
    finding('virtual-ip-mask', 'warning', range, `The prefix /${prefix} of ${text} ${what}. ${remedy}`),
  ];
};

/** `master-host-elsewhere`: chunkservers and clients are sent to another address than the one that moves. */
export const masterHostElsewhere: Rule = (draft) => {
  const virtual = read(draft);
  const host = scalarAt(draft.section, 'masterHost', 'string');
  if (!virtual || !host || isIP(host.value) === 0) return [];
  if (normalAddress(host.value) === normalAddress(virtual.address)) return [];
  return [
    finding(
      'master-host-elsewhere',
      'error',
      host.range,
      `masterHost is ${host.value}, but the address that moves with the master is ${virtual.address}: after a failover chunkservers and clients would look for it in the wrong place. Write ${virtual.address}, or a name that means it.`,
      {
        related: [{ range: virtual.range, message: `virtualIp: ${virtual.text}` }],
        fixes: [
          {
            title: `Change masterHost to ${virtual.address}`,
            edits: [{ range: host.range, newText: virtual.address }],
          },
        ],
      },
    ),
  ];
};
