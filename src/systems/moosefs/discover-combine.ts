import { normalAddress } from '../../cluster/address';
import type { Cluster } from '../../cluster/cluster';
import type { LiveCluster, LiveEntry, LiveNode, UnaskedNode, Unknown } from '../../discovery/discovered';
import type { Answer } from '../../discovery/discoverer';
import { chunkDisks, goalOf } from './discover-data';
import { isMoosefsMount, type MoosefsAnswer, type UcarpOptionsReading } from './discover-read';
import { rolesOf, type RoleEvidence } from './discover-roles';
import type { MfscliReport } from './reader-mfscli';

/** A master that answers, and where. */
interface Master {
  readonly node: string;
  readonly report: MfscliReport;
}

/** What the nodes together say about a MooseFS cluster. */
export function combineMoosefs(all: readonly Answer[], cluster: Cluster): LiveCluster {
  // Discoverer.read made them.
  const answers = all as readonly MoosefsAnswer[];
  const masters = answers.flatMap(({ node, facts }): Master[] =>
    facts.master ? [{ node: node.name, report: facts.master }] : [],
  );
  const master = masters.length === 1 ? masters[0] : undefined;
  const ucarps = answers.flatMap(({ node, facts }) =>
    facts.ucarps.map((ucarp) => ({ node: node.name, ucarp })),
  );
  const main = virtualHost(ucarps);
  const owners = addressOwners(answers, cluster, main?.ucarp.address);
  const unknown: Unknown[] = [];
  if (masters.length > 1)
    unknown.push({
      sentence: `${masters.map(({ node }) => node).join(' and ')} both answer as the master: a split brain? Look with mfscli -SIM at each before anything else; what only a master knows was not taken from either.`,
    });
  else if (!master)
    unknown.push({
      sentence:
        'No master answered, so goals, chunkservers that were not asked and disks that only a master knows are missing here. Ask the node that runs mfsmaster, too.',
    });
  const nodes = cluster.nodes.flatMap((node): LiveNode[] => {
    const answer = answers.find((one) => one.node.name === node.name);
    const evidence: RoleEvidence = {
      isConnected:
        master !== undefined &&
        chunkserverAddresses(master.report).some((ip) => owners.get(ip) === node.name),
      virtualAddress: main?.ucarp.address,
    };
    if (!answer) {
      if (!evidence.isConnected) return [];
      return [
        {
          name: node.name,
          roles: ['chunkserver'],
          notes: [
            `${node.name} did not answer; the master on ${master?.node ?? ''} knows it as a chunkserver. TODO: its other roles and its disks.`,
          ],
        },
      ];
    }
    const { roles, possible, implied, notes } = rolesOf(answer, evidence);
    const disks = chunkDisks(answer, master?.report, (ip) => owners.get(ip) === node.name);
    return [
      {
        name: node.name,
        ...(roles ? { roles } : {}),
        possibleRoles: possible,
        impliedRoles: implied,
        ...(disks ? { disks } : {}),
        notes,
      },
    ];
  });
  return {
    notes: topNotes(master, ucarps),
    redundancy: goalOf(master?.report, unknown),
    nodes,
    section: sectionOf(answers, main, unknown),
    unasked: master ? unaskedOf(master, owners, answers) : [],
    unknown,
  };
}

interface RunningUcarp {
  readonly node: string;
  readonly ucarp: UcarpOptionsReading;
}

/** The ucarp that moves the master's address: the one that most nodes run. */
function virtualHost(ucarps: readonly RunningUcarp[]): RunningUcarp | undefined {
  const count = ({ ucarp }: RunningUcarp) =>
    ucarps.filter((one) => one.ucarp.address === ucarp.address && one.ucarp.vhid === ucarp.vhid).length;
  return ucarps.filter(({ ucarp }) => ucarp.address !== undefined).toSorted((a, b) => count(b) - count(a))[0];
}

/** Which asked node owns an address: by what it says of its interfaces, else by where it was asked. */
function addressOwners(
  answers: readonly MoosefsAnswer[],
  cluster: Cluster,
  virtual: string | undefined,
): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { name, address } of cluster.nodes) owners.set(normalAddress(address), name);
  for (const { node, host } of answers)
    for (const { address, isGlobal } of host.addresses)
      if (isGlobal && address !== virtual) owners.set(normalAddress(address), node.name);
  // It means another machine on each machine.
  for (const address of ['127.0.0.1', '::1', 'localhost']) owners.delete(address);
  return owners;
}

function chunkserverAddresses({ connected, disconnected, disks }: MfscliReport): readonly string[] {
  return [
    ...new Set([...disks.map(({ ip }) => ip), ...[...connected, ...disconnected].map(({ host }) => host)]),
  ];
}

function topNotes(master: Master | undefined, ucarps: readonly RunningUcarp[]): readonly string[] {
  const version = master?.report.servers.find(({ live }) => live)?.software;
  const skews = ucarps.map(({ node, ucarp }) => `${node} ${ucarp.skew}`).join(', ');
  return [
    ...(master ? [`MooseFS ${version ?? ''}; the master was ${master.node} when this was written.`] : []),
    ...(skews === '' ? [] : [`ucarp takes the candidate with the lowest skew first: ${skews}.`]),
  ];
}

function sectionOf(
  answers: readonly MoosefsAnswer[],
  main: RunningUcarp | undefined,
  unknown: Unknown[],
): readonly LiveEntry[] {
  const daemons = ['mfschunkserver', 'mfsmetalogger'] as const;
  const setting = (daemon: string, key: string) =>
    agreed(answers.flatMap(({ node, facts }) => valueWith(node.name, facts.settings.get(daemon)?.get(key))));
  const host = daemons.map((daemon) => setting(daemon, 'MASTER_HOST')).find((found) => found !== undefined);
  const mount = clientMount(answers);
  const port = setting('mfsmaster', 'MATOCL_LISTEN_PORT');
  const path = setting('mfsmaster', 'DATA_PATH');
  const masterHost = host?.value ?? mount?.masterHost ?? (mount || main ? 'mfsmaster' : undefined);
  return [
    ...(masterHost === undefined
      ? []
      : [{ key: 'masterHost', value: masterHost, ...noteOfName(answers, masterHost, main) }]),
    ...(port && /^\d+$/.test(port.value) && port.value !== '9421'
      ? [{ key: 'masterPort', value: Number(port.value), node: port.node }]
      : []),
    ...(path ? [{ key: 'dataPath', value: path.value, node: path.node }] : []),
    ...ucarpEntries(answers, main, unknown),
    ...(mount ? [{ key: 'mountPoint', value: mount.path, node: mount.node }] : []),
  ];
}

interface Told {
  readonly value: string;
  readonly node: string;
}

const valueWith = (node: string, value: string | undefined): Told[] =>
  value === undefined ? [] : [{ node, value }];

/** The value that most nodes have. */
function agreed(values: readonly Told[]): Told | undefined {
  const count = ({ value }: Told) => values.filter((one) => one.value === value).length;
  return values.toSorted((a, b) => count(b) - count(a))[0];
}

/** The name has to mean the virtual address, or chunkservers and clients lose a master that moves. */
function noteOfName(
  answers: readonly MoosefsAnswer[],
  name: string,
  main: RunningUcarp | undefined,
): { readonly note?: string } {
  const address = main?.ucarp.address;
  if (address === undefined) return {};
  const others = answers.flatMap(({ node, facts }) => {
    const means = facts.resolved.get(name);
    return means && !means.has(address) && name !== address ? [`${node.name}: ${[...means].join(', ')}`] : [];
  });
  return others.length === 0 ? {} : { note: `TODO: does not mean ${address} on ${others.join('; ')}` };
}

function ucarpEntries(
  answers: readonly MoosefsAnswer[],
  main: RunningUcarp | undefined,
  unknown: Unknown[],
): readonly LiveEntry[] {
  if (!main) {
    unknown.push({
      sentence:
        'No ucarp runs on the nodes that were asked, so there is no virtual address here. Add virtualIp, interface and vhid if one moves to the master.',
    });
    return [];
  }
  const { node, ucarp } = main;
  const { address = '', vhid, passwordFile } = ucarp;
  const others = answers.flatMap((one) =>
    one.facts.ucarps
      .filter((each) => each.address === address && each.vhid !== vhid)
      .map(() => one.node.name),
  );
  if (others.length > 0)
    unknown.push({
      sentence: `ucarp runs with another vhid on ${others.join(', ')} than on ${node}: they do not see each other, and both may hold ${address}.`,
    });
  const prefix = prefixOf(answers, address, ucarp.interface);
  const file =
    passwordFile ??
    (answers.some(({ facts }) => facts.ucarps.length > 0 && facts.hasPasswordFile)
      ? '/etc/ucarp/password'
      : undefined);
  const hasAll = ucarp.interface !== undefined && vhid !== undefined;
  if (!hasAll)
    unknown.push({
      sentence: `The command line of ucarp on ${node} names no interface or no vhid; add virtualIp, interface and vhid yourself.`,
    });
  return [
    ...(hasAll
      ? [
          {
            key: 'virtualIp',
            value: `${address}/${prefix ?? (address.includes(':') ? 64 : 24)}`,
            node,
            ...(prefix === undefined ? { note: 'TODO: nobody told the prefix', isGuess: true } : {}),
          },
          { key: 'interface', value: ucarp.interface, node },
          { key: 'vhid', value: vhid, node },
          {
            key: 'advertisementPassword',
            value: 'from-file',
            isGuess: true,
            note: 'never the password itself',
          },
        ]
      : []),
    ...(file === undefined
      ? []
      : [
          {
            key: 'passwordFile',
            value: file,
            node,
            ...(passwordFile === undefined
              ? { isGuess: true, note: 'TODO: this file exists; is it the one that ucarp is started with?' }
              : {}),
          },
        ]),
  ];
}

/** Of the address where it is held, else of the network that it is in. */
function prefixOf(
  answers: readonly MoosefsAnswer[],
  address: string,
  device: string | undefined,
): number | undefined {
  const all = answers.flatMap(({ host }) => host.addresses);
  // A /32 beside the interface's own network is how some hooks add it; it is the network that counts then, too.
  const held = all.find((one) => one.address === address);
  const beside = all.find(
    (one) =>
      one.interface === device &&
      one.isGlobal &&
      one.address !== address &&
      one.address.includes(':') === address.includes(':'),
  );
  return held?.prefix ?? beside?.prefix;
}

function clientMount(
  answers: readonly MoosefsAnswer[],
): (Told & { readonly path: string; readonly masterHost?: string }) | undefined {
  for (const { node, host } of answers) {
    const mount = host.mounts?.find(isMoosefsMount);
    if (!mount) continue;
    const masterHost = /^(?:mfs#)?([A-Za-z0-9._-]+)(?::\d+)?$/.exec(mount.source)?.[1];
    return {
      node: node.name,
      value: mount.path,
      path: mount.path,
      ...(masterHost === undefined ? {} : { masterHost }),
    };
  }
  return undefined;
}

/** Chunkservers and metaloggers of the master that are none of the nodes that were asked. */
function unaskedOf(
  { node: knownBy, report }: Master,
  owners: ReadonlyMap<string, string>,
  answers: readonly MoosefsAnswer[],
): readonly UnaskedNode[] {
  const names = new Set([
    ...owners.values(),
    ...answers.flatMap(({ host }) =>
      host.hostName === undefined ? [] : [host.hostName, host.hostName.split('.')[0] ?? ''],
    ),
  ]);
  const isAsked = (host: string) =>
    owners.has(normalAddress(host)) ||
    names.has(host) ||
    names.has(host.split('.')[0] ?? '') ||
    host === '127.0.0.1';
  const chunkservers = new Set(report.disks.map(({ ip }) => ip).filter((ip) => !isAsked(ip)));
  // -SCS gives names where the master can resolve them, and its disks the addresses of the same machines.
  const named = [...report.connected, ...report.disconnected]
    .map(({ host }) => host)
    .filter((host) => !isAsked(host) && host !== '(unresolved)');
  const only = chunkservers.size === 0 ? named : [...chunkservers];
  return [
    ...only.map((address) => ({ address, roles: ['chunkserver'], knownBy })),
    ...report.metaloggers
      .filter(({ host }) => !isAsked(host) && host !== '(unresolved)')
      .map(({ host }) => ({ address: host, roles: ['metalogger'], knownBy })),
  ];
}
