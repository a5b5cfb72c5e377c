import * as vscode from 'vscode';
import type { Compared, Comparisons } from './compare';
import { fixEdit } from './code-actions';
import { compatibleFixes } from './drift-fixes';
import { takeAllTitle } from './drift-words';
import { commands, driftSource } from './ids';
import { editorRange } from './places';

/** Offers to take live values over into the file: each by itself, and all at once. */
export class DriftFixes implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix];

  constructor(private readonly comparisons: Comparisons) {}

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const text = document.getText();
    // Fixes of an older text would edit the wrong place.
    return this.comparisons
      .of(document.uri)
      .filter((compared) => compared.text === text)
      .flatMap((compared) => actions(compared, range, context));
  }
}

function actions(
  { key, uri, drifts }: Compared,
  range: vscode.Range,
  context: vscode.CodeActionContext,
): vscode.CodeAction[] {
  const here = drifts.filter((drift) => editorRange(drift.range).intersection(range) !== undefined);
  if (here.length === 0) return [];
  const own = here.flatMap(({ fix, sentence, range: place }) => {
    if (!fix) return [];
    const action = quickFix(fix.title);
    action.edit = fixEdit(uri, [fix]);
    action.diagnostics = context.diagnostics.filter(
      (each) =>
        each.source === driftSource && each.message === sentence && each.range.isEqual(editorRange(place)),
    );
    action.isPreferred = here.length === 1;
    return [action];
  });
  const fixes = compatibleFixes(drifts);
  const all = quickFix(takeAllTitle(fixes.length));
  all.edit = fixEdit(uri, fixes);
  return [
    ...own,
    ...(fixes.length > 1 ? [all] : []),
    command(vscode.l10n.t('Show differences from the cluster'), commands.showDifferences, key),
    command(vscode.l10n.t('Clear the comparison'), commands.clearComparison, key),
  ];
}

function quickFix(title: string): vscode.CodeAction {
  return new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
}

function command(title: string, id: string, key: string): vscode.CodeAction {
  const action = quickFix(title);
  action.command = { title, command: id, arguments: [key] };
  return action;
}
