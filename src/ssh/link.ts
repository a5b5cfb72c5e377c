import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { whatIsHeardIsAlive } from './alive';
import type { Target } from './config';
import { awaitBanner, dial } from './dial';
import { SshError } from './error';
import { behindJump, placeOf } from './explain';
import { openTcp } from './forward';
import { Gate } from './gate';
import { HandshakeGate } from './handshake-gate';
import { handshake, type HandshakeParts } from './handshake';
import { threadUse } from './loop-use';
import type { OpenQuestion } from './options';
import { ownTurn } from './turns';

/** What all links of a cluster share. */
export interface LinkParts extends Omit<HandshakeParts, 'onAsking'> {
  readonly jumpTo: (node: string, target: Target) => Link;
  readonly log: (line: string) => void;
}

/** All clusters of the process share the places for handshakes, as they share its thread. */
const handshakes = new HandshakeGate(threadUse());

/**
 * Servers whose first word is waited for at a time: a thousand that are dialled at once answer too late where they are
 * one machine, or stand behind one. A place is kept for no longer than `DIAL_MS`, so that dead nodes hold up nobody.
 */
const dials = new Gate(64);
const DIAL_MS = 500;

/** After a refused login the same answer is given for a while: servers lock out who keeps trying. */
const LOGIN_PAUSE_MS = 20_000;

/** One persistent SSH connection: made on first use, one attempt for all who wait, made again after a break. */
export class Link {
  private client: Client | undefined;
  private socket: Duplex | undefined;
  private opening: Promise<Client> | undefined;
  private asking: OpenQuestion | undefined;
  /** It waits for a place to dial, or for one to shake hands with a server that has answered. */
  private queued: 'unheard' | 'answered' | undefined;
  private refused: { readonly error: SshError; readonly at: number } | undefined;
  private lastTarget: Target | undefined;
  private readonly disposed = new AbortController();

  constructor(
    readonly node: string,
    private readonly target: () => Promise<Target>,
    private readonly parts: LinkParts,
  ) {}

  /** Where the link leads, for messages. */
  get place(): string {
    return this.lastTarget ? placeOf(this.lastTarget) : this.node;
  }

  /** The connection, made now unless there is one. Rejects with SshError. */
  open(): Promise<Client> {
    if (this.disposed.signal.aborted)
      return Promise.reject(this.closed('its connections were closed by Standby'));
    if (this.client) return Promise.resolve(this.client);
    if (this.refused && performance.now() - this.refused.at < LOGIN_PAUSE_MS)
      return Promise.reject(this.refused.error);
    this.opening ??= this.connect().finally(() => {
      this.opening = undefined;
      this.asking = undefined;
    });
    return this.opening;
  }

  /** A person may answer otherwise now: what was refused before, on the whole way to the host, is asked again. */
  forgetRefusals(): void {
    this.refused = undefined;
    for (let target = this.lastTarget; target; target = target.via)
      this.parts.hostKeys.forgetRefusals(target);
  }

  /** Whether `client` is still the connection in use. */
  isOpen(client: Client): boolean {
    return this.client === client;
  }

  /** Gives up a connection that no longer answers; the next use makes a new one. */
  break(client: Client, why: string): void {
    if (this.client !== client) return;
    this.parts.log(`${this.node}: connection given up, ${why}`);
    const { socket } = this;
    this.client = undefined;
    this.socket = undefined;
    socket?.destroy();
  }

  /** Why a wait for `open` took too long: a person is still being asked, or the node does not answer. */
  delay(ms: number): SshError {
    const within = `within ${ms / 1000} s`;
    if (this.queued !== undefined)
      return new SshError(
        'busy',
        this.node,
        `Node ${this.node}: ${this.place} waits for its turn; Standby is still connecting to other nodes.`,
        { hasAnswered: this.queued === 'answered' },
      );
    if (this.asking === undefined) {
      return new SshError(
        'timeout',
        this.node,
        `Node ${this.node}: no connection to ${this.place} ${within}. Check that the machine is up, and the way to it.`,
      );
    }
    const { reason, what } = this.asking;
    return new SshError(reason, this.node, `Node ${this.node}: waiting for you to say ${what}.`);
  }

  /** An error for work that a break of the connection ended. */
  closed(why: string): SshError {
    return new SshError('closed', this.node, `Node ${this.node}: ${why}. The next use connects again.`);
  }

  dispose(): void {
    this.disposed.abort();
    if (this.client) this.break(this.client, 'no longer needed');
  }

  private async connect(): Promise<Client> {
    const { signal } = this.disposed;
    await ownTurn();
    const target = await this.target();
    if (!this.lastTarget) for (const note of target.notes) this.parts.log(`${this.node}: ${note}`);
    this.lastTarget = target;
    try {
      const socket = await this.dialInTurn(target, signal);
      this.queued = 'answered';
      const leave = await handshakes
        .enter(signal)
        .catch((error: unknown) => {
          socket.destroy();
          throw error;
        })
        .finally(() => (this.queued = undefined));
      const onAsking = (question: OpenQuestion | undefined) => {
        this.asking = question;
        // Nothing is computed while a person thinks, and other nodes need the place.
        if (question) leave();
      };
      const client = await handshake(this.node, target, socket, { ...this.parts, onAsking }, signal).finally(
        leave,
      );
      this.adopt(client, socket);
      this.refused = undefined;
      this.parts.log(`${this.node}: connected to ${placeOf(target)}`);
      return client;
    } catch (error) {
      const known =
        error instanceof SshError
          ? error
          : new SshError('closed', this.node, `Node ${this.node}: ${String(error)}.`, { cause: error });
      this.parts.log(`${this.node}: ${known.reason}: ${known.message}`);
      if (known.reason === 'auth-failed') this.refused = { error: known, at: performance.now() };
      throw known;
    }
  }

  /** Opens the way to the server, to its first word. */
  private async dialInTurn(target: Target, signal: AbortSignal): Promise<Duplex> {
    this.queued = 'unheard';
    const leave = await dials.enter(signal).finally(() => (this.queued = undefined));
    const patience = setTimeout(leave, DIAL_MS);
    try {
      const socket = target.via ? await this.jump(target, target.via) : await dial(this.node, target, signal);
      await awaitBanner(this.node, target, socket, signal);
      return socket;
    } finally {
      clearTimeout(patience);
      leave();
    }
  }

  private adopt(client: Client, socket: Duplex): void {
    this.client = client;
    this.socket = socket;
    whatIsHeardIsAlive(client, socket);
    // A killed session says `end` or `close` and no `error`; a stalled one may say `error` twice.
    const gone = (why: string) => this.break(client, why);
    client.on('error', (error) => gone(error.message));
    client.on('end', () => gone('the server ended it'));
    client.on('close', () => gone('it was closed'));
  }

  private async jump(target: Target, via: Target): Promise<Duplex> {
    const link = this.parts.jumpTo(this.node, via);
    try {
      return await openTcp(link, target.host, target.port, target.connectTimeoutMs);
    } catch (error) {
      if (!(error instanceof SshError)) throw error;
      if (link.asking) this.asking = link.asking;
      throw error.node === this.node ? error : behindJump(this.node, via, error);
    }
  }
}
