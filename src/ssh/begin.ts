import type { ExecOptions } from './connection';
import { SshError } from './error';

/** Throws `busy` when a command that waited since `startedAt` (performance.now) may not begin any more. */
export function beginsInTime(node: string, { beginWithinMs }: ExecOptions, startedAt: number): void {
  if (beginWithinMs === undefined || performance.now() - startedAt <= beginWithinMs) return;
  throw new SshError(
    'busy',
    node,
    `Node ${node}: the command had to wait for its connection, and was not begun because its time had passed.`,
  );
}
