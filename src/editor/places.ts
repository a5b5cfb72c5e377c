import * as vscode from 'vscode';
import type { Range } from '../cluster/place';

/** The same place for the editor; both count from 0 in UTF-16 units. */
export function editorRange(range: Range): vscode.Range {
  return new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
}
