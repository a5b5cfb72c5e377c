import type { Conversation, ConverseOptions, NodeConnection } from '../ssh/connection';
import { SshError } from '../ssh/error';
import { beatScript, readBeat } from './beat';
import type { Clock } from './clock';
import type { NodeReading } from './probe';

/**
 * The conversation in which one node's heartbeats are asked: one write and one read each. It begins with the
 * first question, and anew with the next one after it ended or an answer was late.
 */
export class BeatLine {
  #talk: Conversation | undefined;

  constructor(
    private readonly connection: NodeConnection,
    private readonly clock: Clock,
  ) {}

  /** One heartbeat within its deadline. Rejects with SshError or UnreadableError. */
  async ask({ timeoutMs, signal }: ConverseOptions): Promise<NodeReading> {
    const started = this.clock.now();
    // A clock that was set back meanwhile does not make the time longer.
    const left = () => ({
      timeoutMs: timeoutMs - Math.max(0, this.clock.now() - started),
      ...(signal && { signal }),
    });
    const answer = await (this.#talk?.isOpen ? this.#askAgain(this.#talk, left) : this.#begin(left()));
    try {
      return readBeat(answer);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Ends the conversation; a later question begins another. */
  close(): void {
    this.#talk?.close();
    this.#talk = undefined;
  }

  /** A loop that ended between two questions says nothing about its node: another is begun at once. */
  async #askAgain(talk: Conversation, left: () => ConverseOptions): Promise<string> {
    try {
      return await talk.ask(left());
    } catch (error) {
      this.close();
      const hasEnded = error instanceof SshError && error.reason === 'closed';
      if (!hasEnded || left().timeoutMs <= 0) throw error;
      return this.#begin(left());
    }
  }

  async #begin(options: ConverseOptions): Promise<string> {
    const talk = await this.connection.converse(beatScript, options);
    this.#talk = talk;
    // Given up in the moment of its success: nobody else would end it.
    if (options.signal?.aborted) this.close();
    return talk.first;
  }
}
