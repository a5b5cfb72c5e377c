import type { Cluster } from '../../cluster/cluster';
import type { LiveCluster, LiveMap, LiveNode, Unknown } from '../../discovery/discovered';
import type { Answer } from '../../discovery/discoverer';
import { isNid, type DrbdResource, type HaTarget, type LustreAnswer } from './discover-read';
import { hostsOf, NodeNames } from './discover-names';
import { targetName, type FoundTarget } from './discover-target';

const roleOf = { MGT: 'mgs', MDT: 'mds', OST: 'oss' } as const;

/** What the nodes together say about a Lustre file system. */
export function combineLustre(all: readonly Answer[], cluster: Cluster): LiveCluster {
  // Discoverer.read made them.
  const answers = all as readonly LustreAnswer[];
  const names = new NodeNames(answers, cluster);
  const unknown: Unknown[] = [];
  const targets = targetsIn(answers, names, unknown);
  const mount = clientMountIn(answers);
  const filesystem =
    targets.find((target) => target.filesystem !== undefined)?.filesystem ?? mount?.filesystem;
  const nids = mgsNids(answers, targets, mount?.nids);
  if (filesystem === undefined)
    unknown.push({ sentence: 'Nobody told the name of the file system; correct filesystem.' });
  if (nids.length === 0) unknown.push({ sentence: 'Nobody told at which NIDs the MGS is; correct mgsNids.' });
  const nodes = answers.map((answer) => nodeIn(answer, targets));
  const rows = targets.map((target) => targetMap(target.kind === 'MGT' ? { ...target, nids } : target));
  if (rows.length === 0)
    unknown.push({
      sentence:
        'No target is mounted on the nodes that were asked; the one here is only there to make the file valid. Ask all servers while the file system runs.',
    });
  const [someone] = nodes;
  if (rows.length === 0 && someone)
    nodes[0] = {
      ...someone,
      roles: [...new Set(['oss', ...(someone.roles ?? [])])],
      notes: [...someone.notes, 'TODO: the role oss is only there for the target below.'],
    };
  const paths = [...new Set(answers.flatMap(({ facts }) => facts.haPaths))];
  return {
    ...(filesystem === undefined ? {} : { name: filesystem }),
    notes: topNotes(answers),
    redundancy: [],
    // A role that only makes the file valid is no finding: without any real one nothing was found.
    nodes: rows.length === 0 && !mount ? nodes.map(({ roles: _none, ...node }) => node) : nodes,
    section: [
      {
        key: 'filesystem',
        value: filesystem ?? 'lustre',
        ...(filesystem === undefined ? { isGuess: true, note: 'TODO' } : {}),
      },
      {
        key: 'mgsNids',
        value: nids.length > 0 ? nids : [`${answers[0]?.node.address ?? 'mgs'}@tcp`],
        ...(nids.length === 0 ? { isGuess: true, note: 'TODO' } : {}),
      },
      ...(paths.length > 0 ? [{ key: 'heartbeatPaths', value: paths }] : []),
      ...(mount ? [{ key: 'clientMount', value: mount.path, node: mount.node }] : []),
      {
        key: 'targets',
        value: rows.length > 0 ? rows : [placeholder(someone?.name ?? '')],
        ...(rows.length === 0 ? { isGuess: true, note: 'TODO' } : {}),
      },
    ],
    unasked: unaskedPartners(answers, names),
    unknown,
  };
}

function placeholder(primary: string): LiveMap {
  return {
    pairs: [
      { key: 'name', value: 'OST0000' },
      { key: 'device', value: '/dev/drbd0' },
      { key: 'mountPoint', value: '/mnt/ost0' },
      { key: 'primary', value: primary },
    ],
  };
}

/** Every target that is mounted somewhere, with the pair that may serve it. */
function targetsIn(
  answers: readonly LustreAnswer[],
  names: NodeNames,
  unknown: Unknown[],
): readonly FoundTarget[] {
  const found = new Map<string, FoundTarget>();
  for (const { node, host, facts } of answers)
    for (const { source, path, type, options } of host.mounts ?? []) {
      const isLustre = type === 'lustre' || type === 'lustre_tgt';
      if (isLustre && source.includes(':/')) continue;
      const option = options.find((one) => one.startsWith('svname='))?.slice('svname='.length);
      const target = targetName(option ?? facts.labels.get(source));
      if (!target) {
        if (isLustre)
          unknown.push({
            node: node.name,
            sentence: `${node.name} has a target mounted at ${path}, but its name could not be told.`,
          });
        continue;
      }
      const twin = found.get(target.name);
      if (twin) {
        unknown.push({
          sentence: `${target.name} is mounted on ${twin.mountedOn} and on ${node.name}: look at once which of them is right; a target mounted twice is being destroyed.`,
        });
        continue;
      }
      const resource = facts.resources.find((one) =>
        hostsOf(one, names).some(({ node: name, devices }) => name === node.name && devices.includes(source)),
      );
      const pair = resource ? hostsOf(resource, names).map(({ node: name, host: its }) => name ?? its) : [];
      const ha = haOf(answers, source, path, resource);
      const home = ha && (names.nodeOf(ha.home) ?? ha.home);
      const known = pair.filter((name) => names.has(name));
      const primary = home !== undefined && names.has(home) ? home : node.name;
      const secondary =
        known.find((name) => name !== primary) ?? partnerByTable(answers, node.name, path, source);
      found.set(target.name, {
        ...target,
        device: source,
        mountPoint: path,
        mountedOn: node.name,
        primary,
        isHome: primary === home,
        nids: serviceNids(answers, target.device),
        ...(resource ? { resource } : {}),
        ...(secondary !== undefined && secondary !== primary ? { secondary } : {}),
      });
    }
  tellUnmounted(answers, [...found.values()], unknown);
  return [...found.values()].toSorted(
    (a, b) =>
      Object.keys(roleOf).indexOf(a.kind) - Object.keys(roleOf).indexOf(b.kind) ||
      a.name.localeCompare(b.name),
  );
}

function haOf(
  answers: readonly LustreAnswer[],
  device: string,
  path: string,
  resource: DrbdResource | undefined,
): HaTarget | undefined {
  return answers
    .flatMap(({ facts }) => facts.haTargets)
    .find((one) => one.path === path && (one.device === device || one.resource === resource?.name));
}

/** Shared storage: the other node whose fstab or haresources has the same target. */
function partnerByTable(
  answers: readonly LustreAnswer[],
  own: string,
  path: string,
  device: string,
): string | undefined {
  return answers.find(
    ({ node, facts }) =>
      node.name !== own &&
      [...facts.fstab, ...facts.haTargets.map((one) => ({ ...one, source: one.device }))].some(
        (one) => one.path === path && one.source === device,
      ),
  )?.node.name;
}

/** Clients know every NID at which they look for a target (lctl get_param *.import, failover_nids). */
function serviceNids(answers: readonly LustreAnswer[], device: string): readonly string[] {
  const told = answers.flatMap(({ facts }) => facts.imports).filter((one) => one.device === device);
  return [...new Set(told.flatMap(({ failoverNids }) => failoverNids))].filter(isNid);
}

function tellUnmounted(
  answers: readonly LustreAnswer[],
  targets: readonly FoundTarget[],
  unknown: Unknown[],
): void {
  const known = new Set(targets.flatMap(({ resource }) => (resource ? [resource.name] : [])));
  const idle = new Set(
    answers
      .flatMap(({ facts }) => facts.resources.map(({ name }) => name))
      .filter((name) => !known.has(name)),
  );
  for (const name of idle)
    unknown.push({
      sentence: `The DRBD resource ${name} belongs to no target that is mounted on the nodes that were asked. If it holds one, add it to targets.`,
    });
}

interface ClientMount {
  readonly node: string;
  readonly path: string;
  readonly filesystem: string;
  readonly nids: readonly string[];
}

function clientMountIn(answers: readonly LustreAnswer[]): ClientMount | undefined {
  for (const { node, host } of answers)
    for (const { source, path, type } of host.mounts ?? []) {
      const [, nids = '', filesystem] =
        type === 'lustre' ? (/^(.*):\/([A-Za-z0-9_-]+)/.exec(source) ?? []) : [];
      if (filesystem !== undefined)
        return { node: node.name, path, filesystem, nids: nids.split(/[:,]/).filter(isNid) };
    }
  return undefined;
}

function mgsNids(
  answers: readonly LustreAnswer[],
  targets: readonly FoundTarget[],
  mounted: readonly string[] | undefined,
): readonly string[] {
  if (mounted && mounted.length > 0) return [...new Set(mounted)];
  const option = answers.flatMap(({ host }) =>
    (host.mounts ?? []).flatMap(({ options }) => options.filter((one) => one.startsWith('mgsnode='))),
  );
  const written = option.flatMap((one) => one.slice('mgsnode='.length).split(/[:,]/)).filter(isNid);
  if (written.length > 0) return [...new Set(written)];
  const mgt = targets.find(({ kind }) => kind === 'MGT');
  return answers
    .filter(({ node }) => mgt && [mgt.primary, mgt.secondary].includes(node.name))
    .flatMap(({ facts }) => facts.nids);
}

function nodeIn({ node, host, facts }: LustreAnswer, targets: readonly FoundTarget[]): LiveNode {
  const own = targets.filter(({ primary, secondary }) => [primary, secondary].includes(node.name));
  const isClient =
    host.mounts?.some(({ type, source }) => type === 'lustre' && source.includes(':/')) === true ||
    facts.imports.some(({ name }) => /-(osc|mdc)-[0-9a-f]{8,}$/.test(name));
  const roles = [...new Set([...own.map(({ kind }) => roleOf[kind]), ...(isClient ? ['client'] : [])])];
  const canServe = facts.installed?.has('lctl') === true || facts.installed?.has('mount.lustre') === true;
  const drbd = [...facts.drbdRoles].map(([name, role]) => `${name} ${role}`).join(', ');
  return {
    name: node.name,
    ...(host.mounts ? { roles } : {}),
    possibleRoles: canServe ? ['mgs', 'mds', 'oss', 'client'] : [],
    notes: [
      ...(drbd === '' ? [] : [`DRBD ${facts.drbdVersion ?? ''} when this was written: ${drbd}.`]),
      ...(facts.hasPacemaker
        ? ['Pacemaker runs here.']
        : own.length > 0 && facts.haTargets.length > 0
          ? ['Heartbeat has resources here (haresources).']
          : []),
    ],
  };
}

function targetMap({
  name,
  device,
  mountPoint,
  primary,
  secondary,
  resource,
  nids,
  isHome,
}: FoundTarget): LiveMap {
  const isDrbd = resource !== undefined;
  return {
    pairs: [
      { key: 'name', value: name },
      { key: 'device', value: device },
      ...(isDrbd ? [{ key: 'drbd', value: resource.name }] : []),
      { key: 'mountPoint', value: mountPoint },
      // Where it is mounted now says nothing about where it belongs.
      {
        key: 'primary',
        value: primary,
        ...(isHome ? {} : { isGuess: true, note: 'TODO: it was mounted here; is this where it belongs?' }),
      },
      ...(secondary === undefined ? [] : [{ key: 'secondary', value: secondary, isGuess: !isHome }]),
      // With its own NID alone a target was registered without service nodes.
      ...(nids.length > 1 ? [{ key: 'serviceNodes', value: nids }] : []),
    ],
  };
}

function topNotes(answers: readonly LustreAnswer[]): readonly string[] {
  const resources = new Map(
    answers.flatMap(({ facts }) => facts.resources.map((one) => [one.name, one] as const)),
  );
  const words = [...resources.values()].map(
    ({ name, protocol, fencing }) =>
      `${name}${protocol === undefined ? '' : ` protocol ${protocol}`}${fencing === undefined ? '' : `, fencing ${fencing}`}`,
  );
  return words.length === 0 ? [] : [`DRBD: ${words.join('; ')}.`];
}

/** Hosts of DRBD's configuration that were not asked. */
function unaskedPartners(answers: readonly LustreAnswer[], names: NodeNames): LiveCluster['unasked'] {
  const found = new Map<string, LiveCluster['unasked'][number]>();
  for (const { node, facts } of answers)
    for (const resource of facts.resources)
      for (const { host, address, node: known } of hostsOf(resource, names))
        if (known === undefined && address !== undefined)
          found.set(host, { name: host, address, roles: ['oss'], knownBy: node.name });
  return [...found.values()];
}
