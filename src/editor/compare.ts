import * as vscode from 'vscode';
import type { Cluster } from '../cluster/cluster';
import type { SystemSpec } from '../cluster/spec';
import type { Discovery } from '../discovery/discovery';
import type { Comparison, Drift } from '../discovery/drift';
import type { Called } from './called';
import type { Checks } from './checks';
import type { Context } from './context';
import { discoverNodes } from './discover-nodes';
import { nobodyAnswered } from './discover-words';
import { DriftFixes } from './drift-actions';
import { isAboutNodesOf } from './drift-fixes';
import { comparisonText } from './drift-words';
import { contextKeys, driftSource } from './ids';
import { LiveDocuments } from './live-documents';
import type { Log } from './log';
import { sentence, tell } from './log';
import { pickCluster } from './pick';
import { withoutLinks } from './plain-markdown';
import { editorRange } from './places';
import type { Session } from './session';
import type { Sessions } from './sessions';

/** One comparison as it stands with the text of now. */
export interface Compared {
  /** The session's key. */
  readonly key: string;
  readonly uri: vscode.Uri;
  /** The text that the places of `drifts` are in. */
  readonly text: string;
  readonly drifts: readonly Drift[];
}

interface Kept {
  readonly name: string;
  readonly spec: SystemSpec;
  readonly asked: Cluster;
  readonly discovery: Discovery;
  compared: Compared;
}

/**
 * What files say against what nodes say, since a person last asked. Follows edits of the file; ends when the file goes,
 * or when its nodes are others than those that were asked.
 */
export class Comparisons implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection(driftSource);
  readonly #kept = new Map<string, Kept>();
  readonly #documents = new LiveDocuments();
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly sessions: Sessions,
    private readonly checks: Checks,
    private readonly context: Context,
    private readonly log: Log,
  ) {
    this.#subscriptions = [
      this.#collection,
      this.#documents,
      vscode.languages.registerCodeActionsProvider({ language: 'yaml' }, new DriftFixes(this), {
        providedCodeActionKinds: DriftFixes.kinds,
      }),
      checks.onDidCheck((uri) => {
        this.#follow(uri).catch((error: unknown) =>
          log.error(`The comparison could not be brought up to date: ${sentence(error, log)}`),
        );
      }),
      sessions.onDidChange((session) => session === undefined && this.#endGone()),
    ];
  }

  /** What is known of the clusters of a file. */
  of(uri: vscode.Uri): readonly Compared[] {
    return [...this.#kept.values()]
      .map(({ compared }) => compared)
      .filter((each) => each.uri.toString() === uri.toString());
  }

  /** Asks the nodes of a cluster, and shows where they differ from its file. */
  async compare(called: Called): Promise<void> {
    const title = vscode.l10n.t('Compare with Cluster');
    const session = await pickCluster(this.sessions, called, ({ system }) => !!system.discovery, title);
    const uri = session && this.sessions.uriOf(session);
    if (!session || !uri) return;
    const asked = session.cluster;
    const discovery = await discoverNodes(session.system, asked, this.log, async () => {
      const lease = await session.lease();
      return { connections: lease.connections, close: () => lease.release() };
    });
    if (!discovery) return;
    if (!discovery.nodes.some(({ answered }) => answered)) {
      await tell(this.log, nobodyAnswered(discovery.nodes));
      return;
    }
    const { spec } = session.system;
    const compared: Compared = { key: session.key, uri, text: '', drifts: [] };
    this.#kept.set(session.key, { name: asked.name, spec, asked, discovery, compared });
    const comparison = await this.#bringUpToDate(session.key);
    this.#show(uri);
    if (comparison) await this.#tell(session, comparison, discovery);
    else {
      this.clear({ cluster: session.key });
      void vscode.window.showWarningMessage(
        vscode.l10n.t(
          '{0} was changed meanwhile, so that nothing can be compared. Try again when it has no errors.',
          session.file,
        ),
      );
    }
  }

  /** Shows a file beside itself with all live values; of the cluster that is named, or picked. */
  async showDiff(called: Called): Promise<void> {
    const isKept = ({ key }: Session) => this.#kept.has(key);
    const session = await pickCluster(this.sessions, called, isKept, vscode.l10n.t('Show Differences'));
    const kept = session && this.#kept.get(session.key);
    if (kept) await this.#documents.showDiff(kept.compared);
  }

  /** Forgets what the nodes of a cluster, or of all clusters, said. */
  clear({ cluster }: Called = {}): void {
    for (const [key, { compared }] of this.#kept) {
      if (cluster !== undefined && key !== cluster) continue;
      this.#kept.delete(key);
      this.#show(compared.uri);
    }
  }

  async #tell({ cluster, key }: Session, comparison: Comparison, discovery: Discovery): Promise<void> {
    for (const unknown of comparison.unknown)
      this.log.info(`Not compared in ${cluster.name}: ${unknown.sentence}`);
    const message = comparisonText(cluster.name, comparison, discovery);
    const kept = this.#kept.get(key);
    if (comparison.drifts.length === 0 || !kept) {
      void vscode.window.showInformationMessage(withoutLinks(message));
      return;
    }
    await this.#documents.showDiff(kept.compared);
    void vscode.window.showWarningMessage(withoutLinks(message));
  }

  /** The file has another text, or is gone. */
  async #follow(uri: vscode.Uri): Promise<void> {
    const mine = [...this.#kept].filter(([, { compared }]) => compared.uri.toString() === uri.toString());
    if (mine.length === 0) return;
    for (const [key] of mine) await this.#bringUpToDate(key);
    this.#show(uri);
  }

  /** Compares with the text of now; undefined: that has errors, or is about other nodes, which ends it. */
  async #bringUpToDate(key: string): Promise<Comparison | undefined> {
    const { compare } = await import('../discovery/compare');
    const kept = this.#kept.get(key);
    const result = kept && this.checks.get(kept.compared.uri);
    if (!kept || !result) {
      this.#kept.delete(key);
      return undefined;
    }
    const written = result.file.text;
    const text = typeof written === 'string' ? written : new TextDecoder().decode(written);
    const cluster = result.checked.documents.find(({ draft }) => draft.name?.value === kept.name)?.cluster;
    // In the middle of typing nothing can be told; what comes next can be.
    kept.compared = { ...kept.compared, text, drifts: [] };
    if (!cluster) return undefined;
    if (!isAboutNodesOf(cluster, kept.asked)) {
      this.#kept.delete(key);
      return undefined;
    }
    const comparison = compare({ text, spec: kept.spec, cluster, discovery: kept.discovery });
    kept.compared = { ...kept.compared, drifts: comparison.drifts };
    return comparison;
  }

  #endGone(): void {
    for (const key of this.#kept.keys()) if (!this.sessions.get(key)) this.clear({ cluster: key });
  }

  #show(uri: vscode.Uri): void {
    const compared = this.of(uri);
    this.#collection.set(
      uri,
      compared.flatMap(({ drifts }) => drifts.map(diagnostic)),
    );
    this.#documents.update(uri, compared);
    this.context.set(contextKeys.hasComparison, this.#kept.size > 0);
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose();
  }
}

function diagnostic(drift: Drift): vscode.Diagnostic {
  const severity =
    drift.kind === 'absent' ? vscode.DiagnosticSeverity.Information : vscode.DiagnosticSeverity.Warning;
  const shown = new vscode.Diagnostic(editorRange(drift.range), drift.sentence, severity);
  shown.source = driftSource;
  return shown;
}
