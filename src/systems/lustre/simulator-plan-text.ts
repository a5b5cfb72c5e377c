import { serversOf, targetsOf, type LustreTarget } from './section';
import type { SimulatedHost } from './simulator-host';
import { clientMount, clusterName, deviceBytes, filesystem, nidOf } from './simulator-layout';
import type { SimulatedState } from './simulator-state';
import { drbdStatus, generationLine, importsText, procDrbd, recoveryText } from './simulator-text';

const prefixed = (word: string, text: string): string[] =>
  text.split('\n').flatMap((line) => (line === '' ? [] : [`${word} ${line}`]));

const seconds = (ms: number): number => Math.floor(ms / 1000);

/** What the shell function `state` prints for a target. */
export function targetState(
  state: SimulatedState,
  host: SimulatedHost,
  { name, device, drbd = '' }: LustreTarget,
): string[] {
  const status = drbdStatus(state, host, drbd);
  return [
    `target ${name}`,
    'device present',
    ...(host.mounts.has(name) ? [`mounted ${device}`] : []),
    ...(status === undefined ? [`| ${drbd}: No such resource`] : prefixed('|', status)),
    ...prefixed('proc', procDrbd(state, host)),
    `drbd ${status === undefined ? 10 : 0}`,
  ];
}

/** What `ha_state` prints. */
export function haState(state: SimulatedState, host: SimulatedHost): string[] {
  const { heartbeat } = host;
  if (!heartbeat) return [];
  return [
    `heartbeat ${heartbeat.running ? 'running' : 'stopped'}`,
    `heartbeat-auto-failback ${heartbeat.autoFailback ? 'on' : 'off'}`,
    ...targetsOf(state.section, host.name).map(
      ({ primary, drbd, device, mountPoint }) =>
        `haresources ${primary} drbddisk::${drbd} Filesystem::${device}::${mountPoint}::lustre`,
    ),
    ...(host.kept.has(`${clusterName}.heartbeat`) ? ['taken heartbeat'] : []),
  ];
}

/** The answer of a server to the planners' survey. */
export function serverSurvey(state: SimulatedState, host: SimulatedHost): string {
  const targets = targetsOf(state.section, host.name);
  return [
    '@@ targets',
    ...targets.flatMap((target) => targetState(state, host, target)),
    '@@ mirrors',
    ...targets.flatMap((target) => mirrorFacts(state, host, target)),
    '@@ recovery',
    recoveryText(state, host),
    '@@ ha',
    ...haState(state, host),
    '@@ clock',
    `now ${seconds(state.now)}`,
    `uptime ${((state.now - host.bootedAt) / 1000).toFixed(2)}`,
    '@@ end',
    '',
  ].join('\n');
}

function mirrorFacts(state: SimulatedState, host: SimulatedHost, target: LustreTarget): string[] {
  const { drbd = '' } = target;
  const { lostAt, role } = state.mirror(drbd).side(host.name);
  const [peer] = serversOf(target).filter((name) => name !== host.name);
  return [
    `mirror ${drbd}`,
    ...prefixed('gi', generationLine(state, host, drbd)),
    'dump read',
    'protocol C',
    'two-primaries no',
    `size ${deviceBytes}`,
    `room ${deviceBytes * 4}`,
    ...(lostAt === undefined || lostAt < host.bootedAt
      ? []
      : [
          `log at ${(lostAt / 1000).toFixed(3)} drbd ${drbd}: peer( ${role === 'Primary' ? 'Secondary' : 'Primary'} -> Unknown ) conn( Connected -> NetworkFailure ) pdsk( UpToDate -> DUnknown ) (${peer ?? 'peer'})`,
        ]),
  ];
}

/** The answer of a client. */
export function clientState(state: SimulatedState, host: SimulatedHost): string {
  const imports = state.imports.get(host.name);
  const remount = host.kept.get(`${clusterName}.remount`);
  return [
    ...(imports
      ? [
          `mounted ${['mds1', 'mds2'].map(nidOf).join(':')}:/${filesystem}`,
          ...prefixed('|', importsText(state, host)),
          ...[...imports.values()].flatMap(({ target, leftAt, state: now }) => {
            const device = `${filesystem}-${target.name}`;
            const type = target.kind === 'MDT' ? 'mdc' : 'osc';
            return [
              `history ${type}.${device}-${type}-ffff8c1f3b2a4000.state=`,
              `history  - [ ${seconds(host.bootedAt)}, FULL ]`,
              ...(leftAt === undefined || now === 'FULL'
                ? []
                : [`history  - [ ${seconds(leftAt)}, DISCONN ]`]),
            ];
          }),
        ]
      : [`not mounted on ${clientMount}`]),
    ...(remount === undefined ? [] : [`remount ${remount}`]),
    `now ${seconds(state.now)}`,
    'end',
    '',
  ].join('\n');
}
