import * as vscode from 'vscode';
import { historyCsv, progressMarkdown } from '../rebuild/export';
import { headline } from '../rebuild/headline';
import type { RebuildHistory } from './rebuild-history';
import type { Session } from './session';

/** Puts how far a cluster is into the clipboard, as Markdown for an incident channel. */
export async function copyProgress(
  session: Session | undefined,
  survivable: (session: Session) => number | undefined,
): Promise<void> {
  if (!session?.state) return;
  const { at, rebuild } = session.state;
  const text = progressMarkdown(
    session.cluster.name,
    at,
    headline(rebuild, survivable(session), at),
    rebuild,
  );
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Rebuild progress copied as Markdown.'), 4_000);
}

/** Saves the history of a cluster's recoveries as CSV, where a person says. */
export async function saveHistory(session: Session | undefined, history: RebuildHistory): Promise<void> {
  if (!session) return;
  const names = (session.state?.rebuild ?? []).map(({ what }) => what);
  const tracks = names.flatMap((what) => {
    const track = history.of(session.key, what);
    return track ? [[what, track] as const] : [];
  });
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `${session.cluster.name}-rebuild.csv`;
  const target = await vscode.window.showSaveDialog({
    filters: { CSV: ['csv'] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
  });
  if (target) await vscode.workspace.fs.writeFile(target, Buffer.from(historyCsv(new Map(tracks)), 'utf8'));
}
