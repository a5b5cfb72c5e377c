import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Journals, RunEntry } from '../failover/journal';
import { demoHome } from './demo-home';
import type { Failover } from './failover';
import { journalFolder } from './journal-folder';
import type { Log } from './log';
import { sentence } from './log';
import type { PlanDocuments } from './plan-documents';
import type { Sessions } from './sessions';
import { roughDuration } from '../cluster/duration';

/** Milliseconds after which an interrupted run is history: nobody is asked about it any more. */
const offeredFor = 7 * 86_400_000;

const declinedKey = 'standby.runsNotResumed';

/** The journals of runs: a list, a report, a post-mortem, and the offer to go on with what was interrupted. */
export class PastRuns implements vscode.Disposable {
  readonly #offered = new Set<string>();
  readonly #subscription: vscode.Disposable;
  #looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly sessions: Sessions,
    private readonly failover: Failover,
    private readonly documents: PlanDocuments,
    private readonly memory: vscode.Memento,
    private readonly log: Log,
  ) {
    this.#subscription = sessions.onDidChange((session) => {
      if (session || !vscode.workspace.isTrusted || this.sessions.all.length === 0) return;
      this.#looking = this.#looking
        .then(() => this.#offerResumption())
        .catch((error: unknown) => log.warn(`Past runs cannot be read: ${sentence(error, log)}`));
    });
  }

  /** Lists the runs and opens the chosen one as a report, exports its post-mortem, or goes on with it. */
  async show(): Promise<void> {
    const all = await this.#allJournals();
    const journals = all[0];
    const entries = (
      await Promise.all(
        all.map(async (each) => (await each.list()).map((entry) => ({ entry, journals: each }))),
      )
    ).flat();
    if (entries.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('No run has been written to {0} yet.', journals.folder),
      );
      return;
    }
    const { outcomeWords } = await import('../failover/report');
    const now = Date.now();
    const chosen = await vscode.window.showQuickPick(
      entries.map(({ entry, journals: of }) => ({
        label: `${icon(entry)} ${goal(entry)}`,
        description: `${entry.cluster} · ${entry.isRunning ? vscode.l10n.t('running now') : outcomeWords(entry.outcome)}`,
        detail: vscode.l10n.t(
          '{0} ago, {1} UTC · run {2}',
          roughDuration(now - Date.parse(entry.time)),
          entry.time.slice(0, 19).replace('T', ' '),
          entry.run,
        ),
        entry,
        journals: of,
      })),
      {
        title: vscode.l10n.t('Past Runs'),
        placeHolder: vscode.l10n.t('Which run?'),
        matchOnDescription: true,
        matchOnDetail: true,
      },
    );
    if (chosen) await this.#act(chosen.entry, chosen.journals);
  }

  async #act(entry: RunEntry, journals: Journals): Promise<void> {
    const report = { label: `$(book) ${vscode.l10n.t('Open the report')}` };
    const exported = {
      label: `$(export) ${vscode.l10n.t('Export a post-mortem…')}`,
      detail: vscode.l10n.t('A Markdown file: the timeline, the report, and room for what people add.'),
    };
    const resume = {
      label: `$(debug-continue) ${vscode.l10n.t('Go on with it…')}`,
      detail: vscode.l10n.t('The plan is computed anew; what has happened is not repeated.'),
    };
    const mayResume = entry.outcome !== 'succeeded' && entry.outcome !== 'nothing-to-do' && !entry.isRunning;
    const chosen = await vscode.window.showQuickPick([report, exported, ...(mayResume ? [resume] : [])], {
      title: vscode.l10n.t('{0} on {1}', goal(entry), entry.cluster),
    });
    if (chosen === report) await this.#report(entry, journals);
    if (chosen === exported) await this.#export(entry, journals);
    if (chosen === resume) await this.failover.resume(entry);
  }

  async #report({ run, cluster, kind }: RunEntry, journals: Journals): Promise<void> {
    const { runReport } = await import('../failover/report');
    await this.documents.show(
      vscode.l10n.t('Run {0} {1} {2}', kind, cluster, run),
      runReport(await journals.events(run)),
    );
  }

  async #export({ run, cluster }: RunEntry, journals: Journals): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
    const uri = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Export a Post-Mortem'),
      defaultUri: vscode.Uri.file(join(folder, `post-mortem-${cluster}-${run.slice(0, 8)}.md`)),
      filters: { Markdown: ['md'] },
    });
    if (!uri) return;
    const { postMortem } = await import('../failover/report');
    await writeFile(uri.fsPath, postMortem(await journals.events(run)));
    await vscode.window.showTextDocument(uri);
  }

  /** Once for each interrupted run of a cluster of this window, until a person says no. */
  async #offerResumption(): Promise<void> {
    const journals = await this.#journals();
    const names = new Set(this.sessions.all.map(({ cluster }) => cluster.name));
    const declined = this.memory.get<readonly string[]>(declinedKey, []);
    const oldest = Date.now() - offeredFor;
    const open = (await journals.list()).filter(
      ({ run, cluster, outcome, isRunning, time }) =>
        outcome === undefined &&
        !isRunning &&
        names.has(cluster) &&
        !this.#offered.has(run) &&
        !declined.includes(run) &&
        Date.parse(time) > oldest,
    );
    for (const entry of open) {
      this.#offered.add(entry.run);
      void this.#offer(entry, journals);
    }
  }

  async #offer(entry: RunEntry, journals: Journals): Promise<void> {
    const go = vscode.l10n.t('Go On with It…');
    const report = vscode.l10n.t('Show Report');
    const no = vscode.l10n.t('Not This One');
    this.log.warn(`The run ${entry.run} (${goal(entry)} on ${entry.cluster}) was interrupted.`);
    const chosen = await vscode.window.showWarningMessage(
      vscode.l10n.t(
        'The run “{0}” on {1}, begun {2} ago, was interrupted. It may hold the cluster’s lock, and a step may be half done.',
        goal(entry),
        entry.cluster,
        roughDuration(Date.now() - Date.parse(entry.time)),
      ),
      go,
      report,
      no,
    );
    try {
      if (chosen === go) await this.failover.resume(entry);
      if (chosen === report) await this.#report(entry, journals);
    } catch (error) {
      this.log.error(sentence(error, this.log));
    }
    if (chosen === no) {
      const declined = this.memory.get<readonly string[]>(declinedKey, []);
      await this.memory.update(declinedKey, [...declined, entry.run].slice(-100));
    }
  }

  async #journals(): Promise<Journals> {
    return (await this.#allJournals())[0];
  }

  /** The user's own, then the demo's while it runs. */
  async #allJournals(): Promise<readonly [Journals, ...Journals[]]> {
    const [{ Journals }, { stateFolder }] = await Promise.all([
      import('../failover/journal'),
      import('../heartbeat/state-folder'),
    ]);
    const demo = demoHome();
    return [
      new Journals(journalFolder(stateFolder(process.env))),
      ...(demo ? [new Journals(join(demo.stateFolder, 'runs'))] : []),
    ];
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}

function goal({ kind, target, to }: RunEntry): string {
  return [kind, target, to === undefined ? undefined : `to ${to}`]
    .filter((word) => word !== undefined)
    .join(' ');
}

function icon({ outcome, isRunning }: RunEntry): string {
  if (isRunning) return '$(sync)';
  if (outcome === undefined) return '$(debug-pause)';
  return outcome === 'succeeded' || outcome === 'nothing-to-do' ? '$(pass)' : '$(error)';
}
