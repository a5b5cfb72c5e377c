import { plain } from './plain';

/** A fence longer than any row of backquotes inside (CommonMark 0.31, 4.5). */
export function fenced(text: string, language = 'sh'): string {
  const content = plain(text);
  const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map(([row]) => row.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${content}\n${fence}`;
}

/** The same block as part of a list item. */
export function indented(block: string): string {
  return block.replace(/^/gm, '  ');
}

/** Text that stays text in Markdown: on one line, with everything escaped that could start markup (2.4). */
export function inline(text: string): string {
  return plain(text)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*[\]<>&]/g, '\\$&')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replace(/:\/\//g, ':\\/\\/')
    .replace(/^([#+=~|-]|\d+[.)])/, '\\$1');
}

/** The same for a cell of a table. */
export function cell(text: string): string {
  return inline(text).replaceAll('|', '\\|');
}
