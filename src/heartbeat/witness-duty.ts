import { isSilent, type ClusterWatch, type WatchOptions } from './cluster-watch';
import { limited } from './limited';
import type { NodeWatch } from './node-watch';
import { mergeReached, withReached, type Reached } from './reached';
import { rollCall } from './roll-call';
import { askWitnesses } from './witness';

/** A verdict is asked for again after this time, in milliseconds. */
export const VERDICT_KEEPS_MS = 30_000;
/** Time for one question to the witnesses, in milliseconds. */
export const WITNESS_TIMEOUT_MS = 5_000;
/** Silent nodes whose witnesses are asked at a time. */
const QUESTIONS_AT_ONCE = 16;
/** Silent nodes that are looked at in one turn of the event loop: where no witness is left, nothing else makes a pause. */
const NODES_PER_TURN = 20;
/** Pause between two roll calls, in milliseconds. */
export const ROLL_CALL_EVERY_MS = 60_000;

/** The part of a monitor that asks nodes about each other; the monitor says when. */
export class WitnessDuty {
  readonly #verdictAt = new Map<NodeWatch, number>();
  #reached: Reached = {};
  #isAsking = false;
  #isCalling = false;
  #calledAt = -Infinity;

  constructor(
    private readonly options: Pick<WatchOptions, 'cluster' | 'connections' | 'clock'>,
    private readonly watch: ClusterWatch,
    private readonly signal: AbortSignal,
    private readonly onVerdict: () => void,
  ) {}

  /** Who reached whom, as far as known here. */
  get reached(): Reached {
    return this.#reached;
  }

  /** Takes over what was recorded before. */
  learn(reached: Reached): void {
    this.#reached = mergeReached(reached, this.#reached);
  }

  /** The next `askAboutSilent` asks about every silent node, however young its verdict. */
  forgetVerdictTimes(): void {
    this.#verdictAt.clear();
  }

  /** Asks the witnesses of every silent node whose verdict is missing or old. */
  async askAboutSilent(): Promise<void> {
    if (this.#isAsking) return;
    const now = this.options.clock.now();
    const due = this.watch.nodes.filter(
      (node) =>
        isSilent(this.watch.livenessOf(node)) &&
        now - (this.#verdictAt.get(node) ?? -Infinity) >= VERDICT_KEEPS_MS,
    );
    if (due.length === 0) return;
    this.#isAsking = true;
    try {
      let looked = 0;
      await limited(due, QUESTIONS_AT_ONCE, async (node) => {
        if (++looked % NODES_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
        await this.#askAbout(node);
      });
    } finally {
      this.#isAsking = false;
    }
  }

  /** Lets the nodes that answer reach each other, now and then, so that their word counts later. */
  async callRoll(): Promise<void> {
    const { cluster, connections, clock } = this.options;
    const active = this.#active();
    if (this.#isCalling || active.length < 2 || clock.now() - this.#calledAt < ROLL_CALL_EVERY_MS) return;
    this.#isCalling = true;
    this.#calledAt = clock.now();
    try {
      await rollCall({
        cluster,
        connections,
        clock,
        reached: this.#reached,
        active,
        timeoutMs: WITNESS_TIMEOUT_MS,
        signal: this.signal,
        onReached: this.#record,
      });
    } finally {
      this.#isCalling = false;
    }
  }

  readonly #record = (witness: string, node: string, at: number): void => {
    this.#reached = withReached(this.#reached, witness, node, at);
  };

  async #askAbout(node: NodeWatch): Promise<void> {
    const { cluster, connections, clock } = this.options;
    this.#verdictAt.set(node, clock.now());
    const report = await askWitnesses({
      cluster,
      connections,
      reached: this.#reached,
      node: node.node.name,
      active: this.#active(),
      timeoutMs: WITNESS_TIMEOUT_MS,
      signal: this.signal,
    });
    for (const witness of report.reachedBy) this.#record(witness, node.node.name, clock.now());
    // It may have answered while the witnesses were asked.
    if (this.signal.aborted || !isSilent(this.watch.livenessOf(node))) return;
    node.verdict = report.verdict;
    this.onVerdict();
  }

  #active(): readonly string[] {
    return this.watch.fresh().map((node) => node.node.name);
  }
}
