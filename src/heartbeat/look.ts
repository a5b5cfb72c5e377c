import { setMaxListeners } from 'node:events';
import type { Cluster } from '../cluster/cluster';
import type { Connections } from '../ssh/connection';
import type { Clock } from './clock';
import { ClusterProbes, isForCluster } from './cluster-probes';
import { ClusterWatch } from './cluster-watch';
import { emptyHistory, type ClusterHistory } from './history';
import type { HistoryStore } from './history-store';
import { limited } from './limited';
import type { Declaration } from './maintenance';
import type { NodeWatch } from './node-watch';
import type { Probe, Probes } from './probe';
import { withReached, type Reached } from './reached';
import { rollCall } from './roll-call';
import type { ClusterState, Liveness, NodeState } from './state';
import { askWitnesses } from './witness';

/** The end of the time that is kept for the witnesses, in milliseconds (docs: `standby status`). */
export const WITNESS_RESERVE_MS = 3_000;
/** A connection that broke or was slow is tried again after this pause, in milliseconds. */
const RETRY_AFTER_MS = 1_000;
const QUESTIONS_AT_ONCE = 8;

export interface LookOptions {
  readonly cluster: Cluster;
  readonly probes: Probes;
  readonly connections: Connections;
  readonly clock: Clock;
  /** Milliseconds for the whole look. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Maintenance that the operator declared or ended by hand, by node; wins over the file. */
  readonly maintenance?: ReadonlyMap<string, Declaration>;
  /** Read before, and written after the look. */
  readonly historyStore?: HistoryStore;
  readonly log?: (line: string) => void;
}

/** What one look saw. */
export interface Look {
  readonly state: ClusterState;
  /** Nodes that answered. */
  readonly heard: readonly string[];
  /** Who reached whom during the look. */
  readonly reached: Reached;
  /** What was remembered before the look. */
  readonly history: ClusterHistory;
}

/**
 * One single look at a cluster. It is over when every node has answered or said why it will not, or when the
 * time is; a broken or slow connection is tried again until then. A silent node is `inactive`, or `unknown`
 * when no heartbeat of it was ever recorded; either way the witnesses are heard. Rejects only with the
 * reason of `signal`.
 */
export async function look(options: LookOptions): Promise<Look> {
  const { cluster, clock, timeoutMs, signal, historyStore, log } = options;
  signal?.throwIfAborted();
  const end = clock.now() + timeoutMs;
  const askUntil = end - Math.min(WITNESS_RESERVE_MS, timeoutMs / 2);
  const history = (await historyStore?.read(cluster)) ?? emptyHistory(cluster.name);
  const watch = new ClusterWatch(options);

  const asking = childOf(signal);
  try {
    await askNodes(options, watch, askUntil, asking.signal);
    signal?.throwIfAborted();
    const heard = watch.fresh().map((node) => node.node.name);
    const reached = await hearWitnesses(options, watch, heard, history.reached, end, asking.signal);
    signal?.throwIfAborted();
    const state = withHistory(
      watch.snapshot(timeoutMs, (node) => livenessInLook(watch, node, history)),
      history,
    );
    await historyStore
      ?.remember(state, reached)
      .catch((error: unknown) => log?.(`${cluster.name}: what was seen could not be kept: ${String(error)}`));
    return { state, heard, reached, history };
  } finally {
    asking.end();
    for (const node of watch.nodes) node.close();
  }
}

/** Asks every node; whatever has not come by `until` is given up. */
async function askNodes(
  { probes, clock, log, cluster }: LookOptions,
  watch: ClusterWatch,
  until: number,
  parent: AbortSignal,
): Promise<void> {
  const round = childOf(parent);
  const left = () => Math.max(until - clock.now(), 1);
  const ask = (node: NodeWatch, probe: Probe) =>
    node.probe(probe, { timeoutMs: Math.min(probe.timeoutMs, left()), signal: round.signal });
  const own = probes.node.filter((probe) => !isForCluster(probe));
  const forCluster = new ClusterProbes(cluster, probes.node, clock, watch, ask);
  const askNode = async (node: NodeWatch) => {
    while (!(await node.beat({ timeoutMs: left(), signal: round.signal }, left()))) {
      if (round.signal.aborted || !mayPass(node) || left() <= RETRY_AFTER_MS) return;
      await clock.sleep(RETRY_AFTER_MS, round.signal);
    }
    await Promise.all(own.map((probe) => ask(node, probe)));
    // As soon as one can answer: a node that hangs must not use up the time for it.
    await forCluster.askDue(node, Infinity);
  };
  const all = Promise.all(
    watch.nodes.map((node) =>
      askNode(node).catch((error: unknown) => {
        if (!round.signal.aborted) log?.(`${cluster.name}: ${node.node.name}: ${String(error)}`);
      }),
    ),
  );
  // A deadline that a question keeps by itself comes first; this one ends what does not keep it.
  const over = clock.sleep(left() + 100, round.signal).catch(() => {});
  await Promise.race([all, over]);
  round.end();
  for (const node of watch.nodes)
    if (node.pulse.lastHeartbeat === undefined && node.failure === undefined)
      node.giveUp(
        `${node.node.name} did not answer in time. Check the network, or give it longer with --timeout.`,
      );
}

/** Whether another try may help: only where the way to the node broke, not where the node or its host said no. */
function mayPass(node: NodeWatch): boolean {
  return ['timeout', 'closed', 'protocol'].includes(node.failure?.reason ?? '');
}

async function hearWitnesses(
  { cluster, connections, clock }: LookOptions,
  watch: ClusterWatch,
  heard: readonly string[],
  known: Reached,
  end: number,
  signal: AbortSignal,
): Promise<Reached> {
  const timeoutMs = Math.max(Math.min(end - clock.now(), WITNESS_RESERVE_MS), 1);
  const round = childOf(signal);
  const silent = watch.nodes.filter((node) => node.pulse.lastHeartbeat === undefined && !node.pulse.denied);
  for (const node of silent) node.verdict = 'undetermined';
  let reached: Reached = {};
  const onReached = (witness: string, node: string, at: number) =>
    (reached = withReached(reached, witness, node, at));
  const work = Promise.all([
    limited(silent, QUESTIONS_AT_ONCE, async (node) => {
      const question = { cluster, connections, reached: known, node: node.node.name, active: heard };
      const report = await askWitnesses({ ...question, timeoutMs, signal: round.signal });
      if (round.signal.aborted) return;
      node.verdict = report.verdict;
      for (const witness of report.reachedBy) onReached(witness, node.node.name, clock.now());
    }),
    rollCall({
      cluster,
      connections,
      clock,
      reached: known,
      active: heard,
      timeoutMs,
      signal: round.signal,
      onReached,
    }),
  ]);
  await Promise.race([work, clock.sleep(timeoutMs, round.signal).catch(() => {})]);
  round.end();
  return reached;
}

/** A signal that many questions may listen to, and that ends with its parent or by itself. */
function childOf(parent: AbortSignal | undefined): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const cancel = () => controller.abort(parent?.reason);
  parent?.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    end: () => {
      parent?.removeEventListener('abort', cancel);
      controller.abort();
    },
  };
}

function livenessInLook(watch: ClusterWatch, node: NodeWatch, history: ClusterHistory): Liveness {
  if (node.pulse.denied) return 'denied';
  if (watch.isInMaintenance(node.node)) return 'maintenance';
  if (node.pulse.lastHeartbeat !== undefined) return 'active';
  return lastHeard(history, node.node.name) === undefined ? 'unknown' : 'inactive';
}

/** A silent node's last heartbeat is the one that an earlier look or the editor recorded. */
function withHistory(state: ClusterState, history: ClusterHistory): ClusterState {
  const nodes = state.nodes.map((node): NodeState => {
    const lastHeartbeat = node.lastHeartbeat ?? lastHeard(history, node.name);
    return { ...node, ...(lastHeartbeat !== undefined && { lastHeartbeat }) };
  });
  return { ...state, nodes };
}

function lastHeard(history: ClusterHistory, node: string): number | undefined {
  return history.heard && Object.hasOwn(history.heard, node) ? history.heard[node] : undefined;
}
