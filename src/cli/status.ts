import type { Cluster } from '../cluster/cluster';
import type { Finding } from '../cluster/finding';
import { systemClock } from '../heartbeat/clock';
import type { ClusterHistory } from '../heartbeat/history';
import { HistoryStore } from '../heartbeat/history-store';
import { look } from '../heartbeat/look';
import { MaintenanceStore } from '../heartbeat/maintenance-store';
import { Monitor } from '../heartbeat/monitor';
import { observed } from '../heartbeat/observed';
import { stateFolder } from '../heartbeat/state-folder';
import type { ClusterState } from '../heartbeat/state';
import { check } from '../rules/check';
import { openConnections } from '../ssh/connections';
import { systemOf, systems } from '../systems/index';
import { openClusterFile, type OpenedFile } from './cluster-file';
import type { Context } from './context';
import { Exit, UsageError, type ExitStatus } from './exit';
import type { Invocation } from './invocation';
import { toJson } from './json';
import { Prompts } from './prompts';
import { isAttended, sshOptions } from './ssh-options';
import { statusJson, type Seen } from './status-json';
import { statusText } from './status-text';

type Arguments = Extract<Invocation, { command: 'status' }>;

/** Between two prints of `--watch`, milliseconds: a state that changes more often is printed once. */
const PRINT_EVERY = 1_000;

/** Asks every node of the file's clusters and prints what they say; once, or until Ctrl-C with `--watch`. */
export async function status(args: Arguments, context: Context): Promise<ExitStatus> {
  const { output, signal, env } = context;
  const file = await openClusterFile(args.file, output, true);
  const clusters = wanted(file, args.cluster);
  const prompts = isAttended() ? new Prompts(signal) : undefined;
  const ssh = sshOptions(args, output, prompts);
  const store = new HistoryStore(stateFolder(env), (problem) => output.say(`standby: ${problem}`));
  const maintenance = new MaintenanceStore(stateFolder(env), (problem) => output.say(`standby: ${problem}`));
  const declared = new Map(
    await Promise.all(clusters.map(async ({ name }) => [name, await maintenance.read(name)] as const)),
  );
  const opened = clusters.map((cluster) => ({ cluster, connections: openConnections(cluster, ssh) }));
  const parts = opened.map(({ cluster, connections }) => ({
    cluster,
    connections,
    probes: systemOf(cluster).probes,
    clock: systemClock,
    historyStore: store,
    maintenance: declared.get(cluster.name) ?? new Map<string, never>(),
  }));
  const log = (line: string) => output.say(`standby: ${line}`);
  try {
    if (args.watch)
      return await watch(
        parts.map((part) => new Monitor(part)),
        file,
        store,
        args,
        context,
      );
    const looks = parts.map((part) => look({ ...part, timeoutMs: args.timeoutMs, signal, log }));
    const states = (await Promise.all(looks)).map(({ state }) => state);
    const seen = seenOf(file, states, await historiesOf(states, store));
    print(seen, file.clusters.length > 1 && args.cluster === undefined, args.format, context);
    return exitOf(seen);
  } finally {
    for (const { connections } of opened) connections.dispose();
  }
}

function wanted({ name, clusters }: OpenedFile, cluster: string | undefined): readonly Cluster[] {
  const found = cluster === undefined ? clusters : clusters.filter((candidate) => candidate.name === cluster);
  if (found.length > 0) return found;
  const names = clusters.map((candidate) => candidate.name).join(', ');
  throw new UsageError(`${name} has no cluster '${cluster ?? ''}'. It has ${names}.`);
}

async function watch(
  monitors: readonly Monitor[],
  file: OpenedFile,
  store: HistoryStore,
  { format }: Arguments,
  context: Context,
): Promise<ExitStatus> {
  let last: readonly Seen[] = [];
  let changed = false;
  const off = monitors.map((monitor) => monitor.onState(() => (changed = true)));
  try {
    for (const monitor of monitors) monitor.start();
    while (!context.signal.aborted) {
      // The end of the wait is the end of the command: what was seen last is the answer.
      await systemClock.sleep(PRINT_EVERY, context.signal).catch(() => undefined);
      if (!changed) continue;
      changed = false;
      const states = monitors.map((monitor) => monitor.state);
      last = seenOf(file, states, await historiesOf(states, store));
      if (format === 'pretty' && context.output.colour) context.output.answer('\u001b[H\u001b[2J');
      print(last, last.length > 1, format, context, true);
    }
  } finally {
    for (const unsubscribe of off) unsubscribe();
    for (const monitor of monitors) monitor.stop();
  }
  return exitOf(last);
}

/** What is remembered of each cluster that has a console; the others need none of it. */
async function historiesOf(
  states: readonly ClusterState[],
  store: HistoryStore,
): Promise<ReadonlyMap<ClusterState, ClusterHistory>> {
  const wanted = states.filter(({ cluster }) => cluster.nodes.some((node) => node.console !== undefined));
  return new Map(
    await Promise.all(wanted.map(async (state) => [state, await store.read(state.cluster)] as const)),
  );
}

/** Each state with the findings of its own document, as they are with what the nodes report. */
function seenOf(
  file: OpenedFile,
  states: readonly ClusterState[],
  histories: ReadonlyMap<ClusterState, ClusterHistory>,
): readonly Seen[] {
  const byName = new Map(states.map((state) => [state.cluster.name, observed(state, histories.get(state))]));
  const { documents, findings } = check(file.bytes, systems, (name) => byName.get(name));
  const findingsOf = (state: ClusterState): readonly Finding[] => {
    const document = documents.find(({ cluster }) => cluster?.name === state.cluster.name);
    if (!document || documents.length === 1) return findings;
    const { start, end } = document.range;
    return findings.filter(({ range }) => range.start.line >= start.line && range.start.line <= end.line);
  };
  return states.map((state) => ({ file: file.name, state, findings: findingsOf(state) }));
}

function print(
  seen: readonly Seen[],
  several: boolean,
  format: Arguments['format'],
  { output }: Context,
  onOneLine = false,
): void {
  if (format === 'pretty') return output.answer(seen.map((one) => statusText(one, output.colour)).join('\n'));
  const all = seen.map(statusJson);
  output.answer(`${toJson(several ? all : all[0], onOneLine ? undefined : 2)}\n`);
}

function exitOf(seen: readonly Seen[]): ExitStatus {
  const fine = seen.every(
    ({ state, findings }) =>
      state.nodes.every(({ liveness }) => liveness === 'active' || liveness === 'maintenance') &&
      findings.every(({ severity }) => severity !== 'error'),
  );
  return fine ? Exit.fine : Exit.badNews;
}
