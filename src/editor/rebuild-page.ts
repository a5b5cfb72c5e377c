import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** Where the page's script and style lie. */
export function pageFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

/**
 * The empty page. Its policy allows our script and our style alone; the meta `csp-nonce` is where the
 * toolkit looks for the nonce of the style elements that it adds.
 */
export function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const nonce = randomBytes(18).toString('base64url');
  const file = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(pageFolder(extensionUri), name)).toString();
  const policy = [
    "default-src 'none'",
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta property="csp-nonce" content="${nonce}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Rebuild Progress</title>
    <link rel="stylesheet" href="${file('rebuild.css')}">
  </head>
  <body>
    <main id="page"></main>
    <script nonce="${nonce}" src="${file('rebuild.js')}"></script>
  </body>
</html>`;
}
