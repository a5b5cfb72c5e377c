/** What a page of ours is made of; addresses as a browser takes them. */
export interface PageParts {
  readonly title: string;
  readonly script: string;
  readonly style: string;
  /** Where the style, fonts and nothing else may come from. */
  readonly source: string;
  /** Never used twice. */
  readonly nonce: string;
  /** The editor's language, and its messages where that is not English. */
  readonly language?: string;
  readonly messages?: Readonly<Record<string, string>> | undefined;
}

/**
 * The empty page. Its policy allows our script and our style alone; the meta `csp-nonce` is where the toolkit looks
 * for the nonce of the style elements that it adds.
 */
export function pageText(parts: PageParts): string {
  const { title, script, style, source, nonce, language = 'en', messages = {} } = parts;
  // Data, which no policy has to allow; it must not end its element.
  const data = JSON.stringify(messages).replaceAll('<', '\\u003c');
  const policy = [
    "default-src 'none'",
    `style-src ${source} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    `font-src ${source}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta property="csp-nonce" content="${nonce}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="stylesheet" href="${style}">
  </head>
  <body>
    <main id="page"></main>
    <script type="application/json" id="messages">${data}</script>
    <script nonce="${nonce}" src="${script}"></script>
  </body>
</html>`;
}
