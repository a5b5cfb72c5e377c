import { findNode, type Cluster, type Node } from '../cluster/cluster';
import type { Connections, NodeConnection, Reach } from '../ssh/connection';
import { quote } from '../ssh/shell';
import { reachedAt, type Reached } from './reached';
import type { Verdict } from './state';

/** The port that a witness dials where neither the cluster file nor the SSH configuration names one. */
export const SSH_PORT = 22;
/** Nodes that a witness without a record tries to reach, to show that it reaches anything. */
const CONTROLS = 2;

/** What the witnesses said about one silent node (safety 3). */
export interface WitnessReport {
  readonly node: string;
  readonly verdict: Verdict;
  /** A refused connection means that the host lives, and counts as reached. */
  readonly reachedBy: readonly string[];
  /** Only those whose answer counts. */
  readonly notReachedBy: readonly string[];
  readonly undetermined: readonly { readonly witness: string; readonly why: string }[];
}

export interface WitnessQuestion {
  readonly cluster: Cluster;
  readonly connections: Connections;
  /** Who reached whom before, as recorded. */
  readonly reached: Reached;
  /** The silent node. */
  readonly node: string;
  /** Nodes that answer at present. */
  readonly active: Names;
  /** How many of them are asked; `heartbeat.witnesses` unless told otherwise. */
  readonly atMost?: number;
  /** Milliseconds for the whole question. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Asks a few active nodes, over the open connections, whether they reach a silent node. */
export async function askWitnesses(asked: WitnessQuestion): Promise<WitnessReport> {
  const question = { ...asked, active: setOf(asked.active) };
  const target = findNode(question.cluster, question.node);
  const witnesses = target === undefined ? [] : chooseWitnesses(question, target);
  const answers = await Promise.all(
    witnesses.map(async (witness) => ({ witness, ...(await ask(question, witness, target as Node)) })),
  );
  const by = (said: Said) => answers.filter((answer) => answer.said === said);
  const reachedBy = by('reached').map(({ witness }) => witness);
  const notReachedBy = by('not-reached').map(({ witness }) => witness);
  return {
    node: question.node,
    verdict: reachedBy.length > 0 ? 'partitioned' : notReachedBy.length > 0 ? 'down' : 'undetermined',
    reachedBy,
    notReachedBy,
    undetermined: by('undetermined').map(({ witness, why }) => ({ witness, why })),
  };
}

/** The witnesses for a node: first those that are known to reach it, then those with its roles, then by the file. */
export function chooseWitnesses(
  question: Pick<WitnessQuestion, 'cluster' | 'reached' | 'atMost'> & { readonly active: Names },
  target: Node,
): readonly string[] {
  const { cluster, reached, active } = question;
  const names = setOf(active);
  const most = question.atMost ?? cluster.heartbeat.witnesses;
  // By rank, best first. No sort: in a large cluster this is asked about every node.
  const ranks: [string[], string[], string[], string[]] = [[], [], [], []];
  for (const node of cluster.nodes) {
    if (node.name === target.name || !names.has(node.name)) continue;
    const known = reachedAt(reached, node.name, target.name) !== undefined;
    const rank = ranks[known ? (sharesRole(node, target) ? 0 : 1) : sharesRole(node, target) ? 2 : 3];
    if (rank.length < most) rank.push(node.name);
    if (ranks[0].length === most) break;
  }
  return ranks.flat().slice(0, most);
}

/** Names of nodes; a set where they are many and looked up often. */
export type Names = readonly string[] | ReadonlySet<string>;

function setOf(names: Names): ReadonlySet<string> {
  return names instanceof Set ? names : new Set(names as readonly string[]);
}

/** Opens a TCP connection from a witness to a node's SSH port and closes it again. */
export async function dial(
  connections: Connections,
  from: string,
  target: Node,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Reach> {
  const witness = connections.to(from);
  const port = target.ssh.port ?? (await connections.portOf?.(target.name)) ?? SSH_PORT;
  const answer = await witness.reach(target.address, port, timeoutMs, signal);
  return answer === 'forbidden' ? dialByShell(witness, target.address, port, timeoutMs, signal) : answer;
}

type Said = 'reached' | 'not-reached' | 'undetermined';

async function ask(
  question: WitnessQuestion & { readonly active: ReadonlySet<string> },
  witness: string,
  target: Node,
): Promise<{ readonly said: Said; readonly why: string }> {
  const { cluster, connections, reached, active, timeoutMs, signal } = question;
  const undetermined = (why: string) => ({ said: 'undetermined' as const, why });
  try {
    const hasRecord = reachedAt(reached, witness, target.name) !== undefined;
    // Controls are dialled at the same time: the deadline is for both questions together.
    const [answer, control] = await Promise.all([
      dial(connections, witness, target, timeoutMs, signal),
      hasRecord ? undefined : reachesPeer(witness),
    ]);
    if (answer === 'open' || answer === 'refused') return { said: 'reached', why: answer };
    if (answer === 'forbidden') return undetermined(`${witness} may not open connections.`);
    if (hasRecord || control === true) return { said: 'not-reached', why: answer };
    return undetermined(
      `${witness} never reached ${target.name}, and reaches no other node of its role now.`,
    );
  } catch (error) {
    return undetermined(error instanceof Error ? error.message : String(error));
  }

  async function reachesPeer(from: string): Promise<boolean> {
    const answers = await Promise.all(
      controls(from).map((peer) =>
        dial(connections, from, peer, timeoutMs, signal).catch(() => 'unreachable' as const),
      ),
    );
    return answers.some((answer) => answer === 'open' || answer === 'refused');
  }

  /** Nodes of the same role, those that answer first. No sort: with a thousand nodes it took a third of a second. */
  function controls(from: string): readonly Node[] {
    const answering: Node[] = [];
    const others: Node[] = [];
    for (const node of cluster.nodes) {
      if (node.name === target.name || node.name === from || !sharesRole(node, target)) continue;
      const peers = active.has(node.name) ? answering : others;
      if (peers.length < CONTROLS) peers.push(node);
      if (answering.length === CONTROLS) break;
    }
    return [...answering, ...others].slice(0, CONTROLS);
  }
}

function sharesRole(a: Node, b: Node): boolean {
  return a.roles.some((role) => b.roles.includes(role));
}

/** Where forwarding is off (sshd_config(5), AllowTcpForwarding): bash opens the connection itself. */
async function dialByShell(
  witness: NodeConnection,
  host: string,
  port: number,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Reach> {
  const seconds = Math.max(1, Math.floor(timeoutMs / 1000) - 1);
  const script = `timeout ${seconds} bash -c 'exec 3<>"/dev/tcp/$0/$1"' ${quote(host)} ${port}`;
  const result = await witness.exec(script, { timeoutMs, ...(signal && { signal }) });
  if (result.exitCode === 0) return 'open';
  if (/connection refused/i.test(result.stderr)) return 'refused';
  // timeout(1) exits 124 when the time is over.
  if (result.exitCode === 124 || /timed out|no route|unreachable/i.test(result.stderr)) return 'unreachable';
  return 'forbidden';
}
