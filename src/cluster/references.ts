import { normalAddress } from './address';
import { storageNodes, type ClusterDraft, type NodeDraft } from './draft';
import { nearMiss } from './near';
import { once } from './once';
import type { Range } from './place';
import { replaceWith, type Report } from './report';
import type { NodeReference } from './walk';

/** Checks what ties one place of a document to another: addresses, names of nodes, their domains. */
export function checkReferences(
  draft: ClusterDraft,
  references: readonly NodeReference[],
  report: Report,
): void {
  findSharedAddresses(draft, report);
  const byName = new Map<string, NodeDraft>();
  for (const node of references.length > 0 ? draft.nodes : []) {
    if (node.name && !byName.has(node.name.value)) byName.set(node.name.value, node);
  }
  for (const reference of references) checkReference(draft, byName, reference, report);
  findMissingDomains(draft, report);
}

function findSharedAddresses(draft: ClusterDraft, report: Report): void {
  const seenByPort = new Map<number, Map<string, { range: Range; name: string }>>();
  for (const { address, ssh, name } of draft.nodes) {
    if (!address) continue;
    const port = ssh.port?.value ?? draft.ssh.port?.value ?? 22;
    const seen = seenByPort.get(port) ?? new Map<string, { range: Range; name: string }>();
    seenByPort.set(port, seen);
    const key = normalForm(address);
    const first = seen.get(key);
    if (!first) seen.set(key, { range: address.range, name: name?.value ?? 'another node' });
    else {
      report.add(
        'duplicate-address',
        'error',
        address.range,
        `${first.name} has the address ${address.value} and the port ${port} too: two nodes cannot share them. Correct one.`,
        { related: [{ range: first.range, message: `The address of ${first.name}.` }] },
      );
    }
  }
}

const normalForm = once(({ value }: NonNullable<NodeDraft['address']>) => normalAddress(value));

function checkReference(
  draft: ClusterDraft,
  byName: ReadonlyMap<string, NodeDraft>,
  { name, range, role }: NodeReference,
  report: Report,
): void {
  const node = byName.get(name);
  if (!node) {
    // Where nodes are missing from the draft, the name may well be theirs.
    if (!draft.canCount || draft.nodes.some((one) => !one.name)) return;
    const meant = nearMiss(name, byName.keys());
    report.add(
      'unknown-node',
      'error',
      range,
      `There is no node '${name}' under nodes.${meant ? ` Did you mean ${meant}?` : ' Add it, or name another.'}`,
      { fixes: meant ? [replaceWith(range, meant)] : [] },
    );
  } else if (role !== undefined && node.hasAllRoles && !node.roles.some(({ value }) => value === role)) {
    report.add(
      'wrong-role',
      'error',
      range,
      `${name} has the roles ${node.roles.map(({ value }) => value).join(', ')}, but here a node with the role ${role} is needed. Add the role, or name another node.`,
      { related: [{ range: node.roles[0]?.range ?? node.range, message: `The roles of ${name}.` }] },
    );
  }
}

function findMissingDomains(draft: ClusterDraft, report: Report): void {
  const domain = draft.redundancy?.failureDomain;
  if (!domain || domain.value === 'host' || domain.value === 'disk') return;
  const key = domain.value;
  for (const node of storageNodes(draft)) {
    if (node.written.has(key)) continue;
    report.add(
      'missing-domain',
      'error',
      node.range,
      `The failure domain is the ${key}, but ${node.name?.value ?? 'this node'} does not say in which ${key} it stands. Write ${key}: …`,
      { related: [{ range: domain.range, message: `failureDomain: ${key}` }] },
    );
  }
}
