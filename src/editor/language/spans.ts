import * as vscode from 'vscode';
import type { Span } from '../../cluster/language/entry';

/** A stretch of a document as the editor counts it. */
export function spanRange(document: vscode.TextDocument, { start, end }: Span): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
