import { setMaxListeners } from 'node:events';
import type { Clock } from './clock';
import { ClusterProbes, isForCluster } from './cluster-probes';
import { ClusterWatch, type WatchOptions } from './cluster-watch';
import type { HistoryStore } from './history-store';
import type { Declaration } from './maintenance';
import { networkAddresses } from './network';
import type { NodeWatch } from './node-watch';
import { beatDeadline, gatherMs, nextBeat, period, type Pace } from './pace';
import type { Probe } from './probe';
import type { ClusterState } from './state';
import { WitnessDuty } from './witness-duty';

/** How often ages are looked at, in milliseconds; also how soon a sleep of this machine is noticed. */
export const TICK_MS = 1_000;
/** A tick that comes later than this was slept through, or the clock was set. */
export const SLEEP_TOLERANCE_MS = 5_000;
/** Pause between two writes of the history, in milliseconds. */
export const REMEMBER_EVERY_MS = 5_000;

export interface MonitorOptions extends WatchOptions {
  readonly historyStore?: HistoryStore;
  /** In [0, 1), for the jitter. */
  readonly random?: () => number;
  /** The addresses of this machine, as one text; default: those of the operating system. */
  readonly network?: () => string;
}

/**
 * Watches one cluster: a loop for each node, the witnesses of the silent ones, and a new snapshot after every
 * change. It owns its timers and questions, not the connections.
 */
export class Monitor {
  readonly #options: MonitorOptions;
  readonly #clock: Clock;
  readonly #watch: ClusterWatch;
  readonly #nodeProbes: readonly Probe[];
  readonly #clusterProbes: ClusterProbes;
  readonly #duty: WitnessDuty;
  readonly #abort = new AbortController();
  readonly #listeners = new Set<(state: ClusterState) => void>();
  readonly #naps = new Map<NodeWatch, AbortController>();
  readonly #running = new Set<Promise<void>>();
  #state: ClusterState;
  #pace: Pace = 'visible';
  #isStarted = false;
  /** When the next snapshot is due; undefined while there is no news. */
  #publishBy: number | undefined;
  #refresh: Promise<void> | undefined;
  #seenAt: number;
  #remembering = false;
  #rememberedAt = -Infinity;
  #addresses: string | undefined;

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#clock = options.clock;
    // Every question of every node listens to it.
    setMaxListeners(0, this.#abort.signal);
    this.#watch = new ClusterWatch(options, (change) => this.#gather(change === 'turn'));
    const { cluster, probes } = options;
    this.#nodeProbes = probes.node.filter((probe) => !isForCluster(probe));
    this.#clusterProbes = new ClusterProbes(cluster, probes.node, this.#clock, this.#watch, (node, probe) =>
      this.#probe(node, probe),
    );
    this.#duty = new WitnessDuty(options, this.#watch, this.#abort.signal, () => this.#gather(true));
    this.#seenAt = this.#clock.now();
    this.#state = this.#watch.snapshot(this.#period);
  }

  /** The present snapshot. */
  get state(): ClusterState {
    return this.#state;
  }

  /** Calls `listener` with every new snapshot, until the returned function is called. */
  onState(listener: (state: ClusterState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Begins to watch; once. A stopped monitor is not started again: make a new one with `previous`. */
  start(): void {
    if (this.#isStarted || this.#signal.aborted) return;
    this.#isStarted = true;
    this.#seenAt = this.#clock.now();
    this.#own(this.#readHistory());
    this.#own(this.#tick());
    for (const node of this.#watch.nodes) this.#own(this.#follow(node));
  }

  /**
   * Ends every question and timer at once, and writes the last of what was seen; `settled` tells when that
   * is done.
   */
  stop(): void {
    if (this.#signal.aborted) return;
    const { historyStore } = this.#options;
    if (this.#isStarted && historyStore !== undefined && this.#state.nodes.some((node) => node.lastHeartbeat))
      this.#own(historyStore.remember(this.#state, this.#duty.reached));
    this.#abort.abort(new Error('The monitor was stopped.'));
    for (const nap of this.#naps.values()) nap.abort();
    for (const node of this.#watch.nodes) node.close();
    this.#listeners.clear();
  }

  /** Resolves after `stop` when nothing of this monitor runs any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  /** Asks everything of every node at once; a call while one is under way joins it. Never rejects. */
  refresh(): Promise<void> {
    if (this.#signal.aborted) return Promise.resolve();
    if (this.#refresh === undefined) {
      this.#refresh = this.#askAll().finally(() => (this.#refresh = undefined));
      this.#own(this.#refresh);
    }
    return this.#refresh;
  }

  /** Asks one node now, however long it was to be left alone. Never rejects. */
  async refreshNode(name: string): Promise<void> {
    const node = this.#watch.nodes.find((each) => each.node.name === name);
    if (node === undefined || this.#signal.aborted) return;
    this.#wake((each) => each === node);
    await this.#beat(node);
    this.#publish();
  }

  /** Slows down while nobody looks; back to `visible` asks the nodes that have waited too long. */
  setPace(pace: Pace): void {
    if (this.#pace === pace) return;
    this.#pace = pace;
    if (pace === 'visible') this.#wake(() => true);
  }

  /** Declares maintenance of a node by hand, until `until` (epoch milliseconds) if given, or ends it; wins over the file. */
  setMaintenance(node: string, on: boolean, until?: number): void {
    this.#watch.setMaintenance(node, on, until);
    this.#publish();
  }

  /** Maintenance was declared or ended elsewhere: this is all that is declared now. */
  setDeclarations(declared: ReadonlyMap<string, Declaration>): void {
    this.#watch.setDeclarations(declared);
    this.#publish();
  }

  get #signal(): AbortSignal {
    return this.#abort.signal;
  }

  get #period(): number {
    return period(this.#options.cluster.heartbeat, this.#pace);
  }

  async #follow(node: NodeWatch): Promise<void> {
    let beats = 0;
    while (!this.#signal.aborted) {
      const started = this.#clock.now();
      const wasSilent = !node.isFresh(started, Infinity);
      if (await this.#beat(node)) {
        if (wasSilent) {
          beats = 0;
          this.#noticeReturn();
        }
        const due = this.#nodeProbes.filter((probe) => beats % probe.everyBeats === 0);
        this.#own(this.#askProbes(node, due));
        beats++;
      }
      const { heartbeat } = this.#options.cluster;
      const random = this.#options.random?.() ?? Math.random();
      const wait = nextBeat(heartbeat, this.#pace, node.pulse, node.denials, random);
      await this.#nap(node, Math.max(started + wait - this.#clock.now(), Math.min(wait, TICK_MS)));
    }
  }

  #beat(node: NodeWatch): Promise<boolean> {
    const timeoutMs = beatDeadline(this.#options.cluster.heartbeat);
    return node.beat({ timeoutMs, signal: this.#signal }, this.#period);
  }

  /** A node's own probes, and then what one node answers for all: who can, they tell. */
  async #askProbes(node: NodeWatch, due: readonly Probe[]): Promise<void> {
    await Promise.all(due.map((probe) => this.#probe(node, probe)));
    await this.#clusterProbes.askDue(node, this.#period);
  }

  #probe(node: NodeWatch, probe: Probe): Promise<boolean> {
    return node.probe(probe, { timeoutMs: probe.timeoutMs, signal: this.#signal, isStanding: true });
  }

  /** The first answer after all had failed: the network is back, and nobody waits out his pause. */
  #noticeReturn(): void {
    if (this.#watch.fresh().length === 1) this.#wake((node) => node.pulse.missed > 0);
  }

  /** Another network may reach what the old one did not. */
  #noticeNetwork(): void {
    const addresses = (this.#options.network ?? networkAddresses)();
    const isChange = this.#addresses !== undefined && addresses !== this.#addresses;
    this.#addresses = addresses;
    if (isChange && addresses !== '') this.#wake((node) => node.pulse.missed > 0);
  }

  /** Ends the pauses of these nodes: they are asked now. */
  #wake(which: (node: NodeWatch) => boolean): void {
    for (const [node, nap] of this.#naps) if (which(node)) nap.abort();
  }

  /** Waits for the node's next beat; `setPace` and `stop` end it early. */
  async #nap(node: NodeWatch, ms: number): Promise<void> {
    if (this.#signal.aborted) return;
    // One serves for many naps: only who was woken needs another.
    const last = this.#naps.get(node);
    const nap = last === undefined || last.signal.aborted ? new AbortController() : last;
    if (nap !== last) this.#naps.set(node, nap);
    await this.#clock.sleep(ms, nap.signal).catch(() => {});
  }

  async #askAll(): Promise<void> {
    await Promise.all(
      this.#watch.nodes.map(async (node) => {
        if (await this.#beat(node))
          await Promise.all(this.#nodeProbes.map((probe) => this.#probe(node, probe)));
      }),
    );
    await this.#clusterProbes.askAll();
    this.#duty.forgetVerdictTimes();
    await this.#duty.askAboutSilent();
    this.#publish();
  }

  /** Ages, verdicts and records go on while no answer comes. */
  async #tick(): Promise<void> {
    while (!this.#signal.aborted) {
      await this.#clock.sleep(TICK_MS, this.#signal).catch(() => {});
      if (this.#signal.aborted) return;
      this.#noticeSleep();
      this.#noticeNetwork();
      this.#own(this.#duty.askAboutSilent());
      this.#own(this.#duty.callRoll());
      this.#own(this.#remember());
      if (this.#watch.hasNews || this.#hasAged()) this.#publish();
    }
  }

  /** A laptop that slept must not find its cluster offline: the time it slept through counts for nobody. */
  #noticeSleep(): void {
    const now = this.#clock.now();
    const passed = now - this.#seenAt;
    this.#seenAt = now;
    const jump = passed < 0 ? passed : passed > TICK_MS + SLEEP_TOLERANCE_MS ? passed - TICK_MS : 0;
    if (jump === 0) return;
    for (const node of this.#watch.nodes) node.slept(jump);
    this.#wake(() => true);
  }

  #hasAged(): boolean {
    return this.#watch.nodes.some((node, index) => {
      const shown = this.#state.nodes[index];
      return shown?.liveness !== this.#watch.livenessOf(node);
    });
  }

  async #readHistory(): Promise<void> {
    const { historyStore, cluster } = this.#options;
    if (historyStore === undefined) return;
    const history = await historyStore.read(cluster);
    this.#duty.learn(history.reached);
    this.#watch.learnPrimaries(history.primary);
  }

  async #remember(): Promise<void> {
    const { historyStore } = this.#options;
    const now = this.#clock.now();
    if (historyStore === undefined || this.#remembering || now - this.#rememberedAt < REMEMBER_EVERY_MS)
      return;
    if (this.#watch.fresh().length === 0) return;
    this.#remembering = true;
    this.#rememberedAt = now;
    try {
      await historyStore.remember(this.#state, this.#duty.reached);
    } finally {
      this.#remembering = false;
    }
  }

  /** Publishes soon, together with what else changes until then. */
  #gather(isUrgent: boolean): void {
    if (this.#signal.aborted) return;
    const wait = gatherMs(this.#watch.nodes.length, isUrgent);
    const due = this.#clock.now() + wait;
    if (this.#publishBy !== undefined && this.#publishBy <= due) return;
    this.#publishBy = due;
    this.#own(
      this.#clock.sleep(wait, this.#signal).then(
        () => {
          if (this.#publishBy === due) this.#publish();
        },
        () => {},
      ),
    );
  }

  #publish(): void {
    this.#publishBy = undefined;
    if (this.#signal.aborted) return;
    if (this.#isStarted) this.#noticeSleep();
    this.#state = this.#watch.snapshot(this.#period);
    for (const listener of this.#listeners) {
      try {
        listener(this.#state);
      } catch (error) {
        this.#options.log?.(`${this.#options.cluster.name}: a view failed: ${String(error)}`);
      }
    }
  }

  /** Keeps a running task until it is over, so that none outlives the monitor unseen and none fails unheard. */
  #own(task: Promise<void>): void {
    const owned = task
      .catch((error: unknown) => {
        if (!this.#signal.aborted) this.#options.log?.(`${this.#options.cluster.name}: ${String(error)}`);
      })
      .finally(() => this.#running.delete(owned));
    this.#running.add(owned);
  }
}
