import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageText } from './page-text';

/** Where the page's script and style lie. */
export function pageFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

/** The page of the rebuild panel before its first snapshot. */
export function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const file = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(pageFolder(extensionUri), name)).toString();
  return pageText({
    title: vscode.l10n.t('Rebuild Progress'),
    script: file('rebuild.js'),
    style: file('rebuild.css'),
    source: webview.cspSource,
    nonce: randomBytes(18).toString('base64url'),
    language: vscode.env.language,
    messages: vscode.l10n.bundle,
  });
}
