// README and changelog as the package ships them. The editor shows them outside of any folder: there a relative
// picture stays empty and a relative link does nothing.
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const links = /(?<!!)\[([^\][]*)\]\((?!https:|mailto:|#)[^)\s]+\)/g;
const pictures = /!\[([^\][]*)\]\((?!https:)([^)\s]+)\)/g;

/** A page whose first picture lies in the page itself, and whose relative links and other pictures are their words. */
export async function shippedPage(file) {
  const text = await readFile(file, 'utf8');
  const [first] = [...text.matchAll(pictures)].map(([, , target]) => target);
  const inside = first === undefined ? '' : await readFile(path.join(path.dirname(file), first), 'base64');
  return text
    .replaceAll(pictures, (_, words, target) =>
      target === first ? `![${words}](data:image/png;base64,${inside})` : '',
    )
    .replaceAll(links, '$1');
}
