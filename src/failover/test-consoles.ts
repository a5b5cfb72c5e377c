import type { Cluster, Node } from '../cluster/cluster';
import type { Clock } from '../heartbeat/clock';
import { consoleHash } from '../heartbeat/console-record';
import type { Connections } from '../ssh/connection';
import { SshError } from '../ssh/error';
import { unapproved, type Consoles } from './console';
import type { ConsoleQuestion } from './operator';
import { oneLine } from './plain';

/** Milliseconds for a node to answer, while its console is read. */
const ANSWER_LIMIT = 10_000;
/** Consoles that are read at a time. */
const AT_ONCE = 4;

/**
 * What one reading of a console showed: `proven` says not-off and its node answers; `contradicts` says off though
 * its node answers (safety 4); `off` and `not-off` while the node is silent prove nothing by themselves.
 */
export type ConsoleOutcome = 'proven' | 'contradicts' | 'off' | 'not-off' | 'failed' | 'not-approved';

/** The test of one console; `detail` is a sentence for people. */
export interface ConsoleTest {
  readonly node: string;
  readonly outcome: ConsoleOutcome;
  readonly detail: string;
}

/** Collaborators of `testConsoles`. */
export interface ConsoleTestOptions {
  readonly cluster: Cluster;
  readonly connections: Connections;
  readonly consoles: Consoles;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Asks for all texts that may not run yet, in one go; answers those that may (safety 19). */
  readonly approve: (questions: readonly ConsoleQuestion[]) => Promise<readonly ConsoleQuestion[]>;
  readonly onProven: (node: string, hash: string, at: number) => void | Promise<void>;
  readonly onContradiction: (node: string, hash: string, at: number) => void | Promise<void>;
}

/**
 * Reads every approved console of a cluster once, each while its node is asked whether it answers, so that the
 * consoles are proven before they are needed. Changes nothing. Rejects only with the signal's reason.
 */
export async function testConsoles(options: ConsoleTestOptions): Promise<readonly ConsoleTest[]> {
  const { cluster, consoles, approve, signal } = options;
  const nodes = cluster.nodes.filter((node): node is WithConsole => node.console !== undefined);
  const states = new Map<string, 'approved' | 'never' | 'changed'>();
  for (const { name, console } of nodes) states.set(name, await consoles.approval(name, console));
  const questions = nodes.flatMap(({ name, console }) => {
    const state = states.get(name);
    return state === 'approved' ? [] : [{ node: name, text: console, changed: state === 'changed' }];
  });
  const approved = questions.length === 0 ? [] : await approve(questions);
  signal.throwIfAborted();
  for (const { node, text } of approved) {
    await consoles.approve(node, text);
    states.set(node, 'approved');
  }
  const results = new Map<string, ConsoleTest>();
  const queue = nodes.values();
  const work = async () => {
    for (const node of queue) {
      signal.throwIfAborted();
      results.set(node.name, await testOne(node, states.get(node.name) ?? 'never', options));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return nodes.flatMap(({ name }) => results.get(name) ?? []);
}

type WithConsole = Node & { readonly console: string };

async function testOne(
  node: WithConsole,
  state: 'approved' | 'never' | 'changed',
  { consoles, connections, clock, signal, onProven, onContradiction }: ConsoleTestOptions,
): Promise<ConsoleTest> {
  const { name } = node;
  if (state !== 'approved') return { node: name, outcome: 'not-approved', detail: unapproved(name, state) };
  const [reading, answers] = await Promise.all([
    consoles.read(name, node.console, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      return { off: false, output: '', problem: error instanceof Error ? error.message : String(error) };
    }),
    doesAnswer(name, connections, signal),
  ]);
  const said = `“${oneLine(reading.output, 80)}”`;
  if (reading.problem !== undefined)
    return {
      node: name,
      outcome: 'failed',
      detail: `The console of ${name} gave no answer: ${reading.problem}. Run its command by hand: ${oneLine(node.console, 200)}`,
    };
  const hash = consoleHash(node.console);
  if (!answers)
    return {
      node: name,
      outcome: reading.off ? 'off' : 'not-off',
      detail: `The console of ${name} says ${said}, but ${name} does not answer over SSH, so this proves nothing. Test again while it answers.`,
    };
  if (reading.off) {
    await onContradiction(name, hash, clock.now());
    return {
      node: name,
      outcome: 'contradicts',
      detail: `${name} answers, but its console says off (${said}): it may be wired to another machine, and counts for nothing. Mend the console line of ${name}.`,
    };
  }
  await onProven(name, hash, clock.now());
  return { node: name, outcome: 'proven', detail: `${name} answers and its console says ${said}: proven.` };
}

/** A refused login is no answer of the node that is meant: whoever speaks there may be another machine. */
async function doesAnswer(node: string, connections: Connections, signal: AbortSignal): Promise<boolean> {
  try {
    await connections.to(node).exec(':', { timeoutMs: ANSWER_LIMIT, signal });
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SshError) return false;
    throw error;
  }
}
