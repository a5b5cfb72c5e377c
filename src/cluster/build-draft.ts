import type { Become } from './cluster';
import type {
  ClusterDraft,
  DiskDraft,
  FailureDomain,
  HeartbeatDraft,
  NodeDraft,
  RedundancyDraft,
  SshDraft,
} from './draft';
import type { NodeItems } from './node-items';
import type { Located } from './place';
import { listAt, mapAt, scalarAt, type ReadMap } from './read';
import { replaceWith, type Report } from './report';
import { formatSize } from './size';
import type { SystemSpec } from './spec';

/** Gives what the walker read its types, and checks the values that only make sense together. */
export function buildDraft(
  root: ReadMap,
  spec: SystemSpec | undefined,
  report: Report,
  items: NodeItems,
): ClusterDraft {
  const nodes = listAt(root, 'nodes');
  const nodesKey = root.entries.get('nodes')?.key;
  const redundancy = mapAt(root, 'redundancy');
  const redundancyKey = root.entries.get('redundancy')?.key;
  const section = spec ? mapAt(root, spec.id) : undefined;
  const sectionKey = spec ? root.entries.get(spec.id)?.key : undefined;
  return {
    ...defined({
      spec,
      name: scalarAt(root, 'cluster', 'string'),
      isProtected: scalarAt(root, 'protected', 'boolean'),
      readOnly: scalarAt(root, 'readOnly', 'boolean'),
      redundancy:
        redundancy && redundancyKey ? buildRedundancy(redundancy, redundancyKey, spec, report) : undefined,
      nodesKey,
      section,
      sectionKey,
    }),
    ssh: buildSsh(mapAt(root, 'ssh')),
    heartbeat: buildHeartbeat(mapAt(root, 'heartbeat')),
    nodes: nodes ? items.drafts((item) => buildNode(item, report), report) : [],
    canCount: nodes !== undefined && !nodes.isBroken && !nodes.isCut,
  };
}

function buildSsh(map: ReadMap | undefined): SshDraft {
  const become = scalarAt(map, 'become', 'string');
  return defined({
    user: scalarAt(map, 'user', 'string'),
    port: scalarAt(map, 'port', 'number'),
    identityFile: scalarAt(map, 'identityFile', 'string'),
    proxyJump: scalarAt(map, 'proxyJump', 'string'),
    become: become && { value: become.value as Become, range: become.range },
  });
}

function buildHeartbeat(map: ReadMap | undefined): HeartbeatDraft {
  return defined({
    interval: scalarAt(map, 'interval', 'number'),
    inactiveAfter: scalarAt(map, 'inactiveAfter', 'number'),
    offlineAfter: scalarAt(map, 'offlineAfter', 'number'),
    maintenanceOfflineAfter: scalarAt(map, 'maintenanceOfflineAfter', 'number'),
    witnesses: scalarAt(map, 'witnesses', 'number'),
    broken: map && brokenKeys(map),
  });
}

/** The keys of a map that are written, but not so that they can be read. */
function brokenKeys(map: ReadMap): ReadonlySet<string> {
  return new Set([...[...map.entries.keys()].filter((key) => isBroken(map, key)), ...map.misspelt]);
}

function buildRedundancy(
  map: ReadMap,
  key: RedundancyDraft['key'],
  spec: SystemSpec | undefined,
  report: Report,
): RedundancyDraft {
  const text = scalarAt(map, 'encoding', 'string');
  const [data = 0, parity = 0] = (text?.value ?? '').split('+').map(Number);
  const encoding = text && { value: { data, parity }, range: text.range };
  const replicas = scalarAt(map, 'replicas', 'number');
  const domain = scalarAt(map, 'failureDomain', 'string');
  const written = [...map.entries.keys()].filter((name) => name === 'encoding' || name === 'replicas');
  const areBoth = reportBoth(map, written, report);
  return {
    key,
    isFillMarginBroken: isBroken(map, 'fillMargin'),
    ...defined({
      encoding,
      replicas,
      minReplicas: checkMinReplicas(map, spec, report),
      failureDomain: domain
        ? { value: domain.value as FailureDomain, range: domain.range }
        : isBroken(map, 'failureDomain')
          ? undefined
          : { value: 'host' as const, range: key },
      fillMargin: scalarAt(map, 'fillMargin', 'bigint'),
      pieces: areBoth ? undefined : encoding ? ofEncoding(encoding) : replicas && ofReplicas(replicas),
    }),
  };
}

function ofEncoding({ value, range }: NonNullable<RedundancyDraft['encoding']>): RedundancyDraft['pieces'] {
  return { value: { pieces: value.data + value.parity, tolerance: value.parity }, range };
}

function ofReplicas({ value, range }: Located<number>): RedundancyDraft['pieces'] {
  return { value: { pieces: value, tolerance: value - 1 }, range };
}

function reportBoth(map: ReadMap, written: readonly string[], report: Report): boolean {
  const [first, second] = written.map((name) => map.entries.get(name));
  if (!first || !second) return false;
  report.add(
    'bad-value',
    'error',
    second.value?.range ?? second.key,
    `Either encoding or replicas, not both: ${written[0]} is written already. Delete one of them.`,
    { related: [{ range: first.key, message: `${written[0]} is written here.` }] },
  );
  return true;
}

function checkMinReplicas(
  map: ReadMap,
  spec: SystemSpec | undefined,
  report: Report,
): Located<number> | undefined {
  const minimum = scalarAt(map, 'minReplicas', 'number');
  const key = map.entries.get('minReplicas')?.key;
  const replicas = scalarAt(map, 'replicas', 'number');
  if (!key || spec?.redundancy?.minReplicas === false) return undefined;
  if (!map.entries.has('replicas') && !map.misspelt.has('replicas') && !map.isCut) {
    report.add(
      'unknown-key',
      'warning',
      key,
      'minReplicas belongs beside replicas only; delete it, or write replicas.',
    );
    return undefined;
  }
  if (minimum && replicas && minimum.value > replicas.value) {
    report.add(
      'bad-value',
      'error',
      minimum.range,
      `minReplicas is ${minimum.value}, which is more than the ${replicas.value} replicas that there are. Write at most ${replicas.value}.`,
      { related: [{ range: replicas.range, message: `replicas: ${replicas.value}` }] },
    );
    return undefined;
  }
  return minimum;
}

function buildNode(map: ReadMap, report: Report): NodeDraft {
  const roles = listAt(map, 'roles');
  const disks = listAt(map, 'disks');
  const name = scalarAt(map, 'name', 'string');
  const built = (disks?.items ?? [])
    .filter((item) => item.kind === 'map')
    .map((item) => buildDisk(item, report));
  return {
    range: name?.range ?? map.range,
    roles: (roles?.items ?? []).flatMap((item) =>
      item.kind === 'scalar' && typeof item.value === 'string'
        ? [{ value: item.value, range: item.range }]
        : [],
    ),
    hasAllRoles: roles !== undefined && !roles.isBroken,
    ssh: buildSsh(mapAt(map, 'ssh')),
    disks: built,
    hasAllDisks:
      !isBroken(map, 'disks') &&
      !map.isCut &&
      !disks?.isBroken &&
      built.every((disk) => disk.path && disk.capacity && disk.tier !== undefined),
    written: new Set([...map.entries.keys(), ...map.misspelt]),
    ...defined({
      name,
      address: scalarAt(map, 'address', 'string'),
      maintenance: buildMaintenance(map),
      console: scalarAt(map, 'console', 'string'),
      rack: scalarAt(map, 'rack', 'string'),
      row: scalarAt(map, 'row', 'string'),
      room: scalarAt(map, 'room', 'string'),
    }),
  };
}

function buildMaintenance(map: ReadMap): NodeDraft['maintenance'] {
  const value = map.entries.get('maintenance')?.value;
  if (value?.kind === 'scalar') return { value: value.value === true ? {} : false, range: value.range };
  if (value?.kind !== 'map') return undefined;
  const since = scalarAt(value, 'since', 'string')?.value;
  const until = scalarAt(value, 'until', 'string')?.value;
  return { value: defined({ since, until }), range: value.range };
}

function buildDisk(map: ReadMap, report: Report): DiskDraft {
  const path = scalarAt(map, 'path', 'string');
  const capacity = positive(scalarAt(map, 'capacity', 'bigint'), report);
  const tier = isBroken(map, 'tier') ? undefined : (scalarAt(map, 'tier', 'number')?.value ?? 0);
  const usage = buildUsage(map, capacity, report);
  const isMisspelt = map.misspelt.has('used') || map.misspelt.has('free');
  const isBadlyWritten = isBroken(map, 'used') || isBroken(map, 'free');
  return {
    range: path?.range ?? map.range,
    isUsageBroken: usage === 'broken' || isBadlyWritten || isMisspelt,
    ...defined({ path, capacity, tier, used: usage === 'broken' ? undefined : usage }),
  };
}

function positive(size: Located<bigint> | undefined, report: Report): Located<bigint> | undefined {
  if (size?.value !== 0n) return size;
  report.add('bad-value', 'error', size.range, 'capacity: A disk has to be larger than 0.');
  return undefined;
}

/** The used bytes of a disk; `broken` when what is written contradicts itself. */
function buildUsage(
  map: ReadMap,
  capacity: Located<bigint> | undefined,
  report: Report,
): Located<bigint> | 'broken' | undefined {
  const used = scalarAt(map, 'used', 'bigint');
  const free = scalarAt(map, 'free', 'bigint');
  if (!capacity) return used ?? (free ? 'broken' : undefined);
  let isTooLarge = false;
  for (const [name, size] of [
    ['used', used],
    ['free', free],
  ] as const) {
    if (!size || size.value <= capacity.value) continue;
    isTooLarge = true;
    report.add(
      'bad-value',
      'error',
      size.range,
      `${name} is ${formatSize(size.value)}, but the disk has only ${formatSize(capacity.value)}. Correct one of them.`,
      { related: [{ range: capacity.range, message: `capacity: ${formatSize(capacity.value)}` }] },
    );
  }
  if (isTooLarge) return 'broken';
  if (used && free) {
    const difference = used.value + free.value - capacity.value;
    // Within 1 % of the capacity, both may stand: tools round.
    if ((difference < 0n ? -difference : difference) * 100n <= capacity.value) return used;
    const names = [...map.entries.keys()].filter((name) => name === 'used' || name === 'free');
    const [first, second] = names[0] === 'used' ? [used, free] : [free, used];
    report.add(
      'bad-value',
      'error',
      second.range,
      `used (${formatSize(used.value)}) and free (${formatSize(free.value)}) do not add up to the capacity of ${formatSize(capacity.value)}. Delete one of them.`,
      {
        related: [{ range: first.range, message: `${names[0]} is written here.` }],
        fixes:
          used.value <= capacity.value && names[0] === 'used'
            ? [replaceWith(second.range, sizeText(capacity.value - used.value))]
            : [],
      },
    );
    return 'broken';
  }
  if (used) return used;
  return free && { value: capacity.value - free.value, range: free.range };
}

function sizeText(bytes: bigint): string {
  return bytes % 1_000_000_000n === 0n ? `${bytes / 1_000_000_000n}GB` : `${bytes}B`;
}

function isBroken(map: ReadMap, key: string): boolean {
  const entry = map.entries.get(key);
  return entry !== undefined && entry.value === undefined;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The same object without its undefined values. */
export function defined<T extends object>(object: T): Defined<T> {
  const result: Defined<T> = {};
  for (const key in object) {
    const value = object[key];
    if (value !== undefined) result[key] = value as Exclude<T[typeof key], undefined>;
  }
  return result;
}
