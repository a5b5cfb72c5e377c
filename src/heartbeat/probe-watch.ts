import type { Cluster, Node } from '../cluster/cluster';
import { formatDuration } from '../cluster/duration';
import type { ExecOptions, NodeConnection } from '../ssh/connection';
import { SshError } from '../ssh/error';
import type { Clock } from './clock';
import { explain, isAbort } from './explain';
import type { NodeReading, Probe } from './probe';
import type { NodeState } from './state';

/** How long a probe rests whose connection broke while it ran on after its deadline, in milliseconds. */
export const LOST_REST_MS = 600_000;

/** How a probe is asked. */
export type Asking = Pick<ExecOptions, 'timeoutMs' | 'signal' | 'isStanding'>;

/** A reading and the time of its question. */
export interface Timed {
  readonly reading: NodeReading;
  readonly at: number;
}

/**
 * One node's probes: each on a channel and with a deadline of its own, and never two of the same on the node.
 * One that is still running there (df on a dead mount) is not asked again, so that processes do not pile up.
 */
export class ProbeWatch {
  readonly #running = new Map<string, Promise<boolean>>();
  readonly #answers = new Map<string, Timed>();
  readonly #stale = new Map<string, string>();
  /** Probes that run on after their deadline, or may: asked again at that time, Infinity for when they end. */
  readonly #late = new Map<string, number>();

  constructor(
    private readonly cluster: Cluster,
    private readonly node: Node,
    private readonly connection: NodeConnection,
    private readonly clock: Clock,
    private readonly onChange: () => void,
  ) {}

  /** What the probes said, by their id. */
  get answers(): ReadonlyMap<string, Timed> {
    return this.#answers;
  }

  /**
   * Asks one probe's question, or joins the one under way. Tells whether the node had something to say. Never
   * rejects: a failure makes the datum stale.
   */
  ask(probe: Probe, options: Asking): Promise<boolean> {
    const running = this.#running.get(probe.id);
    if (running !== undefined) return running;
    if ((this.#late.get(probe.id) ?? 0) > this.clock.now()) return Promise.resolve(false);
    // No question to this node: the next probe may have the same id and one for it.
    if (!this.#concernsNode(probe)) return Promise.resolve(false);
    const asking = this.#ask(probe, options).finally(() => this.#running.delete(probe.id));
    this.#running.set(probe.id, asking);
    return asking;
  }

  /** Another node answers this question now. */
  forget(id: string): void {
    if (this.#answers.delete(id)) this.onChange();
    this.#stale.delete(id);
  }

  /** Answers to questions asked since `at`, without the stale ones. */
  since(at: number): readonly NodeReading[] {
    return [...this.#answers]
      .filter(([id, answer]) => answer.at >= at && !this.#stale.has(id))
      .map(([, answer]) => answer.reading);
  }

  stale(): NodeState['stale'] {
    return [...this.#stale].map(([probe, message]) => ({ probe, message }));
  }

  async #ask(probe: Probe, options: Asking): Promise<boolean> {
    const asked = this.clock.now();
    let hasAnswered = false;
    try {
      const script = probe.script(this.cluster, this.node);
      if (script === undefined) return false;
      const result = await this.connection.exec(script, { ...options, keepLate: true });
      const reading = probe.read(result, this.cluster, this.node);
      // The time of the question: what was asked before the node fell silent is not fresh afterwards.
      this.#answers.set(probe.id, { reading: dated(reading, asked), at: asked });
      this.#stale.delete(probe.id);
      hasAnswered = Object.keys(reading).length > 0;
    } catch (error) {
      if (isAbort(error, options.signal)) return false;
      this.#stale.set(probe.id, this.#why(error, options.timeoutMs));
      if (error instanceof SshError && error.ended) this.#awaitEnd(probe.id, error.ended);
    }
    this.onChange();
    return hasAnswered;
  }

  #concernsNode(probe: Probe): boolean {
    try {
      return probe.script(this.cluster, this.node) !== undefined;
    } catch {
      // Its error is told where it is asked.
      return true;
    }
  }

  #awaitEnd(id: string, ended: Promise<'ended' | 'lost'>): void {
    this.#late.set(id, Infinity);
    void ended.then((how) => {
      if (how === 'ended') this.#late.delete(id);
      else this.#late.set(id, this.clock.now() + LOST_REST_MS);
    });
  }

  #why(error: unknown, timeoutMs: number): string {
    if (!(error instanceof SshError && error.ended)) return explain(error, this.node.name).message;
    return (
      `Node ${this.node.name}: no answer within ${formatDuration(timeoutMs)}, and the question is still running there. ` +
      `It is asked again when it has ended, or ${formatDuration(LOST_REST_MS)} after its connection broke. Look with ps, and for a dead disk or mount.`
    );
  }
}

function dated(reading: NodeReading, at: number): NodeReading {
  if (reading.facts === undefined) return reading;
  return { ...reading, factsAt: Object.fromEntries(Object.keys(reading.facts).map((key) => [key, at])) };
}
