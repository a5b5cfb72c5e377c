import { readFileSync } from 'node:fs';

const root = new URL('../../../', import.meta.url);

/** package.json as it stands, with its `%keys%` in place of texts. */
export const rawManifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as unknown;

/** The texts of package.json in English, by their keys. */
export const manifestTexts = JSON.parse(readFileSync(new URL('package.nls.json', root), 'utf8')) as Record<
  string,
  string
>;

/** package.json as an editor in English shows it: with the text for each `%key%` that has one. */
export const translatedManifest = translated(rawManifest);

function translated(value: unknown): unknown {
  if (typeof value === 'string') {
    const key = /^%(.+)%$/.exec(value)?.[1];
    return key === undefined ? value : (manifestTexts[key] ?? value);
  }
  if (Array.isArray(value)) return value.map(translated);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, translated(child)]));
}
