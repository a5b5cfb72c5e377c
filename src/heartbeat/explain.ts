import { SshError } from '../ssh/error';
import { UnreadableError } from './probe';
import type { NodeFailure } from './state';

/** Whether a question ended because nobody wants its answer any more. */
export function isAbort(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true || (error instanceof SshError && error.reason === 'aborted');
}

/** Why a question has no answer, for people and for code. */
export function explain(error: unknown, node: string): Pick<NodeFailure, 'reason' | 'message'> {
  if (error instanceof SshError) return { reason: error.reason, message: error.message };
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof UnreadableError) return { reason: 'unreadable', message: `${node}: ${text}` };
  return {
    reason: 'protocol',
    message: `${node}: ${text} This is a fault of Standby; “Show Log” has the details.`,
  };
}
