import * as vscode from 'vscode';
import { isDeepStrictEqual } from 'node:util';
import type { Cluster } from '../cluster/cluster';
import { targetsOf } from '../failover/plan-target';
import type { Observed } from '../rules/observed';
import type { CheckedFile, Checks } from './checks';
import { Coalesced } from './coalesce';
import type { Core } from './core';
import { settings } from './ids';
import { demoHomeOf } from './demo-home';
import type { Log } from './log';
import { sentence, tell } from './log';
import { Remembered } from './remembered';
import type { StartWatch } from './session';
import { Session } from './session';
import type { ClusterEntry } from './row';

/** A saved cluster file out of which no cluster can be read. */
export interface BrokenFile {
  readonly uri: vscode.Uri;
  readonly errors: number;
}

/** Milliseconds between two tellings of what the nodes say: views need no more than four a second. */
const tellMs = 250;

/** What decides how nodes are reached. */
const connectionSettings = [settings.sshConfigFile, settings.systemSsh] as const;

/** Milliseconds in which news of the nodes become one check of the file: a large one takes long to read. */
const recheckMs = 5_000;

/**
 * One session for each cluster of the files as they are saved: what somebody is still typing is checked,
 * but half an address is never connected to.
 */
export class Sessions implements vscode.Disposable {
  readonly #sessions = new Map<string, { readonly session: Session; readonly uri: vscode.Uri }>();
  readonly #broken = new Map<string, BrokenFile>();
  readonly #looking = new Map<string, () => void>();
  readonly #reading = new Map<string, () => void>();
  readonly #news = new Set<Session>();
  readonly #telling = new Coalesced(tellMs, () => this.#tell());
  readonly #rechecks = new Map<string, NodeJS.Timeout>();
  readonly #outdated = new Set<string>();
  readonly #observed = new Map<string, Observed>();
  readonly #remembered: Remembered;
  readonly #changed = new vscode.EventEmitter<Session | undefined>();
  readonly #subscriptions: vscode.Disposable[] = [this.#changed];
  #visible = false;
  /** Until when a cluster's notifications are muted; set by what shows them. */
  mutedUntil: (key: string) => number | undefined = () => undefined;
  /** A session has news; undefined: sessions came or went. */
  readonly onDidChange = this.#changed.event;

  constructor(
    private readonly checks: Checks,
    private readonly core: () => Promise<Core>,
    private readonly start: StartWatch,
    private readonly log: Log,
  ) {
    this.#remembered = new Remembered(log);
    checks.observedFor = (name) => {
      const session = this.all.find((each) => each.cluster.name === name);
      return session && this.#observed.get(session.key);
    };
    this.#subscriptions.push(
      checks.onDidCheck((uri) => void this.#update(uri)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#look()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (connectionSettings.some((each) => change.affectsConfiguration(each)))
          for (const session of this.all) void session.reconnect();
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#look()),
    );
  }

  /** In the order of their files' names, whichever was read first. */
  get all(): readonly Session[] {
    return [...this.#sessions.values()]
      .toSorted((a, b) => a.uri.path.localeCompare(b.uri.path, 'en'))
      .map(({ session }) => session);
  }

  /** Files that should be clusters and are none. */
  get broken(): readonly BrokenFile[] {
    return [...this.#broken.values()];
  }

  /** Whether the saved file of a session has errors, so that it goes on with what the file said before. */
  isOutdated(session: Session): boolean {
    return this.#outdated.has(session.key);
  }

  get(key: string): Session | undefined {
    return this.#sessions.get(key)?.session;
  }

  /** The file that describes a session's cluster. */
  uriOf({ key }: Session): vscode.Uri | undefined {
    return this.#sessions.get(key)?.uri;
  }

  /** What the tree says of sessions besides their state has changed. */
  redraw(): void {
    this.#changed.fire(undefined);
  }

  /** The view came into sight or left it. */
  setVisible(visible: boolean): void {
    this.#visible = visible;
    this.#look();
  }

  /** What the tree says of a session besides its state. */
  marks(session: Session): Pick<ClusterEntry, 'isOutdated' | 'mutedUntil'> {
    const mutedUntil = this.mutedUntil(session.key);
    return {
      isOutdated: this.isOutdated(session),
      ...(mutedUntil === undefined ? {} : { mutedUntil }),
    };
  }

  #look(): void {
    const { isTrusted } = vscode.workspace;
    const inSight = new Set(vscode.window.visibleTextEditors.map(({ document }) => document.uri.toString()));
    for (const { session, uri } of this.#sessions.values()) {
      follow(this.#looking, session.key, this.#visible && isTrusted, () => session.look('begin'));
      follow(this.#reading, session.key, inSight.has(uri.toString()), () => session.look('read'));
    }
  }

  async #update(uri: vscode.Uri): Promise<void> {
    const { systemOf } = await this.core();
    const result = this.checks.get(uri);
    if (result && !result.file.saved) return;
    const documents = result?.checked.documents ?? [];
    const before = [...this.#sessions].filter(([, each]) => each.uri.toString() === uri.toString());
    const present = new Set<string>();
    for (const { cluster } of documents) {
      if (!cluster) continue;
      const key = `${uri.toString()}#${cluster.name}`;
      present.add(key);
      const known = this.#sessions.get(key)?.session;
      if (known && known.system === systemOf(cluster)) await known.replace(cluster);
      else this.#add(key, uri, cluster, systemOf(cluster));
    }
    // A saved file with an error keeps what is watched: an operator in trouble must not lose the tree to a typo.
    const isBroken = documents.some((document) => document.hasErrors);
    for (const [key] of before) {
      if (present.has(key)) this.#outdated.delete(key);
      else if (isBroken) this.#outdated.add(key);
      else this.#remove(key);
    }
    this.#note(uri, result);
    this.#look();
    this.#changed.fire(undefined);
  }

  #note(uri: vscode.Uri, result: CheckedFile | undefined): void {
    const errors = (result?.checked.findings ?? []).filter(({ severity }) => severity === 'error').length;
    const isCluster = [...this.#sessions.values()].some((each) => each.uri.toString() === uri.toString());
    if (errors > 0 && !isCluster) this.#broken.set(uri.toString(), { uri, errors });
    else this.#broken.delete(uri.toString());
  }

  #add(key: string, uri: vscode.Uri, cluster: Cluster, system: Session['system']): void {
    this.#remove(key);
    const file = vscode.workspace.asRelativePath(uri);
    const session = new Session(
      key,
      file,
      cluster,
      system,
      this.start,
      (each) => {
        this.#news.add(each);
        this.#telling.call();
      },
      (each, error) => this.#failed(each, error),
    );
    this.#sessions.set(key, { session, uri });
  }

  /** Told only to a person who had asked for the connection; otherwise the log is enough. */
  #failed(session: Session, error: unknown): void {
    const message = vscode.l10n.t(
      'Cluster {0} cannot be watched: {1}',
      session.cluster.name,
      sentence(error, this.log),
    );
    if (session.kept) void tell(this.log, message);
    else this.log.error(message);
  }

  #tell(): void {
    const news = [...this.#news];
    this.#news.clear();
    for (const session of news) {
      this.#changed.fire(session);
      if (!session.state || !this.#sessions.has(session.key) || this.#rechecks.has(session.key)) continue;
      // The first news make findings soon, later ones seldom.
      const wait = this.#observed.has(session.key) ? recheckMs : tellMs;
      this.#rechecks.set(
        session.key,
        setTimeout(() => void this.#recheck(session), wait),
      );
    }
  }

  /** Checks the file again when the nodes say something else than at the last check. */
  async #recheck(session: Session): Promise<void> {
    const { observed } = await import('../heartbeat/observed');
    const history = await this.#remembered.of(session.cluster);
    const found = this.#sessions.get(session.key);
    this.#rechecks.delete(session.key);
    if (found?.session !== session || !session.state) return;
    const now = observed(session.state, history);
    const before = this.#observed.get(session.key);
    if (before && isDeepStrictEqual(said(now), said(before))) return;
    this.#observed.set(session.key, now);
    this.checks.later(found.uri);
  }

  #remove(key: string): void {
    const found = this.#sessions.get(key);
    if (!found) return;
    this.#sessions.delete(key);
    this.#observed.delete(key);
    this.#outdated.delete(key);
    clearTimeout(this.#rechecks.get(key));
    this.#rechecks.delete(key);
    follow(this.#looking, key, false);
    follow(this.#reading, key, false);
    this.#news.delete(found.session);
    found.session.dispose();
  }

  dispose(): void {
    this.#telling.dispose();
    for (const key of [...this.#sessions.keys()]) this.#remove(key);
    for (const each of this.#subscriptions) each.dispose();
  }
}

/** What was said, without when: the same said again is no news. */
function said({ factsAt: _, cluster, ...rest }: Observed): unknown {
  return { ...rest, cluster: cluster && { ...cluster, at: 0 } };
}

/** Begins a look that is wanted and not there, ends one that is there and not wanted. */
function follow(
  looks: Map<string, () => void>,
  key: string,
  isWanted: boolean,
  begin?: () => () => void,
): void {
  const stop = looks.get(key);
  if (isWanted && !stop && begin) looks.set(key, begin());
  if (!isWanted && stop) {
    looks.delete(key);
    stop();
  }
}

/** What the tree and the status bar show of a session. */
export function entryOf(session: Session): ClusterEntry {
  return {
    key: session.key,
    cluster: session.cluster,
    file: session.file,
    watched: session.watched,
    asks: session.asks,
    hasPlans: session.system.planners.length > 0,
    isDemo: demoHomeOf(session.cluster) !== undefined,
    hasScripts: session.system.scripts !== undefined,
    targets: planTargets(session),
    ...(session.system.rows && { rowsOf: (state, now) => session.system.rows?.(state, now) ?? [] }),
    ...(session.state === undefined ? {} : { state: session.state }),
  };
}

/** The names of all that a plan of the system may be about; none where nothing may be changed. */
function planTargets({ cluster, system }: Session): ReadonlySet<string> {
  if (cluster.readOnly) return new Set();
  return new Set(
    system.planners.flatMap((planner) => (targetsOf(planner, cluster) ?? []).map(({ name }) => name)),
  );
}
