import type { Cluster, Node } from '../../cluster/cluster';
import type { NodeReading, Probe, Probes } from '../../heartbeat/probe';
import type { ExecResult } from '../../ssh/connection';
import { combine } from './probes-combine';
import { moosefsFacts } from './probes-facts';
import { servicesOf } from './probes-roles';
import { diskScript, masterScript, noMasterMark, serviceScript } from './probes-scripts';
import { readDf } from './reader-df';
import { hasLiveMaster, readMfscli } from './reader-mfscli';
import { complete, readServices } from './reader-processes';
import { unreadable } from './reader-text';
import { moosefsSection } from './section';

const isCandidate = (node: Node) => node.roles.includes('master');

const serviceProbe = {
  id: 'moosefs-services',
  timeoutMs: 5_000,
  read(result: ExecResult, cluster: Cluster, node: Node): NodeReading {
    const { processes, ucarps, addresses } = readServices(result.stdout, result.stderr);
    const { vhid } = moosefsSection(cluster);
    const ucarp = ucarps.find((each) => each.vhid === vhid) ?? (ucarps.length === 1 ? ucarps[0] : undefined);
    return {
      services: servicesOf(node, processes),
      facts: {
        addresses,
        follows: processes.some(({ name }) => name === 'mfsmetalogger'),
        ...(ucarp?.skew === undefined ? {} : { skew: ucarp.skew }),
      },
    };
  },
};

/** Who the master is changes within seconds, and few nodes are candidates for it. */
const candidateServices: Probe = {
  ...serviceProbe,
  everyBeats: 1,
  script: (_cluster, node) => (isCandidate(node) ? serviceScript() : undefined),
};

/** A process and a look through /proc are not worth every heartbeat of a thousand nodes. */
const otherServices: Probe = {
  ...serviceProbe,
  everyBeats: 3,
  script: (_cluster, node) => (isCandidate(node) ? undefined : serviceScript()),
};

/** df can hang for ever on a dead disk: it has a deadline of its own, and only declared paths are asked. */
const diskProbe: Probe = {
  id: 'moosefs-disks',
  everyBeats: 6,
  timeoutMs: 10_000,
  script: (_cluster, node) => (node.roles.includes('chunkserver') ? diskScript(node) : undefined),
  read: (result, _cluster, node) => ({
    disks: readDf(
      result.stdout,
      result.stderr,
      node.disks.map((disk) => disk.path),
    ),
  }),
};

const masterProbe: Probe = {
  id: 'moosefs-master',
  everyBeats: 2,
  // a master whose chunkservers are unreachable makes mfscli wait for each of them
  timeoutMs: 15_000,
  script: (cluster, node) => (isCandidate(node) ? masterScript(cluster, node) : undefined),
  candidates: speakers,
  read: readMaster,
};

/**
 * The candidates that may run a master, the one with the virtual address first: that is where chunkservers and
 * clients are. One whose processes are not known may run it, too; masterScript looks before it asks.
 */
function speakers(cluster: Cluster, heard: ReadonlyMap<string, NodeReading>): readonly string[] {
  const { virtualIp } = moosefsSection(cluster);
  const holds = (name: string) =>
    moosefsFacts(heard.get(name)).addresses?.some(({ address }) => address === virtualIp?.address) === true;
  return cluster.nodes
    .filter((node) => isCandidate(node) && heard.has(node.name))
    .filter(({ name }) => mayRunMaster(heard.get(name)))
    .map(({ name }) => name)
    .toSorted((a, b) => Number(holds(b)) - Number(holds(a)));
}

function mayRunMaster(reading: NodeReading | undefined): boolean {
  const master = reading?.services?.find(({ name }) => name === 'mfsmaster');
  return master === undefined || master.state !== 'stopped';
}

function readMaster(result: ExecResult, _cluster: Cluster, node: Node): NodeReading {
  const text = complete('mfscli', result.stdout, result.stderr);
  if (text.trim() === noMasterMark) return {};
  if (result.truncated)
    throw unreadable('mfscli', 'a whole answer', 'an answer that was cut off for its length');
  // Python writes a traceback, and the shell “not found”, to stderr: that says more than an empty stdout.
  const report = readMfscli(text.trim() === '' ? result.stderr : text);
  if (!hasLiveMaster(report)) return {};
  if (!report.matrix) throw unreadable(`mfscli on ${node.name}`, 'rows “all chunks matrix:”', text);
  return { facts: { master: report } };
}

/** What Standby asks the nodes of a MooseFS cluster, and what their answers say together. */
export const moosefsProbes: Probes = {
  node: [candidateServices, otherServices, diskProbe, masterProbe],
  combine,
};
