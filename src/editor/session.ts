import { isDeepStrictEqual } from 'node:util';
import type { Cluster } from '../cluster/cluster';
import type { Pace } from '../heartbeat/pace';
import type { ClusterState } from '../heartbeat/state';
import type { Connections } from '../ssh/connection';
import type { System } from '../systems/system';
import * as l10n from './l10n';

/** Connections in use, and the monitor that watches over them. */
export interface Watch {
  readonly connections: Connections;
  refresh(): Promise<void>;
  /** Asks one node now, and a person again what was answered with no about it. */
  askAgain(node: string): Promise<void>;
  /** Slower while nobody looks. */
  setPace(pace: Pace): void;
  /** Declares maintenance of a node until then (epoch milliseconds) or until it is ended, or ends it. */
  setMaintenance(node: string, on: boolean, until?: number): void;
  /** Ends the monitor; the connections stay until `dispose`. */
  stop(): void;
  dispose(): void;
}

/** Opens connections to a cluster and starts to watch it. */
export type StartWatch = (
  session: Session,
  previous: ClusterState | undefined,
  onState: (state: ClusterState) => void,
) => Promise<Watch>;

/** Connections lent to a run or a plan: they stay open until it is released, whatever the view does. */
export interface Lease {
  readonly cluster: Cluster;
  readonly connections: Connections;
  release(): void;
}

interface Current {
  readonly watch: Watch;
  readonly cluster: Cluster;
  leases: number;
  stopped: boolean;
}

/** `begin` (the view, the panel) starts to watch, `read` (a cluster file in sight) only keeps the pace up. */
export type Look = 'begin' | 'read';

/**
 * One cluster in this window. It is watched from the first look at the view or the panel on, or from Connect,
 * and slowly while nobody looks. Disconnect wins over looking, until the next Connect.
 */
export class Session {
  state: ClusterState | undefined;
  #lookers = 0;
  #readers = 0;
  #begun = false;
  #isPaced = false;
  #kept = false;
  #refused = false;
  #leasing = 0;
  /** Nodes that a person is trusting now. */
  #asking = 0;
  #declined = false;
  /** How connections are made has changed. */
  #isOutdated = false;
  #disposed = false;
  #linger: NodeJS.Timeout | undefined;
  #current: Current | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(
    readonly key: string,
    /** The cluster file, as a person would name it. */
    readonly file: string,
    public cluster: Cluster,
    readonly system: System,
    private readonly start: StartWatch,
    private readonly changed: (session: Session) => void,
    private readonly failed: (session: Session, error: unknown) => void,
    /** Milliseconds for which it goes on as before when nobody looks: a short look elsewhere changes nothing. */
    private readonly lingerMs: number = 20_000,
  ) {}

  get watched(): boolean {
    return this.#current !== undefined && !this.#current.stopped;
  }

  /** A person asked for the connection by Connect. */
  get kept(): boolean {
    return this.#kept;
  }

  /** A question was not asked because nobody had asked for the connection; Connect asks it. */
  get asks(): boolean {
    return this.#declined && this.watched;
  }

  /**
   * Whether a person may be asked for a host key or a secret: only after Connect or for a plan, never out of
   * the blue. A no is remembered, and the next Connect begins anew: connections ask each question once.
   */
  mayAsk(): boolean {
    if (this.#wantsQuestions() || this.#asking > 0) return true;
    this.#declined = true;
    return false;
  }

  /** Somebody looks at the cluster until the returned function is called. */
  look(how: Look = 'begin'): () => void {
    if (how === 'begin') this.#begun = true;
    return this.#attend(how === 'begin');
  }

  #attend(asks: boolean): () => void {
    if (asks) this.#lookers += 1;
    else this.#readers += 1;
    clearTimeout(this.#linger);
    void this.#settle();
    let over = false;
    return () => {
      if (over) return;
      over = true;
      if (asks) this.#lookers -= 1;
      else this.#readers -= 1;
      if (this.#isSeen() || this.#disposed) return;
      clearTimeout(this.#linger);
      this.#linger = setTimeout(() => {
        this.#isPaced = false;
        void this.#settle();
      }, this.lingerMs);
    };
  }

  #isSeen(): boolean {
    return this.#lookers + this.#readers > 0;
  }

  /** A person wants it watched from now on. */
  async connect(): Promise<void> {
    this.#kept = true;
    this.#refused = false;
    const wasWatched = this.watched && !this.#declined;
    await this.#settle();
    if (wasWatched) await this.refresh();
    this.changed(this);
  }

  /**
   * Connect, and questions that were answered with no are asked again; of one node, without a word to the others,
   * where the cluster is watched already.
   */
  async askAgain(node?: string): Promise<void> {
    const current = this.#current;
    if (node === undefined || !current || current.stopped) {
      this.#declined = true;
      return this.connect();
    }
    this.#asking += 1;
    try {
      await current.watch.askAgain(node);
    } finally {
      this.#asking -= 1;
    }
  }

  /** A person wants no connection. */
  async disconnect(): Promise<void> {
    this.#kept = false;
    this.#begun = false;
    this.#refused = true;
    await this.#settle();
  }

  /** Asks every node now. */
  async refresh(): Promise<void> {
    await this.#current?.watch.refresh();
  }

  /** Maintenance was declared or ended; who keeps it across a reload has done so. */
  setMaintenance(node: string, on: boolean, until?: number): void {
    this.#current?.watch.setMaintenance(node, on, until);
  }

  /** The file was saved with other content. */
  async replace(cluster: Cluster): Promise<void> {
    if (isDeepStrictEqual(cluster, this.cluster)) return;
    this.cluster = cluster;
    await this.#settle();
    this.changed(this);
  }

  /** Connects anew, because how that is done has changed; a run keeps the connections that it was lent. */
  async reconnect(): Promise<void> {
    this.#isOutdated = true;
    await this.#settle();
  }

  /** Lends the connections; opens them when nobody did. Rejects when they cannot be opened. */
  async lease(): Promise<Lease> {
    this.#refused = false;
    this.#leasing += 1;
    const stopLooking = this.#attend(true);
    await this.#work;
    const current = this.#current;
    if (current) current.leases += 1;
    const release = () => {
      this.#leasing -= 1;
      if (current) current.leases -= 1;
      if (current?.stopped === true && current.leases === 0) current.watch.dispose();
      stopLooking();
    };
    if (!current) {
      release();
      throw new Error(
        l10n.t(
          'Cluster {0} could not be connected. The log says why; mend it and try again.',
          this.cluster.name,
        ),
      );
    }
    let isOver = false;
    return {
      cluster: current.cluster,
      connections: current.watch.connections,
      release: () => {
        if (!isOver) release();
        isOver = true;
      },
    };
  }

  #wantsQuestions(): boolean {
    return this.#kept || this.#leasing > 0;
  }

  #wanted(): boolean {
    return !this.#disposed && !this.#refused && (this.#kept || this.#begun || this.#lookers > 0);
  }

  /** Brings what runs in line with what is wanted, one change after the other. */
  #settle(): Promise<void> {
    this.#work = this.#work.then(async () => {
      const current = this.#current;
      const isOutdated =
        this.#isOutdated || current?.cluster !== this.cluster || (this.#declined && this.#wantsQuestions());
      this.#isOutdated = false;
      if (current && (!this.#wanted() || isOutdated)) this.#end(current);
      if (this.#wanted() && !this.#current) await this.#begin();
      if (this.#isSeen()) this.#isPaced = true;
      this.#current?.watch.setPace(this.#isPaced ? 'visible' : 'hidden');
    });
    return this.#work;
  }

  async #begin(): Promise<void> {
    const cluster = this.cluster;
    this.#declined = false;
    try {
      const watch = await this.start(this, this.state, (state) => {
        this.state = state;
        this.changed(this);
      });
      this.#current = { watch, cluster, leases: 0, stopped: false };
    } catch (error) {
      this.failed(this, error);
    }
    this.changed(this);
  }

  #end(current: Current): void {
    current.stopped = true;
    current.watch.stop();
    if (current.leases === 0) current.watch.dispose();
    this.#current = undefined;
    if (!this.#disposed) this.changed(this);
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#linger);
    void this.#settle();
  }
}
