import { endMark } from './probes-scripts';
import { deviceOf, serversOf, targetsOf, type LustreTarget } from './section';
import type { SimulatedHost } from './simulator-host';
import { clientMount, deviceBytes, filesystem, nidOf } from './simulator-layout';
import { resyncRate, type SimulatedMirror, type SimulatedSide } from './simulator-mirror';
import type { SimulatedState } from './simulator-state';

const kib = (bytes: number): string => String(Math.round(bytes / 1024));
const hex = (id: bigint): string => id.toString(16).toUpperCase().padStart(16, '0');

const part = (name: string, text: string, status: number | 'absent' = 0): string =>
  status === 'absent' ? `@@ ${name}\n= absent\n` : `@@ ${name}\n${text}\n= ${status}\n`;
const end = `${endMark}\n`;

/** The answer to `storageScript`. */
export function storageAnswer(state: SimulatedState, host: SimulatedHost): string {
  const targets = targetsOf(state.section, host.name);
  const apart = targets.some(
    (target) =>
      state.mirrorOf(target).side(host.name).isUp &&
      state.mirrorOf(target).side(host.name).connection !== 'Connected',
  );
  return [
    part('mounts', mountLines(state, host)),
    part('devices', targets.map(({ device }) => `${device}\t${device}\n`).join('')),
    part('drbd-proc', procDrbd(state, host)),
    part('drbd-events', events2(state, host)),
    ...(apart ? generationParts(state, host) : []),
    end,
  ].join('');
}

/** The answer to `detailScript`: neither Heartbeat nor Pacemaker, unless the host has Heartbeat. */
export function detailAnswer(state: SimulatedState, host: SimulatedHost): string {
  return [
    part('drbd-show', drbdShow(state, host)),
    ...generationParts(state, host),
    host.heartbeat ? part('heartbeat', clStatus(state, host)) : part('heartbeat', '', 'absent'),
    part('crm-new', '', 'absent'),
    part('crm-old', '', 'absent'),
    end,
  ].join('');
}

/** The answer to `lustreScript`. */
export function lustreAnswer(state: SimulatedState, host: SimulatedHost): string {
  return [
    part('health', 'health_check=healthy\n'),
    part('dl', deviceLines(state, host)),
    part('recovery', recoveryText(state, host)),
    part('space', spaceText(state, host)),
    part('exports', exportsText(state, host)),
    part('lfsck', ''),
    end,
  ].join('');
}

/** The answer to `clientScript`. */
export function clientAnswer(state: SimulatedState, host: SimulatedHost): string {
  return [part('mounts', mountLines(state, host)), part('imports', importsText(state, host)), end].join('');
}

/** Lines of /proc/mounts. */
export function mountLines(state: SimulatedState, host: SimulatedHost): string {
  if (host.isClient)
    return state.imports.has(host.name)
      ? `${['mds1', 'mds2'].map(nidOf).join(':')}:/${filesystem} ${clientMount} lustre rw,flock,lazystatfs 0 0\n`
      : '';
  return targetsOf(state.section, host.name)
    .filter(({ name }) => host.mounts.has(name))
    .map(
      (target) =>
        `${target.device} ${target.mountPoint} lustre ro,svname=${deviceOf(state.section, target)},mgsnode=${nidOf('mds1')},osd=osd-ldiskfs 0 0\n`,
    )
    .join('');
}

interface Seen {
  readonly mirror: SimulatedMirror;
  readonly side: SimulatedSide;
}

/** The mirrors of a node that are up, by minor. */
function mirrorsOf(state: SimulatedState, node: string): readonly Seen[] {
  return targetsOf(state.section, node)
    .map((target) => state.mirrorOf(target))
    .map((mirror) => ({ mirror, side: mirror.side(node) }))
    .filter(({ side }) => side.isUp)
    .toSorted((a, b) => a.mirror.minor - b.mirror.minor);
}

/** /proc/drbd as 8.4 prints it. */
export function procDrbd(state: SimulatedState, host: SimulatedHost): string {
  const devices = mirrorsOf(state, host.name).map(({ mirror, side }) => {
    const peer = mirror.peerOf(side);
    const replication = mirror.replication(side);
    const said =
      side.connection === 'Connecting'
        ? 'WFConnection'
        : side.connection === 'Connected' && replication !== 'Established'
          ? replication
          : side.connection;
    const protocol = side.connection === 'StandAlone' ? ' ' : 'C';
    const counters = `    ns:0 nr:0 dw:${kib(side.written)} dr:0 al:8 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:${kib(side.outOfSync)}\n`;
    return ` ${mirror.minor}: cs:${said} ro:${side.role}/${peer.role} ds:${side.disk}/${peer.disk} ${protocol} r-----\n${counters}${progress(mirror, side)}`;
  });
  return `version: 8.4.11 (api:1/proto:86-101)\nsrcversion: 5C6A6F9E7B3D0A1F2E4C8B7 \n${devices.join('')}`;
}

function progress({ sync }: SimulatedMirror, side: SimulatedSide): string {
  if (!sync) return '';
  const done = (1 - side.outOfSync / sync.total) * 100;
  const bar = Math.floor(done / 5);
  const left = Math.ceil(side.outOfSync / resyncRate);
  const clock = `${Math.floor(left / 3600)}:${String(Math.floor(left / 60) % 60).padStart(2, '0')}:${String(left % 60).padStart(2, '0')}`;
  const rate = grouped(resyncRate / 1024);
  const want = sync.target === side ? ` want: ${rate}` : '';
  return (
    `\t[${'='.repeat(bar)}>${'.'.repeat(Math.max(0, 20 - bar))}] sync'ed: ${done.toFixed(1)}% (${kib(side.outOfSync)}/${kib(sync.total)})K\n` +
    `\tfinish: ${clock} speed: ${rate} (${rate})${want} K/sec\n`
  );
}

const grouped = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');

/** `drbdsetup events2 --now --statistics` as 8.4 prints it. */
export function events2(state: SimulatedState, host: SimulatedHost): string {
  const lines = mirrorsOf(state, host.name).flatMap(({ mirror, side }) => {
    const { resource, minor } = mirror;
    const peer = mirror.peerOf(side);
    const name = side.connection === 'StandAlone' ? '' : ' conn-name:peer';
    return [
      `exists resource name:${resource} role:${side.role} suspended:no write-ordering:flush`,
      `exists connection name:${resource} peer-node-id:0${name} connection:${side.connection} role:${peer.role} congested:no`,
      `exists device name:${resource} volume:0 minor:${minor} disk:${side.disk} size:${kib(deviceBytes)} read:0 written:${kib(side.written)} al-writes:8 bm-writes:0 upper-pending:0 lower-pending:0 al-suspended:no blocked:no`,
      `exists peer-device name:${resource} peer-node-id:0${name} volume:0 replication:${mirror.replication(side)} peer-disk:${peer.disk} resync-suspended:no received:0 sent:0 out-of-sync:${kib(side.outOfSync)} pending:0 unacked:0`,
    ];
  });
  return `${[...lines, 'exists -'].join('\n')}\n`;
}

/** `drbdsetup status RESOURCE --verbose --statistics` as 8.4 prints it; undefined while the resource is down. */
export function drbdStatus(state: SimulatedState, host: SimulatedHost, resource: string): string | undefined {
  const seen = mirrorsOf(state, host.name).find(({ mirror }) => mirror.resource === resource);
  if (!seen) return undefined;
  const { mirror, side } = seen;
  const peer = mirror.peerOf(side);
  const own = `${resource} role:${side.role} suspended:no
    write-ordering:flush
  volume:0 minor:${mirror.minor} disk:${side.disk}
      size:${kib(deviceBytes)} read:0 written:${kib(side.written)} al-writes:8 bm-writes:0
      upper-pending:0 lower-pending:0 al-suspended:no blocked:no
`;
  if (side.connection === 'StandAlone') return own;
  const done = mirror.sync ? ` done:${((1 - side.outOfSync / deviceBytes) * 100).toFixed(2)}` : '';
  return `${own}  peer connection:${side.connection} role:${peer.role} congested:no
    volume:0 replication:${mirror.replication(side)} peer-disk:${peer.disk}${done} resync-suspended:no
        received:0 sent:0 out-of-sync:${kib(side.outOfSync)} pending:0 unacked:0
`;
}

/** `drbdadm get-gi RESOURCE`. */
export function generationLine(state: SimulatedState, host: SimulatedHost, resource: string): string {
  const mirror = state.mirror(resource);
  const side = mirror.side(host.name);
  const peer = mirror.peerOf(side);
  const [current, ...older] = side.generation;
  const isPrimary = side.role === 'Primary';
  const first = isPrimary ? current | 1n : current & ~1n;
  const flags = [
    side.disk !== 'Inconsistent',
    side.disk === 'UpToDate',
    isPrimary,
    side.connection === 'Connected',
    false,
    peer.disk === 'Inconsistent' || peer.disk === 'Outdated',
    side.crashedPrimary,
  ];
  return `${[first, ...older].map(hex).join(':')}:${flags.map(Number).join(':')}\n`;
}

function generationParts(state: SimulatedState, host: SimulatedHost): readonly string[] {
  return targetsOf(state.section, host.name).map(({ drbd = '' }) =>
    part(`drbd-gi ${drbd}`, generationLine(state, host, drbd)),
  );
}

function drbdShow(state: SimulatedState, host: SimulatedHost): string {
  return mirrorsOf(state, host.name)
    .map(
      ({ mirror }) => `resource ${mirror.resource} {
    net {
        protocol        	C; # default
        allow-two-primaries	no; # default
    }
    disk {
        fencing         	resource-only;
    }
}
`,
    )
    .join('');
}

function clStatus(state: SimulatedState, host: SimulatedHost): string {
  const running = host.heartbeat?.running === true;
  const names = new Set([
    host.name,
    ...targetsOf(state.section, host.name).flatMap((each) => serversOf(each)),
  ]);
  const holds = targetsOf(state.section, host.name).filter(({ name }) => host.mounts.has(name)).length;
  return [
    '# cl_status hbstatus',
    running ? 'Heartbeat is running on this machine.' : 'Heartbeat is stopped on this machine.',
    `rc=${running ? 0 : 1}`,
    ...[...names].flatMap((name) => [
      `# cl_status nodestatus ${name}`,
      ...(running
        ? state.host(name).up
          ? ['active', 'rc=0']
          : ['dead', 'rc=1']
        : ['Cannot signon with heartbeat', 'rc=1']),
    ]),
    '# cl_status rscstatus',
    ...(running
      ? [holds > 1 ? 'all' : holds === 1 ? 'local' : 'none', 'rc=0']
      : ['Cannot signon with heartbeat', 'rc=1']),
    '',
  ].join('\n');
}

const served = (state: SimulatedState, host: SimulatedHost): readonly LustreTarget[] =>
  targetsOf(state.section, host.name).filter(({ name }) => host.mounts.has(name));

/** `lctl dl`. */
export function deviceLines(state: SimulatedState, host: SimulatedHost): string {
  const types = { MGT: 'mgs', MDT: 'mdt', OST: 'obdfilter' } as const;
  return served(state, host)
    .map((target, i) => {
      const name = deviceOf(state.section, target);
      return `${String(i).padStart(3)} UP ${types[target.kind]} ${name} ${name}_UUID ${5 + state.connected(target.name).length}\n`;
    })
    .join('');
}

/** `lctl get_param *.*.recovery_status`. */
export function recoveryText(state: SimulatedState, host: SimulatedHost): string {
  return served(state, host)
    .filter(({ kind }) => kind !== 'MGT')
    .map((target) => {
      const name = `${target.kind === 'MDT' ? 'mdt' : 'obdfilter'}.${deviceOf(state.section, target)}.recovery_status=`;
      const recovery = state.recoveries.get(target.name);
      if (!recovery || recovery.clients.length === 0) return `${name}status: INACTIVE\n`;
      const all = recovery.clients.length;
      const start = Math.floor(recovery.startedAt / 1000);
      if (recovery.endedAt === undefined) {
        const back = recovery.clients.filter((each) => state.connected(target.name).includes(each)).length;
        const left = Math.max(0, Math.round((recovery.startedAt + 300_000 - state.now) / 1000));
        return `${name}\nstatus: RECOVERING\nrecovery_start: ${start}\ntime_remaining: ${left}\nconnected_clients: ${back}/${all}\nreq_replay_clients: ${all - back}\nlock_repay_clients: 0\ncompleted_clients: ${back}\nevicted_clients: 0\nreplayed_requests: ${back * 2}\nqueued_requests: 0\nnext_transno: 4294967300\n`;
      }
      const seconds = Math.round((recovery.endedAt - recovery.startedAt) / 1000);
      return `${name}\nstatus: COMPLETE\nrecovery_start: ${start}\nrecovery_duration: ${seconds}\ncompleted_clients: ${all - recovery.evicted.length}/${all}\nreplayed_requests: ${all * 2}\nlast_transno: 4294967299\nVBR: DISABLED\nIR: ENABLED\n`;
    })
    .join('');
}

function spaceText(state: SimulatedState, host: SimulatedHost): string {
  return served(state, host)
    .flatMap((target) => {
      const name = target.kind === 'MGT' ? 'MGS' : deviceOf(state.section, target);
      const total = deviceBytes * 0.94;
      const free = total * (state.filled.has(target.name) ? 0.03 : target.kind === 'OST' ? 0.55 : 0.9);
      const values = {
        kbytestotal: kib(total),
        kbytesfree: kib(free),
        kbytesavail: kib(free * 0.95),
        filestotal: '524288',
        filesfree: '498112',
      };
      return Object.entries(values).map(([key, value]) => `osd-ldiskfs.${name}.${key}=${value}\n`);
    })
    .join('');
}

function exportsText(state: SimulatedState, host: SimulatedHost): string {
  return served(state, host)
    .filter(({ kind }) => kind !== 'MGT')
    .map((target) => {
      const type = target.kind === 'MDT' ? 'mdt' : 'obdfilter';
      return `${type}.${deviceOf(state.section, target)}.num_exports=${state.connected(target.name).length}\n`;
    })
    .join('');
}

/** `lctl get_param osc.*.import mdc.*.import`. */
export function importsText(state: SimulatedState, host: SimulatedHost): string {
  return [...(state.imports.get(host.name)?.values() ?? [])]
    .map(({ target, state: now, nids, node }) => {
      const device = deviceOf(state.section, target);
      const type = target.kind === 'MDT' ? 'mdc' : 'osc';
      const name = `${device}-${type}-ffff8c1f3b2a4000`;
      return `${type}.${name}.import=
import:
    name: ${name}
    target: ${device}_UUID
    state: ${now}
    connect_flags: [ write_grant, server_lock, version ]
    import_flags: [ replayable, pingable, connect_tried ]
    connection:
       failover_nids: [ ${nids.join(', ')} ]
       current_connection: ${nidOf(node)}
       connection_attempts: 1
       generation: 1
       in-progress_invalidations: 0
`;
    })
    .join('');
}
