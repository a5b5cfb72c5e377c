import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Journals, RunEntry } from '../failover/journal';
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
    const journals = await this.#journals();
    const entries = await journals.list();
    if (entries.length === 0) {
      void vscode.window.showInformationMessage(`No run has been written to ${journals.folder} yet.`);
      return;
    }
    const { outcomeWords } = await import('../failover/report');
    const now = Date.now();
    const chosen = await vscode.window.showQuickPick(
      entries.map((entry) => ({
        label: `${icon(entry)} ${goal(entry)}`,
        description: `${entry.cluster} · ${entry.isRunning ? 'running now' : outcomeWords(entry.outcome)}`,
        detail: `${roughDuration(now - Date.parse(entry.time))} ago, ${entry.time.slice(0, 19).replace('T', ' ')} UTC · run ${entry.run}`,
        entry,
      })),
      { title: 'Past Runs', placeHolder: 'Which run?', matchOnDescription: true, matchOnDetail: true },
    );
    if (chosen) await this.#act(chosen.entry, journals);
  }

  async #act(entry: RunEntry, journals: Journals): Promise<void> {
    const report = { label: '$(book) Open the report' };
    const exported = {
      label: '$(export) Export a post-mortem…',
      detail: 'A Markdown file: the timeline, the report, and room for what people add.',
    };
    const resume = {
      label: '$(debug-continue) Go on with it…',
      detail: 'The plan is computed anew; what has happened is not repeated.',
    };
    const mayResume = entry.outcome !== 'succeeded' && entry.outcome !== 'nothing-to-do' && !entry.isRunning;
    const chosen = await vscode.window.showQuickPick([report, exported, ...(mayResume ? [resume] : [])], {
      title: `${goal(entry)} on ${entry.cluster}`,
    });
    if (chosen === report) await this.#report(entry, journals);
    if (chosen === exported) await this.#export(entry, journals);
    if (chosen === resume) await this.failover.resume(entry);
  }

  async #report({ run, cluster, kind }: RunEntry, journals: Journals): Promise<void> {
    const { runReport } = await import('../failover/report');
    await this.documents.show(`Run ${kind} ${cluster} ${run}`, runReport(await journals.events(run)));
  }

  async #export({ run, cluster }: RunEntry, journals: Journals): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
    const uri = await vscode.window.showSaveDialog({
      title: 'Export a Post-Mortem',
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
    const [go, report, no] = ['Go On with It…', 'Show Report', 'Not This One'] as const;
    this.log.warn(`The run ${entry.run} (${goal(entry)} on ${entry.cluster}) was interrupted.`);
    const chosen = await vscode.window.showWarningMessage(
      `The run “${goal(entry)}” on ${entry.cluster}, begun ${roughDuration(Date.now() - Date.parse(entry.time))} ago, was interrupted. ` +
        'It may hold the cluster’s lock, and a step may be half done.',
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
    const [{ Journals }, { stateFolder }] = await Promise.all([
      import('../failover/journal'),
      import('../heartbeat/state-folder'),
    ]);
    return new Journals(journalFolder(stateFolder(process.env)));
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
