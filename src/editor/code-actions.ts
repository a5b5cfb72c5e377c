import * as vscode from 'vscode';
import type { Finding, Fix } from '../cluster/finding';
import type { Checked } from '../rules/check';
import { fileFixes } from '../rules/file-fixes';
import { safeFixes } from '../rules/fix-all';
import { withSeverities } from '../rules/severity';
import type { Checks } from './checks';
import { commands, diagnosticSource } from './ids';
import { editorRange } from './places';
import { chosenSeverities } from './severity-setting';

/** Offers the fixes that findings carry: each by itself, and all safe ones at once. */
export class FindingFixes implements vscode.CodeActionProvider {
  static readonly fixAll = vscode.CodeActionKind.SourceFixAll.append('standby');
  static readonly kinds = [vscode.CodeActionKind.QuickFix, FindingFixes.fixAll];

  constructor(private readonly checks: Checks) {}

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const result = this.checks.get(document.uri);
    // Fixes of an older text would edit the wrong place.
    const text = document.getText();
    if (!result || result.file.text !== text) return [];
    const findings = withSeverities(result.checked.findings, chosenSeverities(document.uri));
    if (context.only?.contains(FindingFixes.fixAll)) return fixAll(document.uri, findings);
    if (context.only?.contains(vscode.CodeActionKind.QuickFix) === false) return [];
    return findings
      .filter((finding) => editorRange(finding.range).intersection(range) !== undefined)
      .flatMap((finding) => [
        ...[...finding.fixes, ...fileFixes(finding, result.checked.documents, text)].map((fix, _, all) =>
          quickFix(document.uri, finding, fix, all, context),
        ),
        ...consoleTest(document.uri, finding, result.checked.documents, context),
      ]);
  }
}

function quickFix(
  uri: vscode.Uri,
  finding: Finding,
  fix: Fix,
  all: readonly Fix[],
  context: vscode.CodeActionContext,
): vscode.CodeAction {
  const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
  action.edit = fixEdit(uri, [fix]);
  action.isPreferred = all.length === 1 && finding.fixes.includes(fix);
  action.diagnostics = diagnosticsOf(finding, context);
  return action;
}

/** What no edit settles: the consoles have to be asked. */
function consoleTest(
  uri: vscode.Uri,
  finding: Finding,
  documents: Checked['documents'],
  context: vscode.CodeActionContext,
): vscode.CodeAction[] {
  if (finding.code !== 'console-unproven' && finding.code !== 'console-contradicts') return [];
  const { line } = finding.range.start;
  const own = documents.find(({ range }) => range.start.line <= line && line <= range.end.line)?.draft.name;
  if (!own) return [];
  const title = vscode.l10n.t('Test Consoles');
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = { title, command: commands.testConsoles, arguments: [`${uri.toString()}#${own.value}`] };
  action.diagnostics = diagnosticsOf(finding, context);
  return [action];
}

function diagnosticsOf(finding: Finding, context: vscode.CodeActionContext): vscode.Diagnostic[] {
  return context.diagnostics.filter(
    (each) =>
      each.source === diagnosticSource &&
      each.message === finding.message &&
      each.range.isEqual(editorRange(finding.range)),
  );
}

function fixAll(uri: vscode.Uri, findings: readonly Finding[]): vscode.CodeAction[] {
  const safe = safeFixes(findings);
  if (safe.length === 0) return [];
  const action = new vscode.CodeAction(vscode.l10n.t('Fix all safe Standby findings'), FindingFixes.fixAll);
  action.edit = fixEdit(uri, safe);
  return [action];
}

/** The edits of fixes as one, which is undone as one. */
export function fixEdit(uri: vscode.Uri, fixes: readonly Fix[]): vscode.WorkspaceEdit {
  const workspaceEdit = new vscode.WorkspaceEdit();
  const edits = fixes
    .flatMap((fix) => fix.edits)
    .map(({ range, newText, snippet }) =>
      snippet === undefined
        ? vscode.TextEdit.replace(editorRange(range), newText)
        : vscode.SnippetTextEdit.replace(editorRange(range), new vscode.SnippetString(snippet)),
    );
  workspaceEdit.set(uri, edits);
  return workspaceEdit;
}
