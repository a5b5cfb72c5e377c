import type { Connections } from '../ssh/connection';
import type { RunEvent } from './events';
import type { ScriptCheck } from './plan';

/** One answered check. */
export interface Checked {
  readonly check: ScriptCheck;
  readonly holds: boolean;
  readonly detail: string;
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
    return { check, holds: false, detail: error instanceof Error ? error.message : String(error) };
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

/** The event that tells of an answered check. */
export function checkEvent(
  step: string,
  phase: 'done' | 'before' | 'verify',
  { check, holds, detail }: Checked,
): RunEvent {
  return { type: 'check', step, phase, title: check.title, node: check.node, holds, detail };
}
