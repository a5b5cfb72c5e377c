/** What a page of ours is made of; addresses as a browser takes them. */
export interface PageParts {
  readonly title: string;
  readonly script: string;
  readonly style: string;
  /** Where the style, fonts and nothing else may come from. */
  readonly source: string;
  /** Never used twice. */
  readonly nonce: string;
}

/**
 * The empty page. Its policy allows our script and our style alone; the meta `csp-nonce` is where the toolkit looks
 * for the nonce of the style elements that it adds.
 */
export function pageText({ title, script, style, source, nonce }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `style-src ${source} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    `font-src ${source}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
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
    <script nonce="${nonce}" src="${script}"></script>
  </body>
</html>`;
}
