import type { Node } from '../cluster/cluster';
import { formatSize } from '../cluster/size';
import { differs } from './compare-value';
import type { LiveDisk, LiveNode, Unknown } from './discovered';
import type { Drift } from './drift';
import { asMap, scalarText, type FileText, type MapSpot, type Spot } from './file-text';
import { bytesOf, diskValue, sizeText, valueText } from './words';

/** One node of the file against what it says of itself; `item` is its place. */
export function compareNode(
  file: FileText,
  item: Spot,
  node: Node,
  live: LiveNode,
  unknown: Unknown[],
): readonly Drift[] {
  const map = asMap(item);
  if (!map) return [];
  return [
    ...compareRoles(file, map, node, live, unknown),
    ...compareDomains(file, map, node, live),
    ...compareDisks(file, map, node, live, unknown),
  ];
}

function compareRoles(
  file: FileText,
  map: MapSpot,
  node: Node,
  live: LiveNode,
  unknown: Unknown[],
): readonly Drift[] {
  if (!live.roles) {
    unknown.push({
      node: node.name,
      sentence: `${node.name} did not tell what runs there, so its roles were not compared.`,
    });
    return [];
  }
  const roles = file.at(map, 'roles');
  if (!roles) return [];
  const wrong = live.roles.filter((role) => !node.roles.includes(role) && !live.impliedRoles?.includes(role));
  const surplus = node.roles.filter(
    (role) => !live.roles?.includes(role) && !live.possibleRoles?.includes(role),
  );
  if (wrong.length === 0 && surplus.length === 0) return [];
  const right = [...node.roles.filter((role) => !surplus.includes(role)), ...wrong];
  const place = ['nodes', node.name, 'roles'];
  if (right.length > 0) return [differs(file, roles, place, right, node.name)];
  // A node needs a role, so there is nothing to put in its place.
  return [
    {
      id: place.join('/'),
      kind: 'surplus',
      path: place,
      range: file.range(roles),
      declared: node.roles.join(', '),
      node: node.name,
      sentence: `${node.name} runs nothing of what its roles (${node.roles.join(', ')}) say, nor is it installed there.`,
    },
  ];
}

function compareDomains(
  file: FileText,
  map: MapSpot,
  node: Node,
  { domains = {} }: LiveNode,
): readonly Drift[] {
  return Object.entries(domains).flatMap(([domain, value]): readonly Drift[] => {
    const spot = file.at(map, domain);
    if (!spot || scalarText(spot) === value) return [];
    return [differs(file, spot, ['nodes', node.name, domain], value, node.name)];
  });
}

function compareDisks(
  file: FileText,
  map: MapSpot,
  node: Node,
  { disks }: LiveNode,
  unknown: Unknown[],
): readonly Drift[] {
  if (!disks) {
    if (node.disks.length > 0)
      unknown.push({
        node: node.name,
        sentence: `Nobody told which disks ${node.name} has, so they were not compared.`,
      });
    return [];
  }
  const list = file.at(map, 'disks');
  const items = file.items(list).flatMap((one) => asMap(one) ?? []);
  const pathOf = (disk: MapSpot) => bare(scalarText(file.at(disk, 'path')) ?? '');
  if (items.length === 0) return disks.length === 0 ? [] : [allAbsent(file, map, list, node, disks)];
  const changed = disks.flatMap((disk): readonly Drift[] => {
    const own = items.find((one) => pathOf(one) === bare(disk.path));
    return own ? compareDisk(file, own, node, disk) : absentDisk(file, map, list, node, disk);
  });
  const surplus = items
    .filter((own) => !disks.some(({ path }) => bare(path) === pathOf(own)))
    .map((own): Drift => {
      const path = scalarText(file.at(own, 'path')) ?? '';
      const place = ['nodes', node.name, 'disks', path];
      const fix = list && file.remove(list, own, `Remove ${path}`);
      return {
        id: place.join('/'),
        kind: 'surplus',
        path: place,
        range: file.range(file.at(own, 'path') ?? own),
        declared: path,
        node: node.name,
        sentence: `${node.name} does not have the disk ${path} in use. Look what happened to it before you remove it here.`,
        ...(fix ? { fix } : {}),
      };
    });
  return [...changed, ...surplus];
}

/** Apart by more than 5 %, as the rule `capacity-drift` has it: file systems take their share. */
function compareDisk(file: FileText, own: MapSpot, node: Node, live: LiveDisk): readonly Drift[] {
  const place = ['nodes', node.name, 'disks', live.path];
  const capacity = file.at(own, 'capacity');
  const declared = bytesOf(scalarText(capacity) ?? '');
  const found: Drift[] = [];
  if (capacity && declared !== undefined && live.capacity !== undefined) {
    const apart = declared > live.capacity ? declared - live.capacity : live.capacity - declared;
    if (apart * 20n > declared) {
      const text = sizeText(live.capacity);
      found.push({
        ...differs(file, capacity, [...place, 'capacity'], text, node.name),
        sentence: `${node.name} says ${formatSize(live.capacity)} for ${live.path}, but this file ${formatSize(declared)}: more than 5 % apart. Take it over, or look what happened to the disk.`,
      });
    }
  }
  const tier = file.at(own, 'tier');
  const value = live.tier;
  if (value !== undefined && value !== Number(scalarText(tier) ?? 0)) {
    if (tier) found.push(differs(file, tier, [...place, 'tier'], value, node.name));
    else {
      const fix = file.insert(own, 'tier', String(value));
      found.push({
        id: [...place, 'tier'].join('/'),
        kind: 'absent',
        path: [...place, 'tier'],
        range: file.range(file.at(own, 'path') ?? own),
        live: String(value),
        node: node.name,
        sentence: `${node.name} has ${live.path} in tier ${value}; this file says none, which means 0.`,
        ...(fix ? { fix } : {}),
      });
    }
  }
  return found;
}

/** One difference, because one edit has to make the list with all of them. */
function allAbsent(
  file: FileText,
  map: MapSpot,
  list: Spot | undefined,
  node: Node,
  disks: readonly LiveDisk[],
): Drift {
  const texts = disks.map(diskValue).flatMap((value) => (value === undefined ? [] : [valueText(value)]));
  const title = disks.length === 1 ? `Add the disk ${disks[0]?.path ?? ''}` : `Add ${disks.length} disks`;
  const written = list
    ? file.replace(list, `[${texts.join(', ')}]`)
    : (file.insert(map, 'disks', texts.map((text) => `\n  - ${text}`).join('')) ??
      file.insert(map, 'disks', `[${texts.join(', ')}]`));
  const place = ['nodes', node.name, 'disks'];
  const paths = disks.map(({ path }) => path).join(', ');
  return {
    id: place.join('/'),
    kind: 'absent',
    path: place,
    range: file.keyRange(map, list ? 'disks' : 'name'),
    live: `[${texts.join(', ')}]`,
    node: node.name,
    sentence: `${node.name} has ${disks.length === 1 ? 'the disk' : 'the disks'} ${paths}, which this file does not have.`,
    ...(written && texts.length > 0 ? { fix: { ...written, title } } : {}),
  };
}

function absentDisk(
  file: FileText,
  map: MapSpot,
  list: Spot | undefined,
  node: Node,
  disk: LiveDisk,
): readonly Drift[] {
  const place = ['nodes', node.name, 'disks', disk.path];
  const value = diskValue(disk);
  const text = value === undefined ? undefined : valueText(value);
  const fix = text === undefined || !list ? undefined : file.append(list, text, `Add the disk ${disk.path}`);
  return [
    {
      id: place.join('/'),
      kind: 'absent',
      path: place,
      range: file.keyRange(map, 'disks'),
      ...(text === undefined ? {} : { live: text }),
      node: node.name,
      sentence: `${node.name} has the disk ${disk.path}${disk.capacity === undefined ? '' : ` (${formatSize(disk.capacity)})`}, which this file does not have.`,
      ...(fix ? { fix } : {}),
    },
  ];
}

function bare(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
}
