import type { ClientChannel } from 'ssh2';
import { noCommand, openChannel } from './channel';
import type { Conversation, ConverseOptions } from './connection';
import { LoopTalk } from './conversation';
import { SshError } from './error';
import { withLimit } from './limit';
import type { Link } from './link';
import { loopLine } from './loop';

/** In an object, since a promise of a promise would be waited for as one. */
interface Started {
  readonly talk: LoopTalk;
  readonly greeting: Promise<void>;
}

/** Starts a loop on a channel of a link. The deadline covers connecting, opening the channel and the greeting. */
export async function converse(
  link: Link,
  answer: string,
  { timeoutMs, signal: outer }: ConverseOptions,
): Promise<Conversation> {
  const startedAt = performance.now();
  let talk: LoopTalk | undefined;
  let isConnected = false;
  const errors = {
    timeout: () =>
      talk?.late(timeoutMs) ??
      (isConnected ? link.closed(`no answer within ${timeoutMs / 1000} s`) : link.delay(timeoutMs)),
    aborted: () => new SshError('aborted', link.node, `Node ${link.node}: the question was cancelled.`),
  };
  return withLimit(timeoutMs, outer, errors, async (signal) => {
    const client = await link.open();
    signal.throwIfAborted();
    isConnected = true;
    try {
      const left = timeoutMs - (performance.now() - startedAt);
      const started = await openChannel<Started>(
        link,
        client,
        (to, done) =>
          to.exec(loopLine(answer), (error, channel) => {
            if (error) return done(error);
            const opened = carry(link, channel);
            // At once: the greeting may be in the very packet that follows.
            const greeting = opened.greeting(signal);
            greeting.catch(() => {});
            done(undefined, { talk: opened, greeting });
          }),
        left,
      );
      talk = started.talk;
      await started.greeting;
      return talk;
    } catch (error) {
      throw noCommand(link, error);
    }
  });
}

function carry(link: Link, channel: ClientChannel): LoopTalk {
  const talk = new LoopTalk(link.node, {
    write: (text) => void channel.write(text),
    close: () => channel.close(),
  });
  let hasEnded = false;
  channel.on('data', (data: Buffer) => talk.hear(data));
  channel.stderr.on('data', (data: Buffer) => talk.complain(data));
  channel.on('error', () => {});
  channel.on('exit', () => (hasEnded = true));
  channel.on('close', () => talk.end(hasEnded ? undefined : link.closed('the connection broke')));
  return talk;
}
