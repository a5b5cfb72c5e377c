import { findNode, nodesWithRole, type Cluster, type Node } from '../../cluster/cluster';
import type { PlanInput, SilentNode } from '../../failover/planner';
import { UnreadableError } from '../../heartbeat/probe';
import type { SshError } from '../../ssh/error';
import { skewFact } from './probes-facts';
import { moosefsSection } from './section';
import { readSurvey, type Survey } from './survey';

/** A candidate that answered the survey. */
export interface Answering {
  readonly node: Node;
  readonly survey: Survey;
}

/** A candidate that did not answer: a possible master until proven gone (safety 1). */
export interface Silent {
  readonly node: Node;
  readonly error: SshError;
  readonly evidence?: SilentNode;
}

/** What the survey of all candidates adds up to. */
export interface Situation {
  readonly answering: readonly Answering[];
  readonly silent: readonly Silent[];
  /** Candidates that answer as live masters. */
  readonly live: readonly Answering[];
  /** A mfsmaster process that does not answer: hung, stopped or just starting (safety 5). */
  readonly hung: readonly Answering[];
  /** Candidates on which the virtual address is. */
  readonly holders: readonly Answering[];
}

/** The candidates for the master. */
export const candidatesOf = (cluster: Cluster): readonly Node[] => nodesWithRole(cluster, 'master');

/** Sorts the answers, or says in a sentence why they cannot be used. */
export function situationOf(input: PlanInput): Situation | { readonly refused: string } {
  const { cluster } = input;
  const answering: Answering[] = [];
  const silent: Silent[] = [];
  for (const node of candidatesOf(cluster)) {
    const answer = input.answers.get(node.name);
    if (!answer) return { refused: `Node ${node.name} was not asked. Try again.` };
    if ('error' in answer) {
      if (answer.error.denied) {
        return {
          refused:
            `Node ${node.name} refuses the login, which says nothing about its master: ` +
            `${answer.error.message}`,
        };
      }
      const evidence = input.silent.get(node.name);
      silent.push({ node, error: answer.error, ...(evidence && { evidence }) });
      continue;
    }
    try {
      answering.push({ node, survey: readSurvey(answer.result.stdout) });
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      const said = answer.result.stderr.trim().split('\n').at(-1) ?? '';
      return {
        refused:
          `Node ${node.name} answered the survey with something else than expected: ${error.message}. ` +
          `${said ? `It said: ${said}. ` : ''}Check that mfsmaster, mfsmetadump, mfscli and ip work there` +
          `${node.ssh.become === 'sudo' ? ' through sudo -n' : ' for this user'}.`,
      };
    }
  }
  const vip = moosefsSection(cluster).virtualIp?.address;
  const live = answering.filter(({ survey }) => survey.liveVersion !== undefined);
  return {
    answering,
    silent,
    live,
    hung: answering.filter(
      ({ survey }) =>
        survey.liveVersion === undefined &&
        (survey.processes.some((process) => process.name === 'mfsmaster') || !survey.testSaysStopped),
    ),
    holders: answering.filter(({ survey }) => vip !== undefined && survey.addresses.includes(vip)),
  };
}

const names = (nodes: readonly { readonly node: Node }[]) => nodes.map(({ node }) => node.name).join(', ');

/** Reasons that forbid every plan that would start a master; undefined when there is none. */
export function forbidden(cluster: Cluster, { live, hung, answering }: Situation): string | undefined {
  if (!moosefsSection(cluster).virtualIp) {
    return 'The cluster file has no moosefs.virtualIp: without an address that moves, nothing can take over.';
  }
  if (live.length > 1) {
    return (
      `Two masters are live (${names(live)}): their metadata drift apart with every write. ` +
      'Cut the clients off, decide which one holds the newer data, and stop the other by hand.'
    );
  }
  const [stuck] = hung;
  if (stuck) {
    const process = stuck.survey.processes.find(({ name }) => name === 'mfsmaster');
    if (!process) {
      return (
        `mfsmaster on ${stuck.node.name} does not say that it is stopped, and no process can be seen. Log in there ` +
        'and run `mfsmaster test`; a missing right to see processes is the usual cause.'
      );
    }
    return (
      `mfsmaster on ${stuck.node.name} (pid ${process.pid}, state ${process.state}) does not answer but is ` +
      'still there: a hung process may wake up and go on serving. If it is not just starting, end it there ' +
      `with \`kill -9 ${process.pid}\` and use restart-master.`
    );
  }
  for (const { node, survey } of answering) {
    const broken = survey.unreadable.find((name) => /^changelog\.\d+\.mfs$/.test(name));
    if (broken === undefined) continue;
    return (
      `${broken} on ${node.name}, which was written while it was the master, has no change in its first or last line: ` +
      'nobody can tell which changes it made. Look at that file, and move it aside when it holds nothing newer.'
    );
  }
  if (answering.length === 0) {
    return 'No candidate answers: nobody can take over, and nothing can be proven from here.';
  }
  return undefined;
}

/** At skew 1 or below a returning master could win the address from the promoted node (safety 12). */
const lowSkew = 1;

/**
 * Whether witnesses and a typed name may prove a silent candidate gone (safety 2): not where it could take the
 * address back when it returns (safety 12). Its skew is as last seen, else as that of those that answer.
 */
export function mayBeWitnessed(
  { history }: PlanInput,
  { node }: Silent,
  answering: readonly Answering[],
): boolean {
  const seen = history.facts[skewFact(node.name)]?.value;
  if (typeof seen === 'number') return seen > lowSkew;
  return answering.every(({ survey }) => survey.ucarps.every(({ skew }) => skew > lowSkew));
}

/** Why a silent candidate cannot be proven gone, or undefined while that may still succeed. */
export function unprovable({ node, error, evidence }: Silent, witnessed: boolean): string | undefined {
  const silence = `${node.name} does not answer (${error.reason})`;
  if (evidence && evidence.reachedBy.length > 0) {
    return (
      `${silence}, but ${evidence.reachedBy.join(', ')} reaches it: it is cut off from this machine, not gone. ` +
      'Mend the way to it, or switch it off and let its console say so.'
    );
  }
  if (evidence?.console && !evidence.console.off) {
    return (
      `${silence}, and its console does not say off (${JSON.stringify(evidence.console.output.trim().slice(0, 80))}). ` +
      'Switch it off there; Standby does not do that for you.'
    );
  }
  if (node.console !== undefined) return undefined;
  if (!witnessed) {
    return (
      `${silence} and may still be the master. It has no \`console\` in the cluster file that could say that it is off, ` +
      `and its ucarp ran at skew ${lowSkew} or below, so it could take the address back when it returns: nothing less is ` +
      'accepted (safety 12). Add a console, or make it answer.'
    );
  }
  if (evidence && evidence.notReachedBy.length === 0) {
    return (
      `${silence} and may still be the master. It has no \`console\` in the cluster file, and no witness could say ` +
      'whether it reaches it: no witness proves nothing. Add a console, or make other nodes of its role reachable.'
    );
  }
  return undefined;
}

/** Who was the master: what Standby saw last, else the answering holder of the address with own metadata. */
export function lastMaster(input: PlanInput): Node | undefined {
  const seen = input.history.primary['master']?.node;
  return seen === undefined ? undefined : findNode(input.cluster, seen);
}
