#!/usr/bin/env node
// Writes dist/third-party.txt: the licences of the packages that the bundles hold. What ships has no dependencies.
import './node-version.mjs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';

const root = path.dirname(import.meta.dirname);

/** What src/ and webview/ import from packages; these bring the others. */
export const bundled = ['@vscode/webview-ui-toolkit', 'sax', 'ssh2', 'yaml'];

/** The text of the notices: each package with its version, its licence and the words of that. */
export async function notices() {
  const found = new Map();
  for (const name of bundled) await collect(name, path.join(root, 'package.json'), found);
  const packages = [...found.values()].sort((a, b) => (a.title < b.title ? -1 : 1));
  return `Standby's files hold these packages, in whole or in part.\n${packages
    .map(({ title, text }) => `\n${'-'.repeat(78)}\n${title}\n\n${text.trim()}\n`)
    .join('')}`;
}

async function collect(name, from, found) {
  const manifestFile = resolveManifest(name, from);
  if (found.has(manifestFile)) return;
  const folder = path.dirname(manifestFile);
  const { version, license, licenses, dependencies = {} } = JSON.parse(await readFile(manifestFile, 'utf8'));
  const words = license ?? licenses?.map(({ type }) => type).join(', ');
  const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
  if (words === undefined && file === undefined) throw new Error(`${name} names no licence`);
  found.set(manifestFile, {
    title: `${name} ${version} (${words})`,
    text: file === undefined ? '' : await readFile(path.join(folder, file), 'utf8'),
  });
  for (const each of Object.keys(dependencies)) await collect(each, manifestFile, found);
}

/** The package.json of a package as Node finds it; packages with `exports` do not lend theirs to `require`. */
function resolveManifest(name, from) {
  const places = createRequire(from).resolve.paths(name) ?? [];
  const files = places.map((place) => path.join(place, name, 'package.json'));
  const require = createRequire(import.meta.url);
  const file = files.find((each) => {
    try {
      return require.resolve(each) !== undefined;
    } catch {
      return false;
    }
  });
  if (file === undefined) throw new Error(`${name} is not installed`);
  return file;
}

async function writeNotices() {
  await mkdir(path.join(root, 'dist'), { recursive: true });
  await writeFile(path.join(root, 'dist/third-party.txt'), await notices());
}

if (import.meta.filename === process.argv[1]) void writeNotices();
