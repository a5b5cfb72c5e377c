// Joins the pages of docs/rules/ into the one page that ships with the extension: 50 files less in the package.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** All pages, one after the other by code; headings stay as they are, so that a code is found by its own. */
export async function rulesPage(root) {
  const folder = path.join(root, 'docs', 'rules');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md') && name !== 'README.md').sort();
  const pages = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  return pages.join('\n');
}

export async function writeRulesPage(root) {
  await writeFile(path.join(root, 'dist', 'rules.md'), await rulesPage(root));
}
