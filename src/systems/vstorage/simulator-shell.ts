import type { SimulatedAnswer } from '../../demo/simulator';
import type { SimulatedHost } from './simulator-host';
import type { VstorageState } from './simulator-state';
import { configText, eventText, statText } from './simulator-text';
import {
  beginTask,
  csOn,
  deviceOf,
  diskList,
  maintenanceStatus,
  nodeId,
  nodeList,
  overview,
  taskShow,
} from './simulator-vinfra';

const ok = (stdout: string): SimulatedAnswer => ({ exitCode: 0, stdout, stderr: '' });
/** An answer of a command that failed. */
export const failed = (stderr: string, exitCode = 1): SimulatedAnswer => ({
  exitCode,
  stdout: '',
  stderr: `${stderr}\n`,
});
/** Nobody answers: timeout(1) ends the command. */
const noMds = failed('no MDS of the cluster answers', 124);

/** What a person may type on a simulated node, by first words; undefined when it is not known there. */
export function typed(state: VstorageState, host: SimulatedHost, line: string): SimulatedAnswer | undefined {
  const words = line.trim().split(/\s+/);
  switch (words[0] ?? '') {
    case 'help':
      return ok(
        'vstorage -c NAME stat|get-config|get-event|set-config NAME=VALUE|rm-cs ID, vinfra node list|disk list|release …, date +%s, hostname, uptime, poweroff, exit\n',
      );
    case 'hostname':
      return ok(`${host.name}\n`);
    case 'date':
      return ok(
        words[1] === '+%s' ? `${Math.floor(state.now / 1000)}\n` : `${new Date(state.now).toUTCString()}\n`,
      );
    case 'uptime':
      return ok(
        `up ${Math.floor((state.now - host.bootedAt) / 60_000)} min, load average: 0.31, 0.28, 0.25\n`,
      );
    case 'vstorage':
      return vstorage(state, host, words);
    case 'vinfra':
      return vinfra(state, host, words);
    default:
      return undefined;
  }
}

function vstorage(
  state: VstorageState,
  host: SimulatedHost,
  words: readonly string[],
): SimulatedAnswer | undefined {
  const rest = words.slice(1).filter((word) => word !== '-q' && word !== '-w');
  if (rest[0] !== '-c') return failed('vstorage: the name of the cluster is missing (-c NAME)');
  const [name, verb, ...more] = rest.slice(1);
  if (name !== state.layout.name) return failed(`vstorage: cluster '${name ?? ''}' was not found`);
  const text = statText(state);
  if (text === undefined) return noMds;
  if (verb === 'stat' || verb === 'top') return ok(text);
  if (verb === 'get-config') return ok(configText(state));
  if (verb === 'get-event') return ok(eventText(state));
  if (verb === 'set-config') return setConfig(state, more[0] ?? '');
  if (verb === 'make-cs') return makeCs(state, host, more);
  if (verb === 'rm-cs') return removeCs(state, Number(more.find((word) => /^\d+$/.test(word))));
  return undefined;
}

/** `vstorage -c NAME set-config NAME=VALUE`. */
export function setConfig(state: VstorageState, text: string): SimulatedAnswer {
  const found = /^([a-z._]+)=(\d+)$/.exec(text);
  if (!found) return failed(`set-config: expected NAME=VALUE, found ${text}`);
  state.parameters.set(found[1] ?? '', Number(found[2]));
  return ok('');
}

/** `vstorage -c NAME make-cs -r PATH -t TIER` on the node with the disk. */
function makeCs(state: VstorageState, host: SimulatedHost, words: readonly string[]): SimulatedAnswer {
  const path = words[words.indexOf('-r') + 1] ?? '';
  const disk = host.node.disks.findIndex((each) => path.startsWith(`${each.path}/`));
  if (disk === -1) return failed(`make-cs: there is no disk for ${path}`);
  if (csOn(state, host, disk)) return failed(`make-cs: ${path} has a CS already`);
  state.addCs(host, disk);
  return ok('');
}

/** `vstorage -c NAME rm-cs ID`: its data is moved away, then it is gone. One that serves nothing goes at once. */
export function removeCs(state: VstorageState, id: number): SimulatedAnswer {
  const cs = state.services.find((each) => each.id === id && !each.dropped);
  if (!cs) return failed(`rm-cs: there is no CS#${id}`);
  const now = state.stateOf(cs);
  if (now === 'offline' || now === 'failed') state.drop(cs);
  else cs.releasing = true;
  return ok('');
}

function vinfra(
  state: VstorageState,
  host: SimulatedHost,
  words: readonly string[],
): SimulatedAnswer | undefined {
  if (!state.layout.vinfra) return failed('sh: 1: vinfra: not found', 127);
  if (state.master === undefined) return noMds;
  const plain = words.slice(1).filter((word, index, all) => word !== '-f' && all[index - 1] !== '-f');
  const option = (name: string) => plain[plain.indexOf(name) + 1];
  const named = (name: string | undefined) =>
    [...state.hosts.values()].find((each) => each.name === name || nodeId(state, each) === name);
  const [first = '', second = '', third = '', fourth] = plain;
  const verb = [first, second, third].join(' ');
  if (verb.startsWith('node list')) return ok(nodeList(state));
  if (verb.startsWith('cluster overview')) return ok(overview(state));
  if (first === 'task' && second === 'show') {
    const text = taskShow(state, third);
    return text === undefined ? failed(`there is no task ${third}`) : ok(text);
  }
  if (verb === 'node disk list')
    return ok(diskList(state, plain.includes('--node') ? named(option('--node')) : undefined));
  if (verb === 'node disk release') {
    const at = named(option('--node')) ?? host;
    return fourth === undefined ? undefined : releaseDisk(state, at, fourth);
  }
  if (verb === 'node disk assign') {
    const at = named(option('--node')) ?? host;
    return assignDisk(state, at, (option('--disk') ?? '').split(':')[0] ?? '');
  }
  if (verb.startsWith('node release')) {
    const at = named(third);
    return at ? releaseNode(state, at) : failed(`there is no node ${third}`);
  }
  if (verb.startsWith('node maintenance')) {
    const at = named(fourth);
    return at ? maintain(state, at, third) : failed(`there is no node ${fourth ?? ''}`);
  }
  return undefined;
}

/** `vinfra node maintenance precheck|start|stop|status NODE`. */
export function maintain(state: VstorageState, host: SimulatedHost, verb: string): SimulatedAnswer {
  const { counts } = state;
  const another = [...state.hosts.values()].find((each) => each !== host && each.inMaintenance);
  if (verb === 'status') return ok(maintenanceStatus(state, host));
  if (verb === 'stop') host.inMaintenance = false;
  else if (another) return failed(`node ${another.name} is in maintenance already`);
  else if (counts.blocked + counts.offline > 0) return failed('there are blocked or offline chunks');
  else if (verb === 'start') host.inMaintenance = true;
  else if (verb !== 'precheck') return failed(`maintenance: there is no ${verb}`);
  return ok(beginTask(state, `maintenance ${verb}`, () => true));
}

/** `vinfra node release NODE`: all of its chunk services. */
export function releaseNode(state: VstorageState, host: SimulatedHost): SimulatedAnswer {
  const own = state.services.filter((cs) => cs.host === host && !cs.dropped);
  for (const cs of own) removeCs(state, cs.id);
  return ok(beginTask(state, 'release node', () => own.every((cs) => cs.dropped)));
}

/** `vinfra node disk release DEVICE --node NODE`. */
export function releaseDisk(state: VstorageState, host: SimulatedHost, device: string): SimulatedAnswer {
  const disk = host.node.disks.findIndex((_, index) => deviceOf(index) === device.replace('/dev/', ''));
  const cs = csOn(state, host, disk);
  if (!cs) return failed(`there is no storage role on ${device}`);
  removeCs(state, cs.id);
  return ok(beginTask(state, 'release disk', () => cs.dropped));
}

/** `vinfra node disk assign --disk DEVICE:cs --node NODE`: a chunk service with a new id. */
export function assignDisk(state: VstorageState, host: SimulatedHost, device: string): SimulatedAnswer {
  const disk = host.node.disks.findIndex((_, index) => deviceOf(index) === device.replace('/dev/', ''));
  if (disk === -1) return failed(`there is no disk ${device}`);
  if (csOn(state, host, disk)) return failed(`${device} has a role already`);
  state.addCs(host, disk);
  return ok(beginTask(state, 'assign disk', () => true));
}
