import type { Cluster, Node } from '../cluster/cluster';
import type { ExecOptions, NodeConnection } from '../ssh/connection';
import { SshError } from '../ssh/error';
import { BeatLine } from './beat-line';
import type { Clock } from './clock';
import { explain, isAbort } from './explain';
import {
  asked,
  denied,
  heard,
  missed,
  noPulse,
  postponed,
  slept,
  SURE_MISSES,
  unasked,
  type Pulse,
} from './liveness';
import type { NodeReading, Probe } from './probe';
import { ProbeWatch, type Asking, type Timed } from './probe-watch';
import { mergeReadings } from './reading';
import type { NodeFailure, NodeState, Verdict } from './state';

/**
 * What changed of a node: `beat`, another heartbeat came; `answer`, a probe said something or failed; `turn`, it began
 * or ceased to answer.
 */
export type Change = 'beat' | 'answer' | 'turn';

/**
 * What is known of one node, and the asking of its questions: the heartbeat in a conversation and each probe on
 * a channel of its own, and never two of the same at once.
 */
export class NodeWatch {
  readonly #line: BeatLine;
  readonly #probes: ProbeWatch;
  #pulse: Pulse = noPulse;
  #failure: NodeFailure | undefined;
  #denials = 0;
  #beat: Promise<boolean> | undefined;
  #beatStarted: number | undefined;
  #lastBeat: Timed | undefined;
  /** When it began to answer without a break; older answers of probes are not fresh. */
  #freshSince = Infinity;
  #previous: NodeState | undefined;
  verdict: Verdict | undefined;
  #restartSeenAt: number | undefined;
  #version = 0;
  #fresh: { readonly version: number; readonly reading: NodeReading } | undefined;

  constructor(
    readonly cluster: Cluster,
    readonly node: Node,
    connection: NodeConnection,
    private readonly clock: Clock,
    /** Called after every change. */
    private readonly changed: (change: Change) => void = () => {},
  ) {
    this.#line = new BeatLine(connection, clock);
    this.#probes = new ProbeWatch(cluster, node, connection, clock, () => this.#onChange('answer'));
  }

  /** Another one after everything that a snapshot may show anew; the verdict and the liveness stand beside it. */
  get version(): number {
    return this.#version;
  }

  get pulse(): Pulse {
    return this.#pulse;
  }

  get failure(): NodeFailure | undefined {
    return this.#failure;
  }

  /** When a heartbeat told that the node was restarted; by this machine's clock, the node's may be wrong. */
  get restartSeenAt(): number | undefined {
    return this.#restartSeenAt;
  }

  /** Denials in a row. */
  get denials(): number {
    return this.#denials;
  }

  /**
   * Goes on from a snapshot of the same node that was made at `takenAt`, before a reload of the cluster file or a
   * pause: what nobody watched since then counts for nobody's silence.
   */
  restore(state: NodeState, takenAt: number): void {
    this.#version++;
    this.#previous = state;
    this.#failure = state.failure;
    this.verdict = state.verdict;
    const begin = state.lastHeartbeat ?? state.firstAttempt;
    if (begin === undefined) return;
    const now = this.clock.now();
    const isSilent = state.liveness === 'inactive' || state.liveness === 'offline';
    const before: Pulse = {
      firstAttempt: state.firstAttempt ?? begin,
      ...(state.lastHeartbeat !== undefined && { lastHeartbeat: state.lastHeartbeat }),
      silentSince: begin,
      asking: isSilent,
      // As many as make its silence sure: it stays what it was until it answers.
      missed: isSilent ? SURE_MISSES : 0,
      denied: state.liveness === 'denied',
    };
    this.#pulse = slept(before, Math.max(0, now - takenAt), now);
  }

  /** The time of this machine jumped by `ms`. */
  slept(ms: number): void {
    this.#pulse = slept(this.#pulse, ms, this.clock.now());
    if (ms < 0 && this.#freshSince !== Infinity) this.#freshSince += ms;
  }

  /**
   * Asks for a heartbeat, or joins the question that is under way. Tells whether one came; an abort counts
   * as neither. `period` is the usual time between two beats.
   */
  beat(options: Pick<ExecOptions, 'timeoutMs' | 'signal'>, period: number): Promise<boolean> {
    this.#beat ??= this.#ask(options, period).finally(() => {
      this.#beat = undefined;
      this.#beatStarted = undefined;
    });
    return this.#beat;
  }

  /**
   * Asks one probe's question, or joins the one under way. Tells whether the node had something to say. Never
   * rejects: a failure makes the datum stale.
   */
  probe(probe: Probe, options: Asking): Promise<boolean> {
    return this.#probes.ask(probe, options);
  }

  /** Drops what a probe said that another node answers now. */
  forget(probe: Probe): void {
    this.#probes.forget(probe.id);
  }

  /** It answered the last question, and the present one, if any, is younger than `patience`. */
  isFresh(now: number, patience: number): boolean {
    const { lastHeartbeat, missed, denied } = this.#pulse;
    const waitsFor = this.#beatStarted === undefined ? 0 : now - this.#beatStarted;
    return (
      lastHeartbeat !== undefined &&
      this.#freshSince !== Infinity &&
      missed === 0 &&
      !denied &&
      waitsFor < patience
    );
  }

  /** What its heartbeat and the probes that answered in time said since it last began to answer. */
  freshReading(): NodeReading {
    if (this.#fresh?.version !== this.#version)
      this.#fresh = {
        version: this.#version,
        reading: mergeReadings([this.#lastBeat?.reading ?? {}, ...this.#probes.since(this.#freshSince)]),
      };
    return this.#fresh.reading;
  }

  /** Everything it ever said, with the time of the newest part; kept while it is silent. */
  lastReading(): { readonly reading: NodeReading; readonly at: number } | undefined {
    const parts = [this.#lastBeat, ...this.#probes.answers.values()].filter((part) => part !== undefined);
    const old = this.#previous?.reading;
    const oldAt = this.#previous?.readingAt;
    if (parts.length === 0) return old && oldAt !== undefined ? { reading: old, at: oldAt } : undefined;
    return {
      reading: mergeReadings([...(old ? [old] : []), ...parts.map((part) => part.reading)]),
      at: Math.max(...parts.map((part) => part.at)),
    };
  }

  stale(): NodeState['stale'] {
    return this.#probes.stale();
  }

  /** Ends what stays open between two questions. */
  close(): void {
    this.#line.close();
  }

  /** Nothing came until the time was over. */
  giveUp(message: string): void {
    const at = this.clock.now();
    this.#pulse = missed(this.#pulse, at);
    this.#failure = { at, reason: 'timeout', message };
    this.#version++;
  }

  async #ask(options: Pick<ExecOptions, 'timeoutMs' | 'signal'>, period: number): Promise<boolean> {
    this.#beatStarted = this.clock.now();
    if (this.#pulse.firstAttempt === undefined) this.#version++;
    this.#pulse = asked(this.#pulse, this.#beatStarted, period);
    try {
      this.#hear(await this.#line.ask(options), this.clock.now());
      return true;
    } catch (error) {
      if (error instanceof SshError && error.reason === 'busy')
        this.#pulse = error.hasAnswered ? postponed(this.#pulse, this.clock.now()) : unasked(this.#pulse);
      else if (!isAbort(error, options.signal)) this.#fail(error, this.clock.now());
      return false;
    }
  }

  #onChange(change: Change): void {
    this.#version++;
    this.changed(change);
  }

  #hear(reading: NodeReading, at: number): void {
    const isReturn = this.#pulse.lastHeartbeat === undefined || this.#pulse.missed > 0 || this.#pulse.denied;
    if (isReturn || this.#freshSince === Infinity) this.#freshSince = at;
    this.#pulse = heard(this.#pulse, at);
    const uptimeBefore = (this.#lastBeat?.reading ?? this.#previous?.reading)?.uptimeSeconds;
    if ((reading.uptimeSeconds ?? Infinity) < (uptimeBefore ?? 0)) this.#restartSeenAt = at;
    this.#lastBeat = { reading, at };
    this.#failure = undefined;
    this.#denials = 0;
    this.verdict = undefined;
    this.#onChange(isReturn ? 'turn' : 'beat');
  }

  #fail(error: unknown, at: number): void {
    const isDenied = error instanceof SshError && error.denied;
    this.#denials = isDenied ? this.#denials + 1 : 0;
    if (isDenied) this.verdict = undefined;
    this.#pulse = isDenied ? denied(this.#pulse, at) : missed(this.#pulse, at);
    this.#freshSince = Infinity;
    this.#failure = { at, ...explain(error, this.node.name) };
    this.#onChange('turn');
  }
}
