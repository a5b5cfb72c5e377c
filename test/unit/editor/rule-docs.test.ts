import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { ruleLines } from '../../../src/editor/rule-lines';

const root = new URL('../../../', import.meta.url);

/** Codes as sources write them: as an argument of `finding(`, `.report(` and the like, or as `code:`. */
function codesIn(folder: string): string[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(`${folder}/${name}`, root), 'utf8'))
    .flatMap((text) =>
      [...text.matchAll(/(?:finding\(|code:)\s*'([a-z]+(?:-[a-z]+)+)'/g)].map(([, code]) => code ?? ''),
    );
}

describe('The page of rules that findings link to', () => {
  const explained = ruleLines(readFileSync(new URL('docs/rules.md', root), 'utf8'));

  it('explains every code that a rule can report', () => {
    const codes = new Set([...codesIn('src/rules'), ...codesIn('src/cluster')]);
    assert.ok(codes.size >= 10, `only ${codes.size} codes were found in the sources`);
    assert.deepEqual(
      [...codes].filter((code) => !explained.has(code)),
      [],
    );
  });

  it('comes with the extension', () => {
    assert.match(readFileSync(new URL('.vscodeignore', root), 'utf8'), /^!docs\/rules\.md$/m);
  });
});
