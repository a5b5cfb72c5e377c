import { nodesWithRole, type Cluster, type Node } from '../../cluster/cluster';
import type { PlanInput } from '../../failover/planner';
import type { NodeReading } from '../../heartbeat/probe';
import type { ExecResult } from '../../ssh/connection';
import { missingRows } from './checks';
import { vstorageClusterFacts } from './facts';
import type { VinfraDisk, VinfraNode, VstorageObservation } from './observation';
import { HostNames } from './names';
import { combine } from './probes-combine';
import { vstorageFacts } from './probes-facts';
import { vstorageNodeProbes } from './probes';
import type { Process } from './process';
import { partsOf } from './scripts/survey';

/** A node with an MDS that does not answer. */
export interface SilentMds {
  readonly node: Node;
  readonly why: string;
  /** Its console says off, and no witness reaches it. */
  readonly isOff: boolean;
}

/** What a plan is made from: the cluster as its nodes tell it now. */
export interface Situation {
  readonly observation: VstorageObservation;
  readonly process: Process;
  /** Nodes with an MDS that answer. */
  readonly answering: readonly Node[];
  readonly silent: readonly SilentMds[];
  /** What vinfra says, and of which node: plans use it there. Absent: no node may use it. */
  readonly vinfra?: {
    readonly node: Node;
    readonly nodes: readonly VinfraNode[];
    readonly disks: readonly VinfraDisk[];
  };
  readonly names: HostNames;
}

/** The parts of an answer to `surveyScript`, each as the result of its own script; undefined for a cut-off one. */
function partsIn(result: ExecResult, node: Node): ReadonlyMap<string, ExecResult> | undefined {
  const pieces = result.stdout.split(/^@@ (\w+)\n?/m);
  const parts = new Map<string, ExecResult>();
  for (let i = 1; i < pieces.length; i += 2)
    parts.set(pieces[i] ?? '', { ...result, stdout: pieces[i + 1] ?? '' });
  return parts.has('end') && partsOf(node).every((part) => parts.has(part)) ? parts : undefined;
}

/** What the probes read in a node's answer; parts that cannot be read are left out, as while it is watched. */
export function readSurvey(result: ExecResult, cluster: Cluster, node: Node): NodeReading | undefined {
  const parts = partsIn(result, node);
  if (!parts) return undefined;
  let reading: NodeReading = {};
  for (const part of partsOf(node)) {
    const probe = vstorageNodeProbes.find(({ id }) => id === `vstorage-${part}`);
    const own = parts.get(part);
    if (!probe || !own) continue;
    try {
      const read = probe.read(own, cluster, node);
      reading = { ...reading, ...read, facts: { ...reading.facts, ...read.facts } };
    } catch {
      // Unknown: whatever needs it is refused below.
    }
  }
  return reading;
}

/** The situation, or why there is none that anything may be planned on. */
export function situationOf(input: PlanInput): Situation | { readonly refused: string } {
  const { cluster, answers } = input;
  const mds = nodesWithRole(cluster, 'mds');
  if (mds.length === 0)
    return { refused: 'No node of the cluster file has the role mds: nobody can be asked.' };
  const heard = new Map<string, NodeReading>();
  for (const node of cluster.nodes) {
    const answer = answers.get(node.name);
    const reading = answer && 'result' in answer ? readSurvey(answer.result, cluster, node) : undefined;
    if (reading) heard.set(node.name, reading);
  }
  const answering = mds.filter(({ name }) => heard.has(name));
  if (answering.length === 0) {
    const [first] = mds.flatMap(({ name }) => {
      const answer = answers.get(name);
      return answer && 'error' in answer ? [answer.error.message] : [];
    });
    return {
      refused:
        `No node with an MDS answers (${mds.map(({ name }) => name).join(', ')}). ${first ?? ''}`.trim(),
    };
  }
  const facts = vstorageClusterFacts(combine(cluster, heard, { at: input.now }));
  const { vstorage: observation, process, silence } = facts;
  if (!observation || !process) {
    const alive = silence ? `: ${silence.mdsAlive} of ${silence.mdsTotal} MDS seem to be alive` : '';
    return {
      refused: `The cluster does not answer vstorage stat${alive}. Without a majority of its MDS nothing can be changed: bring MDS nodes back first.`,
    };
  }
  const refused = unsure(observation);
  if (refused !== undefined) return { refused };
  const [speaker] = answering.flatMap((node) => {
    const found = vstorageFacts(heard.get(node.name)).vinfra;
    return found?.nodes && found.disks ? [{ node, nodes: found.nodes, disks: found.disks }] : [];
  });
  return {
    observation,
    process,
    answering,
    silent: mds.filter(({ name }) => !heard.has(name)).map((node) => silentMds(input, node)),
    ...(speaker ? { vinfra: speaker } : {}),
    names: new HostNames(cluster),
  };
}

/** Figures that nobody may plan on. */
function unsure({ stat, chunkServices }: VstorageObservation): string | undefined {
  if (stat.health === 'unknown')
    return 'The cluster says “unknown”: a master MDS was elected a moment ago, and its figures are not those of the chunk services yet. Try again in half a minute.';
  if (!stat.chunkServices)
    return 'vstorage stat printed no table of chunk services: nothing is known of what stands where.';
  if (stat.unreadableRows > 0)
    return `${stat.unreadableRows} rows of what vstorage stat printed could not be read: nobody may plan on the rest. Look at vstorage stat yourself.`;
  const missing = missingRows(stat);
  if (missing !== undefined)
    return `${missing}: nobody may plan on a part of them. Look at vstorage stat yourself.`;
  const odd = chunkServices.find(({ state }) => state === 'unknown');
  if (odd)
    return `CS ${odd.id} is in a state that is not known here (${odd.word ?? 'none was printed'}): look at vstorage stat yourself.`;
  return undefined;
}

function silentMds({ answers, silent }: PlanInput, node: Node): SilentMds {
  const answer = answers.get(node.name);
  const seen = silent.get(node.name);
  return {
    node,
    why:
      answer && 'error' in answer
        ? answer.error.message
        : 'its answer to the survey could not be read: it was cut off.',
    isOff: seen?.console?.off === true && seen.reachedBy.length === 0,
  };
}

/** The sentence that refuses a run while an MDS node is silent and not proven off: another run may hold its lock there (safety 14). */
export function silenceForbids(silent: readonly SilentMds[]): string | undefined {
  const [open] = silent.filter(({ isOff }) => !isOff);
  return (
    open &&
    `${open.node.name} has an MDS and does not answer: ${open.why} The cluster's lock is needed there, unless its console says that it is off.`
  );
}
