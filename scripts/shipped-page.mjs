// README and changelog as the package ships them. The editor shows them outside of any folder and takes pictures and
// links by https alone: no relative ones, no picture within the page. Until there is a public repository, whose address
// package.json would name, relative links are therefore their words there, and pictures are left out.
import { readFile } from 'node:fs/promises';

const pictures = /^!\[[^\][]*\]\((?!https:)[^)\s]+\)\n+/gm;
const links = /(?<!!)\[([^\][]*)\]\((?!https:|mailto:|#)[^)\s]+\)/g;

/** A page without what only a checkout could show. */
export async function shippedPage(file) {
  return (await readFile(file, 'utf8')).replaceAll(pictures, '').replaceAll(links, '$1');
}
