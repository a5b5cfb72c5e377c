import type { Connections } from '../ssh/connection';
import { SshError } from '../ssh/error';
import type { RunEvent } from './events';
import { isSilence, type Loss } from './node-watch';
import type { NodeWatches } from './node-watches';
import type { ScriptCheck } from './plan';

/** One answered check. */
export interface Checked {
  readonly check: ScriptCheck;
  readonly holds: boolean;
  readonly detail: string;
  /** The node of it that gave no answer. */
  readonly silent?: string;
}

/** Asks one check. A node that does not answer, or an answer that cannot be read, is a check that does not hold. */
export async function askCheck(
  check: ScriptCheck,
  connections: Connections,
  signal: AbortSignal,
): Promise<Checked> {
  try {
    const ask = (node: string, script: string) =>
      connections.to(node).exec(script, { timeoutMs: check.timeoutMs, signal });
    const [result, beside] = await Promise.all([
      ask(check.node, check.script),
      check.beside && ask(check.beside.node, check.beside.script),
    ]);
    const { holds, detail } = check.judge(result, beside);
    return { check, holds, detail };
  } catch (error) {
    signal.throwIfAborted();
    return {
      check,
      holds: false,
      detail: error instanceof Error ? error.message : String(error),
      ...(error instanceof SshError && isSilence(error) && { silent: error.node }),
    };
  }
}

/** Asks several at once and answers in their order; rejects only with the signal's reason. */
export function askChecks(
  checks: readonly ScriptCheck[],
  connections: Connections,
  signal: AbortSignal,
): Promise<readonly Checked[]> {
  return Promise.all(checks.map((check) => askCheck(check, connections, signal)));
}

/** The same, but a node that is lost meanwhile is not waited for. */
export async function askWatched(
  checks: readonly ScriptCheck[],
  connections: Connections,
  watches: NodeWatches,
  signal: AbortSignal,
): Promise<readonly Checked[] | Loss> {
  const nodes = new Set(checks.flatMap(({ node, beside }) => [node, ...(beside ? [beside.node] : [])]));
  const asked = await watches.during(nodes, signal, (either) => askChecks(checks, connections, either));
  if (asked.loss) return asked.loss;
  const silent = new Set(asked.result.map((answer) => answer.silent));
  for (const node of nodes) if (!silent.has(node)) watches.heard(node);
  return asked.result;
}

/** Whether instead of answers there is only the loss of a node. */
export function isLoss(answers: readonly Checked[] | Loss): answers is Loss {
  return 'message' in answers;
}

/** The event that tells of an answered check. */
export function checkEvent(
  step: string,
  phase: 'done' | 'before' | 'verify',
  { check, holds, detail }: Checked,
): RunEvent {
  return { type: 'check', step, phase, title: check.title, node: check.node, holds, detail };
}
