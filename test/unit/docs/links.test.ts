import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { anchors, leadsTo, pages, read, root, targets } from './pages';

const isOutside = (target: string) => /^[a-z][a-z+.-]*:/i.test(target);

describe('The links of the pages', () => {
  it('are found, among them one to a heading', () => {
    const all = pages.flatMap((page) => targets(read(page)));
    assert.ok(pages.length > 60, `only ${pages.length} pages`);
    assert.ok(all.length > 120, `only ${all.length} links`);
    assert.ok(all.some((target) => target.includes('.md#')));
  });

  it('lead to files that exist, and to headings in them', () => {
    const broken = pages.flatMap((page) =>
      targets(read(page))
        .filter((target) => !isOutside(target))
        .filter((target) => {
          const { path, anchor } = leadsTo(page, target);
          if (!existsSync(join(root, path))) return true;
          return anchor !== '' && path.endsWith('.md') && !anchors(read(path)).has(anchor);
        })
        .map((target) => `${page}: ${target}`),
    );
    assert.deepEqual(broken, []);
  });

  it('lead out of the project by https alone', () => {
    const outside = pages.flatMap((page) => targets(read(page)).filter(isOutside));
    assert.deepEqual(
      outside.filter((target) => !/^(https:\/\/|command:)/.test(target)),
      [],
    );
  });

  it('lead to every page of docs/ from its index or from a page that the index names', () => {
    const named = (from: readonly string[]) =>
      from.flatMap((page) =>
        targets(read(page))
          .filter((target) => !isOutside(target))
          .map((target) => leadsTo(page, target).path),
      );
    const first = named(['docs/README.md', 'docs/rules/README.md']);
    const reached = new Set([
      ...first,
      'docs/README.md',
      ...named(first.filter((page) => page.endsWith('.md'))),
    ]);
    assert.deepEqual(
      pages.filter((page) => page.startsWith('docs/') && !reached.has(page)),
      [],
    );
  });

  it('show every picture that is taken for them', () => {
    const shown = new Set(
      pages.flatMap((page) => targets(read(page)).map((target) => leadsTo(page, target).path)),
    );
    const taken = readdirSync(join(root, 'media/pictures')).map((name) => `media/pictures/${name}`);
    assert.ok(taken.length > 0);
    assert.deepEqual(
      taken.filter((path) => !shown.has(path)),
      [],
    );
  });
});
