import assert from 'node:assert/strict';
import { manifestTexts, rawManifest } from './translated-manifest';

/** What the editor shows of package.json (its schema for `contributes`, and the reasons under `capabilities`). */
const shown = new Set([
  'title',
  'shortTitle',
  'category',
  'description',
  'markdownDescription',
  'deprecationMessage',
  'markdownDeprecationMessage',
  'enumDescriptions',
  'markdownEnumDescriptions',
  'enumItemLabels',
  'contextualTitle',
  'patternErrorMessage',
  'contents',
  'altText',
]);

interface Text {
  readonly path: string;
  readonly text: string;
}

/** All strings below `value` that a person gets to read. */
function texts(value: unknown, path: string, isShown = false): Text[] {
  if (typeof value === 'string') return isShown ? [{ path, text: value }] : [];
  if (Array.isArray(value)) return value.flatMap((child, i) => texts(child, `${path}[${i}]`, isShown));
  if (typeof value !== 'object' || value === null) return [];
  const isView = 'id' in value && 'name' in value;
  return Object.entries(value).flatMap(([key, child]) =>
    texts(child, `${path}.${key}`, shown.has(key) || (isView && key === 'name')),
  );
}

const { description, capabilities, contributes } = rawManifest as Record<string, unknown>;
const found = texts({ description, capabilities, contributes }, '');

describe('The texts of package.json', () => {
  it('are all keys of package.nls.json', () => {
    assert.ok(found.length > 30, 'hardly any text was found: is the walk broken?');
    assert.deepEqual(
      found.filter(({ text }) => !/^%[\w.-]+%$/.test(text)),
      [],
    );
  });

  it('have a text for each key, and no text that nothing uses', () => {
    const used = [...new Set(JSON.stringify(rawManifest).match(/(?<=")%[^"%]+%(?=")/g))].map((key) =>
      key.slice(1, -1),
    );
    assert.deepEqual(used.sort(), Object.keys(manifestTexts).sort());
    for (const [key, text] of Object.entries(manifestTexts)) assert.notEqual(text.trim(), '', key);
  });
});
