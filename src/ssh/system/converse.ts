import type { Conversation, ConverseOptions } from '../connection';
import { LoopTalk } from '../conversation';
import { SshError } from '../error';
import { withLimit } from '../limit';
import { loopLine } from '../loop';
import type { SystemLink } from './link';
import { endSsh } from './process';

/** Starts a loop on a node over the stdin of an ssh process, with the deadline and the errors of `converse`. */
export async function converseBySystemSsh(
  link: SystemLink,
  answer: string,
  { timeoutMs, signal: outer }: ConverseOptions,
): Promise<Conversation> {
  let talk: LoopTalk | undefined;
  const errors = {
    timeout: () => talk?.late(timeoutMs) ?? link.delay(timeoutMs),
    aborted: () => new SshError('aborted', link.node, `Node ${link.node}: the question was cancelled.`),
  };
  return withLimit(timeoutMs, outer, errors, async (signal) => {
    if (link.isShared) await link.open();
    signal.throwIfAborted();
    talk = carry(link, answer);
    await talk.greeting(signal);
    return talk;
  });
}

function carry(link: SystemLink, answer: string): LoopTalk {
  const child = link.run(loopLine(answer));
  const talk = new LoopTalk(link.node, {
    write: (text) => void child.stdin.write(text),
    // Without its stdin the loop ends by itself; the process does too, unless the connection hangs.
    close: () => endSsh(child),
  });
  child.stdout.on('data', (data: Buffer) => talk.hear(data));
  child.stderr.on('data', (data: Buffer) => talk.complain(data));
  child.on('error', () => {});
  // 255 is ssh's own failure (ssh(1), EXIT STATUS).
  child.on('close', (code) =>
    talk.end(code === 255 || code === null ? link.closed('the connection broke') : undefined),
  );
  return talk;
}
