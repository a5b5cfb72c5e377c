import * as vscode from 'vscode';
import type { ClusterState } from '../heartbeat/state';
import {
  attention,
  isNone,
  lastPrimary,
  newsText,
  noNews,
  primariesOf,
  stillTrue,
  together,
  type News,
  type Told,
} from './attention';
import { commands } from './ids';
import { tell, type Log } from './log';
import { withoutLinks } from './plain-markdown';
import type { Session } from './session';
import type { Sessions } from './sessions';

/** Milliseconds in which the troubles of a cluster become one notification. */
const groupMs = 3_000;
/** Milliseconds for which Mute holds. */
const muteMs = 8 * 3_600_000;

const mutedMemento = 'standby.muted';
const toldMemento = 'standby.told';

/**
 * Notifications: one for what needs a person, once, for a whole cluster. What was told and muted is kept with the
 * workspace, so that a reload tells nothing again.
 */
export class Alerts implements vscode.Disposable {
  readonly #before = new Map<string, ClusterState>();
  readonly #primary = new Map<string, ReadonlySet<string>>();
  readonly #waiting = new Map<string, { news: News; readonly timer: NodeJS.Timeout }>();
  readonly #subscription: vscode.Disposable;
  #told: Readonly<Record<string, Told>>;
  #muted: Readonly<Record<string, number>>;

  constructor(
    private readonly sessions: Sessions,
    private readonly memento: vscode.Memento,
    private readonly log: Log,
    /** Whether a person sees the tree now: what it says need not be said of a recovery, too. */
    private readonly isTreeSeen: () => boolean,
  ) {
    this.#told = memento.get(toldMemento, {});
    this.#muted = memento.get(mutedMemento, {});
    sessions.mutedUntil = (key) => this.#mutedUntil(key);
    this.#subscription = sessions.onDidChange((session) => session?.watched && this.#see(session));
  }

  /** Ends the muting of a cluster. */
  unmute(key: string): void {
    this.#setMuted(key, undefined);
  }

  #mutedUntil(key: string): number | undefined {
    const until = this.#muted[key];
    return until !== undefined && until > Date.now() ? until : undefined;
  }

  #setMuted(key: string, until: number | undefined): void {
    const others = Object.entries(this.#muted).filter(([each, end]) => each !== key && end > Date.now());
    this.#muted = Object.fromEntries(until === undefined ? others : [...others, [key, until]]);
    void this.memento.update(mutedMemento, this.#muted);
    this.sessions.redraw();
  }

  #see(session: Session): void {
    const { state, key } = session;
    if (!state) return;
    const before = this.#told[key] ?? {};
    const { news, told } = attention(before, this.#before.get(key), state);
    this.#before.set(key, state);
    this.#primary.set(key, lastPrimary(this.#primary.get(key) ?? new Set(), state));
    if (JSON.stringify(Object.keys(told)) !== JSON.stringify(Object.keys(before))) {
      this.#told = { ...this.#told, [key]: told };
      void this.memento.update(toldMemento, this.#told);
    } else if (told !== before) this.#told = { ...this.#told, [key]: told };
    // A silent node takes away what one could do here; a recovery waits for a person who sees it in the tree.
    const unseen = this.isTreeSeen() ? { ...news, recoveries: [] } : news;
    if (!isNone(unseen)) this.#collect(session, unseen);
  }

  #collect(session: Session, news: News): void {
    const waiting = this.#waiting.get(session.key);
    if (waiting) {
      waiting.news = together(waiting.news, news);
      return;
    }
    const timer = setTimeout(() => {
      const collected = this.#waiting.get(session.key)?.news ?? noNews;
      this.#waiting.delete(session.key);
      void this.#show(session, collected);
    }, groupMs);
    this.#waiting.set(session.key, { news, timer });
  }

  async #show(session: Session, collected: News): Promise<void> {
    const { state, key } = session;
    const news = state && stillTrue(collected, state);
    if (!news) return;
    const wasPrimary = this.#primary.get(key) ?? new Set<string>();
    const text = newsText(news, state, wasPrimary);
    if (this.#mutedUntil(key) !== undefined) {
      this.log.warn(text);
      return;
    }
    const nodes = [...news.offline, ...news.denied];
    const primary = primariesOf(news, wasPrimary)[0];
    const node = primary ?? nodes[0];
    const canFailOver =
      primary !== undefined && session.system.planners.length > 0 && !session.cluster.readOnly;
    const row = { row: { cluster: key, ...(node === undefined ? {} : { node }) } };
    const acts: Readonly<Record<string, () => unknown>> = {
      [vscode.l10n.t('Show')]: () => vscode.commands.executeCommand(commands.showNode, row),
      ...(canFailOver
        ? {
            [vscode.l10n.t('Fail Over…')]: () =>
              vscode.commands.executeCommand(commands.failOver, { row: { cluster: key } }),
          }
        : {}),
      ...(nodes.length === 1
        ? {
            [vscode.l10n.t('Maintenance…')]: () =>
              vscode.commands.executeCommand(commands.startMaintenance, row),
          }
        : {}),
      [vscode.l10n.t('Mute for 8 h')]: () => this.#setMuted(key, Date.now() + muteMs),
    };
    const chosen = await this.#say(text, news, Object.keys(acts));
    if (chosen !== undefined) await acts[chosen]?.();
  }

  #say(
    text: string,
    { offline, recoveries }: News,
    remedies: readonly string[],
  ): Thenable<string | undefined> {
    const isError = offline.length > 0 || recoveries.some(({ state }) => state === 'split-brain');
    if (isError) return tell(this.log, text, { remedies });
    this.log.warn(text);
    return vscode.window.showWarningMessage(withoutLinks(text), ...remedies);
  }

  dispose(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#subscription.dispose();
  }
}
