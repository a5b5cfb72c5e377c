/**
 * Markdown that shows exactly this text. `MarkdownString.appendText` escapes markup but leaves what becomes a
 * link by itself (GFM 6.9: `root@host`, `www.…`, `https://…`), and a node's answer must not become a link.
 */
export function plainMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[^\p{L}\p{N} ]/gu, (character) => `&#${character.codePointAt(0) ?? 32};`);
}

/**
 * The text of a notification or a prompt without links. The editor makes one of each `[…](command:…)` in them and does
 * what it says when it is clicked, and a node's answer, a server's question, must not.
 */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
