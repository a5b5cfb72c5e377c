import { findNode, nodesWithRole, type Cluster, type Node } from '../../cluster/cluster';
import type { PlanInput, SilentNode } from '../../failover/planner';
import { UnreadableError } from '../../heartbeat/probe';
import type { SshError } from '../../ssh/error';
import type { DrbdReading } from './observation';
import { lustreSection, serversOf, type LustreTarget } from './section';
import { readClient, readServer, type ClientSurvey, type ServerSurvey, type TargetState } from './survey';

/** A server that answered the survey. */
export interface Server {
  readonly node: Node;
  readonly survey: ServerSurvey;
}

/** A server that did not answer: a possible primary until proven gone (safety 1). */
export interface Silent {
  readonly node: Node;
  readonly error: SshError;
  readonly evidence?: SilentNode;
}

/** What the survey of all nodes adds up to. */
export interface Situation {
  readonly servers: ReadonlyMap<string, Server>;
  readonly silent: ReadonlyMap<string, Silent>;
  /** Servers that answered nothing that could be used, and why: a sentence. */
  readonly useless: ReadonlyMap<string, string>;
  readonly clients: readonly { readonly node: Node; readonly survey: ClientSurvey }[];
  /** Clients that could not be asked. */
  readonly silentClients: readonly Node[];
}

/** The nodes that may serve a target. */
export function serverNodes(cluster: Cluster): readonly Node[] {
  const names = new Set(lustreSection(cluster).targets.flatMap(serversOf));
  return cluster.nodes.filter(({ name }) => names.has(name));
}

/** The nodes that only mount the file system, where the file says where they do. */
export function clientNodes(cluster: Cluster): readonly Node[] {
  if (lustreSection(cluster).clientMount === undefined) return [];
  const servers = serverNodes(cluster);
  return nodesWithRole(cluster, 'client').filter((node) => !servers.includes(node));
}

/** Sorts the answers. */
export function situationOf(input: PlanInput): Situation {
  const { cluster, answers } = input;
  const servers = new Map<string, Server>();
  const silent = new Map<string, Silent>();
  const useless = new Map<string, string>();
  for (const node of serverNodes(cluster)) {
    const { name } = node;
    const answer = answers.get(name);
    if (!answer) useless.set(name, `Node ${name} was not asked. Try again.`);
    else if ('error' in answer) {
      const { error } = answer;
      if (error.denied)
        useless.set(
          name,
          `Node ${name} refuses the login, which says nothing about its targets: ${error.message}`,
        );
      else {
        const evidence = input.silent.get(name);
        silent.set(name, { node, error, ...(evidence && { evidence }) });
      }
    } else {
      try {
        servers.set(name, { node, survey: readServer(answer.result.stdout) });
      } catch (error) {
        if (!(error instanceof UnreadableError)) throw error;
        const said = answer.result.stderr.trim().split('\n').at(-1) ?? '';
        useless.set(
          name,
          `Node ${name} answered the survey with something else than expected: ${error.message}. ${said ? `It said: ${said}. ` : ''}` +
            `Check that drbdsetup and lctl work there${node.ssh.become === 'sudo' ? ' through sudo -n' : ' for this user'}.`,
        );
      }
    }
  }
  return { servers, silent, useless, ...clientsOf(input) };
}

function clientsOf({ cluster, answers }: PlanInput): Pick<Situation, 'clients' | 'silentClients'> {
  const clients: { node: Node; survey: ClientSurvey }[] = [];
  const silentClients: Node[] = [];
  for (const node of clientNodes(cluster)) {
    const answer = answers.get(node.name);
    try {
      if (!answer || 'error' in answer) silentClients.push(node);
      else clients.push({ node, survey: readClient(answer.result.stdout) });
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      silentClients.push(node);
    }
  }
  return { clients, silentClients };
}

/** One target and the nodes of its pair, in the order of the file. */
export interface Pair {
  readonly target: LustreTarget;
  readonly sites: readonly Site[];
  readonly silent: readonly Silent[];
}

/** A node of a target's pair that answered. */
export interface Site {
  readonly node: Node;
  readonly survey: ServerSurvey;
  readonly state: TargetState;
}

/** Who of a target's pair answered what, or why that cannot be used. */
export function pairOf(
  { servers, silent, useless }: Situation,
  target: LustreTarget,
): Pair | { readonly refused: string } {
  const sites: Site[] = [];
  const quiet: Silent[] = [];
  for (const name of serversOf(target)) {
    const why = useless.get(name);
    if (why !== undefined) return { refused: why };
    const server = servers.get(name);
    const state = server?.survey.targets.get(target.name);
    const other = silent.get(name);
    if (server && state) sites.push({ ...server, state });
    else if (other) quiet.push(other);
    else return { refused: `Nothing is known of ${target.name} on ${name}. Try again.` };
  }
  return { target, sites, silent: quiet };
}

/** The nodes on which a target is mounted. */
export const servingOf = ({ sites }: Pair): readonly Site[] =>
  sites.filter(({ state }) => state.mounted !== undefined);

export const isConnected = (mirror: DrbdReading | undefined): boolean => mirror?.connection === 'Connected';

/** Whether a resync runs or waits. */
export const isSyncing = (mirror: DrbdReading | undefined): boolean =>
  mirror !== undefined && /Sync|WFBitMap/.test(mirror.replication);

/** What is odd about a target on a node, whatever the plan; undefined: nothing. */
export function oddity({ target, sites }: Pair): string | undefined {
  for (const { node, state } of sites) {
    if (state.mirrorProblem !== undefined)
      return `drbdsetup on ${node.name} gives no answer about ${target.drbd ?? target.name} that a plan could use: ${state.mirrorProblem}.`;
    if (state.elsewhere !== undefined)
      return `The device of ${target.name} is mounted on ${state.elsewhere} of ${node.name}, not on ${target.mountPoint}: unmount it there first.`;
    const expected = state.mounted;
    if (expected !== undefined && target.drbd !== undefined && state.mirror?.role !== 'Primary')
      return `Something (${expected}) is mounted on ${target.mountPoint} of ${node.name}, but ${target.drbd} is not Primary there: look at it first.`;
  }
  const [first, second] = sites.filter(({ state }) => state.mounted !== undefined);
  if (first && second)
    return `${target.name} is mounted on ${first.node.name} and on ${second.node.name} at once: every write drifts them apart. Cut the clients off, unmount one of them by hand, and see \`split-brain ${target.drbd ?? target.name}\`.`;
  const primaries = sites.filter(({ state }) => state.mirror?.role === 'Primary');
  const [one, two] = primaries;
  if (one && two)
    return `${target.drbd} is Primary on ${one.node.name} and on ${two.node.name} at once: \`split-brain ${target.drbd}\` puts that right.`;
  return undefined;
}

/** The node that a name stands for; the parser has checked that it exists. */
export function nodeNamed(cluster: Cluster, name: string): Node {
  const node = findNode(cluster, name);
  if (!node) throw new RangeError(`No node ${name} in ${cluster.name}.`);
  return node;
}

/** Why a silent node cannot be proven gone, or undefined while that may still succeed (safety 2: console, nothing else). */
export function unprovable({ node, error, evidence }: Silent): string | undefined {
  const silence = `${node.name} does not answer (${error.reason})`;
  if (evidence && evidence.reachedBy.length > 0)
    return (
      `${silence}, but ${evidence.reachedBy.join(', ')} reaches it: it is cut off from this machine, not gone. ` +
      'Mend the way to it, or switch it off and let its console say so.'
    );
  if (node.console === undefined)
    return (
      `${silence} and may still serve its targets. It has no \`console\` in the cluster file that could say that it is off, ` +
      'and for mirrored or shared storage nothing less is accepted, whatever is typed: two nodes that write at once destroy ' +
      'the file system. Add a console, or make it answer.'
    );
  if (evidence?.console && !evidence.console.off)
    return (
      `${silence}, and its console does not say off (${JSON.stringify(evidence.console.output.trim().slice(0, 80))}). ` +
      'Switch it off there; Standby does not do that for you.'
    );
  return undefined;
}
