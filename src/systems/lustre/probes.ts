import type { Cluster, Node } from '../../cluster/cluster';
import { disksProbe } from '../../heartbeat/disks-probe';
import type { NodeReading, Probe, Probes, ServiceReading, ServiceStatus } from '../../heartbeat/probe';
import type { Asked, DrbdGeneration, DrbdReading, PacemakerReading } from './observation';
import { combine } from './probes-combine';
import type { LustreFacts } from './probes-facts';
import { clientScript, detailScript, lustreScript, storageScript } from './probes-scripts';
import { readDrbdEvents } from './reader-drbd-events';
import { readDrbdGi } from './reader-drbd-gi';
import { readDrbdJson } from './reader-drbd-json';
import { procReadings, readProcDrbd, withProc } from './reader-drbd-proc';
import { readDrbdShow } from './reader-drbd-show';
import { readClStatus } from './reader-heartbeat';
import { readDevices, readExports, readHealth, readImports, readRecovery, readSpace } from './reader-lctl';
import { readLfsck } from './reader-lfsck';
import { clientMountOf, readProcMounts } from './reader-mounts';
import { readCrmMon } from './reader-pacemaker';
import { asked, readParts, valueOf, type Part } from './reader-parts';
import { lustreSection, targetsOf } from './section';

/** Mounts and mirrors: what decides who may take over, so it is asked with every heartbeat. */
const storageProbe: Probe = {
  id: 'lustre-storage',
  everyBeats: 1,
  timeoutMs: 15_000,
  script: storageScript,
  read(result, cluster, node) {
    const parts = readParts('mounts and DRBD', result);
    const drbd = drbdOf(parts, cluster, node);
    const generations = generationsOf(parts);
    return {
      ...(drbd === undefined ? {} : { services: [drbdService(drbd)] }),
      facts: facts({
        mounts: readProcMounts(parts.get('mounts')?.text ?? ''),
        devices: Object.fromEntries(
          (parts.get('devices')?.text ?? '').split('\n').flatMap((line) => {
            const [device, real] = line.split('\t');
            return device && real ? [[device, real] as const] : [];
          }),
        ),
        ...(drbd === undefined ? {} : { drbd }),
        ...(Object.keys(generations).length === 0 ? {} : { generations }),
      }),
    };
  },
};

/** Configuration, generations and HA managers change seldom. */
const detailProbe: Probe = {
  id: 'lustre-details',
  everyBeats: 6,
  timeoutMs: 30_000,
  script: detailScript,
  read(result) {
    const parts = readParts('configuration and HA managers', result);
    const heartbeat = asked(parts.get('heartbeat'), readClStatus);
    const pacemaker = pacemakerOf(parts);
    const services: ServiceReading[] = [
      ...managerService('heartbeat', heartbeat, ({ running }) => running),
      ...managerService('pacemaker', pacemaker, () => true),
    ];
    return {
      ...(services.length === 0 ? {} : { services }),
      facts: facts({
        ...(parts.has('drbd-show') ? { options: asked(parts.get('drbd-show'), readDrbdShow) } : {}),
        generations: generationsOf(parts),
        ha: { heartbeat, pacemaker },
      }),
    };
  },
};

const lustreProbe: Probe = {
  id: 'lustre-servers',
  everyBeats: 3,
  timeoutMs: 30_000,
  script: lustreScript,
  read(result) {
    const parts = readParts('lctl', result);
    return {
      facts: facts({
        health: asked(parts.get('health'), readHealth),
        served: asked(parts.get('dl'), readDevices),
        recovery: asked(parts.get('recovery'), readRecovery, noParameters),
        space: asked(parts.get('space'), readSpace, noParameters),
        exports: asked(parts.get('exports'), readExports, noParameters),
        lfsck: asked(parts.get('lfsck'), readLfsck, noParameters),
      }),
    };
  },
};

/** `lctl get_param` fails where one of the patterns names nothing, such as the MDT's on an OSS (ENOENT). */
const noParameters: readonly number[] = [1, 2];

const clientProbe: Probe = {
  id: 'lustre-clients',
  everyBeats: 2,
  timeoutMs: 15_000,
  script: clientScript,
  read(result, cluster) {
    const parts = readParts('mounts and imports', result);
    const mounts = readProcMounts(parts.get('mounts')?.text ?? '');
    const isMounted = clientMountOf(mounts, lustreSection(cluster).filesystem) !== undefined;
    return {
      services: [{ name: 'lustre', state: isMounted ? 'running' : 'stopped' }],
      facts: facts({ mounts, imports: asked(parts.get('imports'), readImports, noParameters) }),
    };
  },
};

/** df of a client's mount hangs while a target is away, so the disks of clients are not asked. */
const serverDisks: Probe = {
  ...disksProbe,
  script: (cluster, node) => (node.roles.includes('client') ? undefined : disksProbe.script(cluster, node)),
};

/** What Standby asks the nodes of a Lustre cluster, and what their answers say together. */
export const lustreProbes: Probes = {
  node: [storageProbe, detailProbe, lustreProbe, clientProbe, serverDisks],
  combine,
};

const facts = (known: LustreFacts): NonNullable<NodeReading['facts']> => ({ ...known });

function drbdOf(
  parts: ReadonlyMap<string, Part>,
  cluster: Cluster,
  node: Node,
): Asked<readonly DrbdReading[]> | undefined {
  const json = parts.get('drbd-json');
  if (json) return asked(json, readDrbdJson);
  const [proc, events] = [parts.get('drbd-proc'), parts.get('drbd-events')];
  if (!proc && !events) return undefined;
  const kernel = asked(proc, readProcDrbd);
  const answer = asked(events, readDrbdEvents);
  if (answer.is === 'read')
    return kernel.is === 'read' ? { is: 'read', value: withProc(answer.value, kernel.value) } : answer;
  if (kernel.is === 'read' && kernel.value.devices.length > 0)
    return { is: 'read', value: procReadings(kernel.value, resourceNames(cluster, node)) };
  // The module is not loaded: no resource can be up.
  if (answer.is === 'unanswered' && /netlink family|module/i.test(answer.why))
    return { is: 'read', value: [] };
  return answer;
}

/** Resources of the file by the minor of their device, for a node whose drbdsetup says nothing. */
function resourceNames(cluster: Cluster, node: Node): ReadonlyMap<number, string> {
  return new Map(
    targetsOf(lustreSection(cluster), node.name).flatMap(({ device, drbd }) => {
      const minor = /^\/dev\/drbd(\d+)$/.exec(device)?.[1];
      return minor === undefined || drbd === undefined ? [] : [[Number(minor), drbd] as const];
    }),
  );
}

/** A resource that is down and has no metadata to read has no generation. */
function generationsOf(parts: ReadonlyMap<string, Part>): Readonly<Record<string, DrbdGeneration>> {
  return Object.fromEntries(
    [...parts].flatMap(([name, { text, status }]) => {
      const resource = /^drbd-gi (.+)$/.exec(name)?.[1];
      if (resource === undefined || status !== 0 || !/(?:[0-9A-F]{16}:){4}/i.test(text)) return [];
      return [[resource, readDrbdGi(text)] as const];
    }),
  );
}

function pacemakerOf(parts: ReadonlyMap<string, Part>): Asked<PacemakerReading> {
  const read = (part: Part | undefined) => asked(part, readCrmMon);
  const [present, old] = [parts.get('crm-new'), parts.get('crm-old')];
  // Whoever knows the option answers with XML; the other one prints its usage.
  const answered = [present, old].find((part) => part?.text.trimStart().startsWith('<'));
  return answered
    ? read({ ...answered, status: answered.status === undefined ? undefined : 0 })
    : read(present);
}

function drbdService(answer: Asked<readonly DrbdReading[]>): ServiceReading {
  const readings = valueOf(answer);
  const state: ServiceStatus =
    readings === undefined
      ? answer.is === 'unanswered'
        ? 'unknown'
        : 'stopped'
      : readings.length > 0
        ? 'running'
        : 'stopped';
  return { name: 'drbd', state };
}

/** A manager that is not installed is no service of this node. */
function managerService<T>(
  name: string,
  answer: Asked<T>,
  runs: (value: T) => boolean,
): readonly ServiceReading[] {
  if (answer.is === 'not-installed') return [];
  return [{ name, state: answer.is === 'read' ? (runs(answer.value) ? 'running' : 'stopped') : 'unknown' }];
}
