import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { rulesPage } from '../../../scripts/rules-page.mjs';
import { ruleLines } from '../../../src/editor/rule-lines';
import { check } from '../../../src/rules/check';
import { ruleCodes } from '../../../src/rules/codes';
import { systems } from '../../../src/systems/index';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const files = (folder: string) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(`${folder}/${name}`));
const sources = ['src/rules', 'src/cluster', 'src/systems']
  .flatMap(files)
  .filter((text) => !text.includes('export const ruleCodes'));

/** Codes as sources write them: as an argument of `finding(`, `report.add(` and the like, or as `code:`. */
const written = new Set(
  sources.flatMap((text) =>
    [...text.matchAll(/(?:\bfinding\(|report(?:er)?\.(?:at|add)\(|\bcode:)\s*'([a-z]+(?:-[a-z]+)*)'/g)].map(
      ([, code]) => code ?? '',
    ),
  ),
);

describe('The pages of the rules', () => {
  const pages = readdirSync(new URL('docs/rules', root)).filter((name) => name !== 'README.md');
  const live = (page: string) => /^_[^_]*live\._/m.test(page);

  it('the list of codes has every code that the sources can report, and no other', () => {
    assert.ok(written.size >= 40, `only ${written.size} codes were found in the sources`);
    const known: readonly string[] = ruleCodes;
    assert.deepEqual(
      [...written].filter((code) => !known.includes(code)),
      [],
    );
    assert.deepEqual(
      ruleCodes.filter((code) => !sources.some((text) => text.includes(`'${code}'`))),
      [],
    );
  });

  it('every code has its page and its row in the index, and no page lacks its code', () => {
    assert.deepEqual(pages.sort(), ruleCodes.map((code) => `${code}.md`).sort());
    assert.deepEqual(
      [...read('docs/rules/README.md').matchAll(/^\| \[`([a-z-]+)`\]\(\1\.md\)/gm)].map(([, code]) => code),
      [...ruleCodes],
    );
  });

  it('each says what, why, and how to fix it', () => {
    for (const code of ruleCodes) {
      const headings = [...read(`docs/rules/${code}.md`).matchAll(/^#+ .*$/gm)].map(([line]) => line);
      assert.deepEqual(headings, [`# \`${code}\``, '## Why', '## Example', '## How to fix'], code);
    }
  });

  it('each example has the finding, with a severity that the page names', () => {
    for (const code of ruleCodes) {
      const page = read(`docs/rules/${code}.md`);
      if (live(page)) continue;
      const example = /^```yaml\n(.*?)^```$/ms.exec(page)?.[1] ?? '';
      const found = check(example, systems).findings.find((one) => one.code === code);
      assert.ok(found, `the example of ${code} has no such finding`);
      const severities = (/^_([^_]*)\._/m.exec(page)?.[1] ?? '').toLowerCase();
      assert.ok(severities.includes(found.severity), `${code} is ${found.severity}, not ${severities}`);
    }
  });

  it('every code has a test with its exact place: first and last column, in what a test asserts', () => {
    // Comments and names of tests do not count: only a string of its own in an assertion or a table of them.
    const strings = files('test/unit').flatMap((text) => [
      ...text
        .replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, '')
        .matchAll(/(['"`])((?:\d+:\d+-\d+:\d+) [a-z$\{]+[^'"`]*)\1/g),
    ]);
    const asserted = new Set(strings.map(([, , place = '']) => /([a-z-]+)$/.exec(place)?.[1] ?? ''));
    assert.deepEqual(
      ruleCodes.filter((code) => !asserted.has(code)),
      [],
    );
  });

  it('ship as one page that has a heading for every code', async () => {
    const lines = ruleLines(await rulesPage(new URL('.', root).pathname));
    assert.deepEqual([...lines.keys()].sort(), [...ruleCodes].sort());
    assert.match(read('.vscodeignore'), /^!dist\/rules\.md$/m);
  });
});
