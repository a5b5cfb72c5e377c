import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../../..');

/** Every page that people read, from the root; the pages of test/ are for those who work on it. */
export const pages: readonly string[] = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...['docs', 'media', 'test/host'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && !/(^|[\\/])(node_modules|\.host)([\\/]|$)/.test(name))
      .map((name) => posix.join(folder, name.replaceAll('\\', '/'))),
  ),
].sort();

export const read = (page: string): string => readFileSync(join(root, page), 'utf8');

/** A page without its code: what is in a fence or between backticks is no link and no heading. */
export function prose(text: string): string {
  return text
    .replaceAll(/^( *)(```|~~~).*?^\1\2 *$/gms, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()#]/g, ''));
}

/** Blocks of code, with the language that their fence names. */
export function blocks(text: string): readonly { readonly language: string; readonly code: string }[] {
  return [...text.matchAll(/^( *)```([\w-]*)\n(.*?)^\1```/gms)].map(
    ([, indent = '', language = '', code = '']) => ({
      language,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}

/** What the links and pictures of a page name, as written. */
export function targets(text: string): readonly string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** The anchors of a page's headings, as code hosts and the editor's preview make them. */
export function anchors(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const found = new Set<string>();
  const bare = text.replaceAll(/^( *)(```|~~~).*?^\1\2 *$/gms, '');
  for (const [, heading = ''] of bare.matchAll(/^#+ +(.*)$/gm)) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    found.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return found;
}

/** Where a relative link leads: a path from the root, and an anchor. */
export function leadsTo(page: string, target: string): { readonly path: string; readonly anchor: string } {
  const [path = '', anchor = ''] = target.split('#');
  const full =
    path === '' ? page : posix.normalize(posix.join(dirname(page).replaceAll('\\', '/'), decodeURI(path)));
  return { path: full, anchor };
}
