import type { Cluster, Node } from '../../cluster/cluster';
import { UnreadableError } from '../../heartbeat/probe';
import type { Judgement, ScriptCheck } from '../../failover/plan';
import type { ExecResult } from '../../ssh/connection';
import { vstorageNodeProbes } from './probes';
import { vstorageFacts } from './probes-facts';
import { processByRole, serviceScript, statScript } from './probes-scripts';
import type { HostNames } from './names';
import type { ChunkKind, CsReading, CsState, MdsReading, StatReport } from './observation';

const statLimit = 15_000;

/** Kinds of chunks that lack a piece, or wait for one. */
const lacking: readonly ChunkKind[] = ['offline', 'blocked', 'pending', 'urgent', 'degraded', 'replicating'];

const probeOf = (id: string) => {
  const probe = vstorageNodeProbes.find((each) => each.id === id);
  if (!probe) throw new RangeError(`There is no probe ${id}.`);
  return probe;
};

/** A question to `node` about the whole cluster, by `vstorage stat`. */
export function statCheck(
  cluster: Cluster,
  node: Node,
  title: string,
  judge: (report: StatReport) => Judgement,
): ScriptCheck {
  return {
    type: 'script',
    title,
    node: node.name,
    script: statScript(cluster),
    timeoutMs: statLimit,
    judge: (result) => {
      const report = reportIn(result, cluster, node);
      return typeof report === 'string' ? { holds: false, detail: report } : judge(report);
    },
  };
}

function reportIn(result: ExecResult, cluster: Cluster, node: Node): StatReport | string {
  try {
    const report = vstorageFacts(probeOf('vstorage-stat').read(result, cluster, node)).stat?.report;
    if (!report) return 'vstorage stat said nothing';
    if (report.health === 'unknown') return 'the cluster says “unknown”: a master MDS was just elected';
    if (!report.chunkServices || report.unreadableRows > 0)
      return 'the table of chunk services cannot be read';
    return missingRows(report) ?? report;
  } catch (error) {
    if (error instanceof UnreadableError) return error.message;
    throw error;
  }
}

/** What to say where fewer services are listed than were counted: one that is absent could be any of them. */
export function missingRows({ csCount, chunkServices, mdsCount, metadata }: StatReport): string | undefined {
  const listed = chunkServices?.length ?? 0;
  if (csCount && csCount.total > listed)
    return `vstorage stat counts ${csCount.total} chunk services and lists ${listed}`;
  if (mdsCount && metadata && mdsCount.total > metadata.length)
    return `vstorage stat counts ${mdsCount.total} MDS and lists ${metadata.length}`;
  return undefined;
}

/** Chunks that lack something, as text; undefined when all have what they should, or when nobody can tell. */
export function lack({ chunks }: StatReport): {
  readonly known: boolean;
  readonly text: string;
  readonly sum: number;
} {
  const found = lacking.map((kind) => [kind, chunks[kind]] as const);
  // `pending` and `urgent` are missing in some editions; without these four nothing can be said.
  const known = (['offline', 'blocked', 'degraded', 'healthy'] as const).every(
    (kind) => chunks[kind] !== undefined,
  );
  const some = found.filter(([, number]) => (number ?? 0) > 0);
  return {
    known,
    text: some.map(([kind, number]) => `${number} ${kind}`).join(', '),
    sum: some.reduce((all, [, number]) => all + (number ?? 0), 0),
  };
}

/** Every chunk has all its pieces. */
export function allHealthy(cluster: Cluster, node: Node): ScriptCheck {
  return statCheck(cluster, node, 'All chunks are healthy', (report) => {
    const { known, text, sum } = lack(report);
    if (!known) return { holds: false, detail: 'the numbers of chunks by state were not printed' };
    return sum === 0
      ? { holds: true, detail: `${report.chunks.healthy ?? 0} chunks, 100 % healthy` }
      : { holds: false, detail: `${text} chunks` };
  });
}

/** These chunk services are in one of these states; one that is no longer listed counts as dropped. */
export function servicesAre(
  cluster: Cluster,
  node: Node,
  ids: readonly number[],
  states: readonly CsState[],
  title: string,
): ScriptCheck {
  return statCheck(cluster, node, title, ({ chunkServices = [] }) => {
    const all = ids.map(
      (id) => chunkServices.find((cs) => cs.id === id) ?? { id, state: 'dropped' as const },
    );
    const others = all.filter(({ state }) => !states.includes(state));
    return {
      holds: others.length === 0,
      detail:
        others.length === 0
          ? `CS ${ids.join(', ')}: ${[...new Set(all.map(({ state }) => state))].join(', ')}`
          : others.map((cs) => `CS ${cs.id} is ${cs.state}${held(cs)}`).join(', '),
    };
  });
}

function held(cs: Pick<CsReading, 'replicas'>): string {
  return cs.replicas === undefined ? '' : `, ${cs.replicas} pieces left on it`;
}

/** No chunk service besides these is away: no further node went since the plan was made. */
export function othersServe(
  cluster: Cluster,
  node: Node,
  except: readonly number[],
  absent: readonly CsState[] = ['inactive', 'offline', 'maintenance'],
): ScriptCheck {
  return statCheck(cluster, node, 'All other chunk services serve', ({ chunkServices = [] }) => {
    const away = chunkServices.filter(({ id, state }) => !except.includes(id) && absent.includes(state));
    return {
      holds: away.length === 0,
      detail: away.length === 0 ? 'they do' : away.map(({ id, state }) => `CS ${id} is ${state}`).join(', '),
    };
  });
}

/** How many MDS live without those of one node, of how many. */
export interface MdsLeft {
  readonly left: number;
  readonly total: number;
}

/**
 * The MDS that live when those of `away` are gone. Where none of the rows is known to be of that node, each of an
 * unknown host may be.
 */
export function mdsWithout(
  metadata: readonly (Pick<MdsReading, 'status'> & { readonly node?: string | undefined })[],
  away: Node,
): MdsLeft {
  const isKnown = metadata.some(({ node }) => node === away.name);
  const left = metadata.filter(
    ({ status, node }) => status === 'avail' && (node === undefined ? isKnown : node !== away.name),
  ).length;
  return { left, total: metadata.length };
}

/** Enough MDS are left when that of a node is away; `isRemoved`: when it counts no more, either. */
export function majorityWithout(
  cluster: Cluster,
  node: Node,
  away: Node,
  names: HostNames,
  isRemoved = false,
): ScriptCheck {
  return statCheck(cluster, node, `A majority of the MDS lives without ${away.name}`, ({ metadata }) => {
    if (!metadata || metadata.length === 0) return { holds: false, detail: 'no table of MDS was printed' };
    const all = mdsWithout(
      metadata.map((mds) => ({ ...mds, node: names.nodeOf(mds.host) })),
      away,
    );
    const total = all.total - (isRemoved ? 1 : 0);
    return {
      holds: all.left * 2 > total,
      detail: `${all.left} of ${total} would be left, ${Math.floor(total / 2) + 1} are needed`,
    };
  });
}

/** The processes of these roles run on a node, or none of them does. */
export function processesOn(node: Node, roles: readonly string[], running: boolean): ScriptCheck {
  const names = roles.flatMap((role) => processByRole[role] ?? []);
  return {
    type: 'script',
    title: `${names.join(' and ')} ${running ? 'run' : 'do not run'}${names.length === 1 && running ? 's' : ''} on ${node.name}`,
    node: node.name,
    script: serviceScript(),
    timeoutMs: 10_000,
    judge: (result) => {
      // An answer that was cut off says nothing about what is absent from it.
      const text = result.stdout.trimEnd();
      if (!text.endsWith('standby:end')) return { holds: false, detail: 'no complete answer' };
      const alive = names.filter((name) =>
        new RegExp(`^process\\|${name}\\|\\d+ \\(.*\\) [^ZXx] `, 'm').test(text),
      );
      const holds = running ? alive.length === names.length : alive.length === 0;
      return { holds, detail: alive.length === 0 ? 'none of them runs' : `${alive.join(', ')} there` };
    },
  };
}
