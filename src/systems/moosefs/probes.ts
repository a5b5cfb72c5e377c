import type { Cluster, Node } from '../../cluster/cluster';
import type { NodeReading, Probe, Probes } from '../../heartbeat/probe';
import type { ExecResult } from '../../ssh/connection';
import { combine } from './probes-combine';
import { servicesOf } from './probes-roles';
import { diskScript, masterScript, noMasterMark, serviceScript } from './probes-scripts';
import { readDf } from './reader-df';
import { hasLiveMaster, readMfscli } from './reader-mfscli';
import { complete, readServices } from './reader-processes';
import { unreadable } from './reader-text';
import { moosefsSection } from './section';

const serviceProbe: Probe = {
  id: 'moosefs-services',
  everyBeats: 1,
  timeoutMs: 5_000,
  script: () => serviceScript(),
  read(result, cluster, node) {
    const { processes, ucarps, addresses } = readServices(result.stdout, result.stderr);
    const { vhid } = moosefsSection(cluster);
    const ucarp = ucarps.find((each) => each.vhid === vhid) ?? (ucarps.length === 1 ? ucarps[0] : undefined);
    return {
      services: servicesOf(node, processes),
      facts: { addresses, ...(ucarp?.skew === undefined ? {} : { skew: ucarp.skew }) },
    };
  },
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
  everyBeats: 1,
  // a master whose chunkservers are unreachable makes mfscli wait for each of them
  timeoutMs: 15_000,
  script: (cluster, node) => (node.roles.includes('master') ? masterScript(cluster, node) : undefined),
  read: readMaster,
};

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
export const moosefsProbes: Probes = { node: [serviceProbe, diskProbe, masterProbe], combine };
