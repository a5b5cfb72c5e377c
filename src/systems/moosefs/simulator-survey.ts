import type { SimulatedHost } from './simulator-host';
import { dataPath, ownAddress, prefix, vhid, virtualAddress } from './simulator-layout';
import type { SimulatedState } from './simulator-state';
import { addressLines, mfscli } from './simulator-text';

/** Hooks that move the address and start nothing. */
const hooks = {
  u: ['/usr/share/ucarp/vip-up', 'ip addr add "$2/$3" dev "$1" 2>/dev/null'],
  d: ['/usr/share/ucarp/vip-down', 'ip addr del "$2/$3" dev "$1" 2>/dev/null'],
} as const;

const seconds = (ms: number) => Math.floor(ms / 1000);

/** What `mfsmaster test` prints; its exit code is 0 only when it runs. */
export function daemonTest(host: SimulatedHost, name: 'mfsmaster' | 'mfsmetalogger'): string {
  const process = host.processes.get(name);
  return process ? `${name} pid: ${process.pid}` : `${name} is not running`;
}

/** The answer to the planners' `surveyScript`. */
export function surveyAnswer(state: SimulatedState, host: SimulatedHost): string {
  const processes = (['mfsmaster', 'mfsmetalogger'] as const).flatMap((name) => {
    const process = host.processes.get(name);
    return process ? [`${name} ${process.pid} S 1`] : [];
  });
  const lines: string[] = [
    '@@ processes',
    ...processes,
    '@@ test',
    daemonTest(host, 'mfsmaster'),
    '@@ live',
    ...(host.runs('mfsmaster') ? [mfscli(state, host.name, ['SIM']).trimEnd()] : []),
    '@@ addresses',
    addressLines(state, host.name),
    '@@ ucarp',
    ...ucarpLines(host),
    '@@ hooks',
    ...hookLines(host),
    '@@ images',
    filesAnswer(state, host),
    '@@ space',
    'set 2905000',
    'data 21474836480',
    'scratch 21474836480',
    '@@ end',
  ];
  return `${lines.join('\n')}\n`;
}

/** The answer to `filesListing`. */
export function filesAnswer(state: SimulatedState, host: SimulatedHost): string {
  const lines = [
    ...imageLines(state, host),
    '@@ changelogs',
    ...changelogLines(host),
    `now=${seconds(state.now)}`,
  ];
  return lines.join('\n');
}

function ucarpLines(host: SimulatedHost): string[] {
  const process = host.processes.get('ucarp');
  if (!process && !host.kept) return [];
  return [
    `command ${process ? `/proc/${process.pid}/cmdline` : '/run/standby/demo.ucarp'}`,
    'option i eth0',
    `option s ${ownAddress(host.name)}`,
    `option v ${vhid}`,
    `option k ${host.skew}`,
    `option a ${virtualAddress}`,
    `option u ${hooks.u[0]}`,
    `option d ${hooks.d[0]}`,
    `option x ${prefix}`,
    'flag B',
    'flag z',
    'flag n',
  ];
}

function hookLines(host: SimulatedHost): string[] {
  if (!host.runs('ucarp') && !host.kept) return [];
  return Object.entries(hooks).flatMap(([kind, [file, line]]) => [
    `hook ${kind} ${file}`,
    '> #!/bin/sh',
    `> ${line}`,
    '> exit 0',
  ]);
}

function imageLines({ fileid }: SimulatedState, host: SimulatedHost): string[] {
  const image = (name: string, version: number, at: number) => [
    `== ${name} size=2905000 mtime=${seconds(at)}`,
    '# header: MFSM 2.0 (4D46534D20322E30)',
    `# version: ${version} ; fileid: 0x${fileid}`,
  ];
  const { master, metalogger } = host;
  return [
    ...(master?.image === undefined
      ? []
      : image('metadata.mfs.back', master.image, master.imageAt ?? host.bootedAt)),
    `== metadata.mfs.empty size=8 mtime=1675667254`,
    '# header: MFSM NEW (4D46534D204E4557)',
    'empty file',
    ...(metalogger
      ? image('metadata_ml.mfs.back', metalogger.image, metalogger.imageAt ?? host.bootedAt)
      : []),
  ];
}

function changelogLines(host: SimulatedHost): string[] {
  const files = [
    { name: 'changelog.0.mfs', log: host.master },
    { name: 'changelog_ml.0.mfs', log: host.metalogger },
  ];
  return files.flatMap(({ name, log }) =>
    log && log.first <= log.last
      ? [`${name} first=${log.first} last=${log.last} mtime=${seconds(log.lastAt)} at=${seconds(log.lastAt)}`]
      : [],
  );
}

/** Where the promotion keeps what it moved aside. */
export function keepFolder(now: number): string {
  return `${dataPath}/standby-saved/${new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')}`;
}
