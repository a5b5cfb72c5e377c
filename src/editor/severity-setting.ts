import * as vscode from 'vscode';
import { severityChoices, type SeverityChoices } from '../rules/severity';
import { settings } from './ids';

/** The severities that the setting gives to codes, for a file: a folder may have its own. */
export function chosenSeverities(uri: vscode.Uri): SeverityChoices {
  return severityChoices(vscode.workspace.getConfiguration(undefined, uri).get(settings.rulesSeverity));
}

/** Calls back when the severities were changed. */
export function onDidChangeSeverities(callback: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration(settings.rulesSeverity)) callback();
  });
}
