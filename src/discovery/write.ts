import { isCollection, Document, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { Cluster, Node } from '../cluster/cluster';
import { readName } from '../cluster/name';
import type { SystemSpec } from '../cluster/spec';
import type { AskedNode, LiveCluster, LiveEntry, LiveNode, LiveValue, UnaskedNode } from './discovered';
import { diskValue, plainLine, sizeText } from './words';

export interface WriteOptions {
  readonly spec: SystemSpec;
  /** The nodes that were asked, by their names in the file. */
  readonly cluster: Cluster;
  readonly live: LiveCluster;
  readonly nodes: readonly AskedNode[];
  readonly name?: string;
}

/** The roles that a node gets in a file: those that it has, else nothing can be said of it. */
type Written = LiveNode & { readonly roles: readonly string[] };

/**
 * The cluster file that says what was found out: ordered as people write it, with a comment where something is to be
 * looked at. A node without a role is only mentioned in a comment, because a wrong role would make a wrong plan.
 */
export function clusterText({ spec, cluster, live, nodes, name }: WriteOptions): string {
  const answered = nodes.filter((node) => node.answered).length;
  const liveNodes = new Map(live.nodes.map((node) => [node.name, node]));
  const written = cluster.nodes.flatMap((node): readonly { node: Node; found: Written }[] => {
    const found = liveNodes.get(node.name);
    return found?.roles && found.roles.length > 0 ? [{ node, found: { ...found, roles: found.roles } }] : [];
  });
  const ssh = sharedSsh(written.map(({ node }) => node));
  const root = new YAMLMap();
  const names = new Set(written.map(({ found }) => found.name));

  root.add(pair('cluster', clusterName(name, live.name, spec)));
  root.add(pair('system', spec.id));
  if (ssh.length > 0) root.add(spaced(pair('ssh', block(ssh))));
  if (live.redundancy.length > 0) root.add(spaced(pair('redundancy', block(live.redundancy))));
  const list = new YAMLSeq();
  for (const { node, found } of written) list.add(nodeMap(node, found, ssh, names.size > 1));
  const leftOut = [
    ...cluster.nodes
      .filter((node) => !names.has(node.name))
      .flatMap((node) => commentOfNode(node, liveNodes.get(node.name), nodes)),
    ...live.unasked.flatMap(commentOfUnasked),
  ];
  if (written.length === 0) list.add(nobody(cluster, spec));
  if (leftOut.length > 0) list.comment = comment(leftOut);
  root.add(spaced(pair('nodes', list)));
  if (live.section.length > 0) root.add(spaced(pair(spec.id, block(live.section))));

  const document = new Document(root, { version: '1.2' });
  document.commentBefore = comment([
    `${spec.title}: what ${answered} of ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'} said. Look through it before you rely on it, above all at each TODO.`,
    ...live.notes,
    ...live.unknown.map(({ sentence }) => `TODO: ${sentence}`),
  ]);
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function clusterName(asked: string | undefined, own: string | undefined, spec: SystemSpec): string {
  const usable = [asked, own].find((name) => name !== undefined && 'value' in readName(name));
  return usable ?? spec.id;
}

/** What of `ssh` is the same for all nodes. */
function sharedSsh(nodes: readonly Node[]): readonly LiveEntry[] {
  const [first] = nodes;
  if (!first) return [];
  const { user, port, become } = first.ssh;
  return [
    ...(user !== undefined && nodes.every(({ ssh }) => ssh.user === user)
      ? [{ key: 'user', value: user }]
      : []),
    ...(port !== undefined && nodes.every(({ ssh }) => ssh.port === port)
      ? [{ key: 'port', value: port }]
      : []),
    ...(become !== 'none' ? [{ key: 'become', value: become }] : []),
  ];
}

function nodeMap(node: Node, found: Written, shared: readonly LiveEntry[], isPair: boolean): YAMLMap {
  const map = new YAMLMap();
  const has = (key: string) => shared.some((entry) => entry.key === key);
  const own = [
    ...(node.ssh.user !== undefined && !has('user') ? [{ key: 'user', value: node.ssh.user }] : []),
    ...(node.ssh.port !== undefined && !has('port') ? [{ key: 'port', value: node.ssh.port }] : []),
  ];
  map.add(pair('name', found.name));
  map.add(pair('address', node.address));
  map.add(pair('roles', inline(found.roles)));
  for (const [domain, value] of Object.entries(found.domains ?? {})) map.add(pair(domain, value));
  if (own.length > 0) map.add(pair('ssh', inline({ pairs: own })));
  const disks = found.disks ?? [];
  const rows = new YAMLSeq();
  const unsized: string[] = [];
  for (const disk of disks) {
    const value = diskValue(disk);
    if (plainLine(disk.path, 4096) !== disk.path)
      unsized.push(`TODO: the disk ${disk.path} has a path that cannot be written here.`);
    else if (value === undefined)
      unsized.push(
        `TODO: the size of the disk ${disk.path} is not known: - { path: ${disk.path}, capacity: … }`,
      );
    else rows.add(withNote(inline(value), disk.note));
  }
  const notes = [...found.notes, ...unsized];
  if (rows.items.length > 0) map.add(pair('disks', rows));
  const consoles =
    isPair && needsConsole(found)
      ? [
          'console: ipmitool -H BMC-OF-THIS-NODE power status   # TODO: proves that the node is off; cannot be found out',
        ]
      : [];
  if (notes.length > 0) map.commentBefore = comment(notes);
  if (consoles.length > 0) map.comment = comment(consoles);
  return map;
}

/** A failover has to prove that the old primary is off; nothing fails over from a node that only holds data. */
function needsConsole({ roles }: Written): boolean {
  return roles.some((role) => ['master', 'mgs', 'mds', 'oss'].includes(role));
}

/** A valid file has a node. This one is no more than where somebody was asked. */
function nobody(cluster: Cluster, spec: SystemSpec): YAMLMap {
  const map = new YAMLMap();
  const [node] = cluster.nodes;
  const role = spec.roles.at(-1)?.role ?? '';
  map.add(pair('name', node?.name ?? 'node1'));
  map.add(pair('address', node?.address ?? 'node1'));
  map.add(pair('roles', inline([role])));
  map.commentBefore = comment([
    `TODO: nobody said what runs there; the role ${role} is only there to make the file valid.`,
  ]);
  return map;
}

function commentOfNode(
  node: Node,
  found: LiveNode | undefined,
  nodes: readonly AskedNode[],
): readonly string[] {
  const asked = nodes.find(({ name }) => name === node.name);
  const why =
    asked?.answered === false
      ? (asked.problems[0] ?? 'It did not answer.')
      : found?.notes.join(' ') || 'Nothing of this system was found there.';
  return [
    `TODO: ${node.name} is left out, because its role is not known. ${why}`,
    `- name: ${node.name}`,
    `  address: ${node.address}`,
    '  roles: [ … ]',
  ];
}

function commentOfUnasked({ name, address, roles, knownBy }: UnaskedNode): readonly string[] {
  const shown = name === undefined || name === address ? address : `${name} (${address})`;
  return [`TODO: ${knownBy} speaks of ${shown}, which was not asked: ${roles.join(', ')}.`];
}

function block(entries: readonly LiveEntry[]): YAMLMap {
  const map = new YAMLMap();
  for (const { key, value, note } of entries) map.add(pair(key, withNote(node(value), note)));
  return map;
}

/** Lists of maps and maps with notes take a line each; everything else stays on one. */
function node(value: LiveValue): Scalar | YAMLMap | YAMLSeq {
  if (typeof value !== 'object') return scalar(value);
  if ('pairs' in value) return block(value.pairs);
  if (value.every((item) => typeof item !== 'object')) return inline(value);
  const list = new YAMLSeq();
  for (const item of value) list.add(node(item));
  return list;
}

function inline(value: LiveValue): Scalar | YAMLMap | YAMLSeq {
  if (typeof value !== 'object') return scalar(value);
  if ('pairs' in value) {
    const map = new YAMLMap();
    for (const { key, value: inner } of value.pairs) map.add(pair(key, inline(inner)));
    map.flow = true;
    return map;
  }
  const list = new YAMLSeq();
  for (const item of value) list.add(inline(item));
  list.flow = true;
  return list;
}

function scalar(value: string | number | bigint | boolean): Scalar {
  return new Scalar(
    typeof value === 'bigint' ? sizeText(value) : typeof value === 'string' ? plainLine(value, 4096) : value,
  );
}

function pair(key: string, value: unknown): Pair {
  return new Pair(new Scalar(key), typeof value === 'string' ? scalar(value) : value);
}

function spaced(one: Pair): Pair {
  (one.key as Scalar).spaceBefore = true;
  return one;
}

function withNote<T extends Scalar | YAMLMap | YAMLSeq>(to: T, note: string | undefined): T {
  if (note !== undefined) {
    if (isCollection(to) && to.flow !== true) to.commentBefore = comment([note]);
    else to.comment = comment([note]);
  }
  return to;
}

/** Lines of comments; text of nodes cannot end the line that it stands on. */
function comment(lines: readonly string[]): string {
  return lines.map((line) => ` ${plainLine(line, 1000).replace(/^ +/, '')}`).join('\n');
}
