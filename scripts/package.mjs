#!/usr/bin/env node
// `npm run package`: writes dist/standby.vsix, or the file that --out names, and prints its size and number of files.
// Fails above 600 KB or 30 files, and when vsce warns of anything. --check only looks at one that is there.
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { shippedPage } from './shipped-page.mjs';

const root = path.dirname(import.meta.dirname);
const MOST_BYTES = 600 * 1024;
const MOST_FILES = 30;

/** What the bundles are built from, and what goes into the package as it is. */
const sources = ['src', 'webview', 'scripts', 'docs', 'media', 'schemas', 'LICENSE', '.vscodeignore'];
const optional = ['l10n', 'package.nls.json'];
const pages = ['README.md', 'CHANGELOG.md'];

/**
 * Packs the extension into the file `out`. It is built in a folder of its own: a build for production begins with an
 * empty dist/, from under whatever uses that one at the moment.
 */
export async function packageExtension(out, { quiet = false } = {}) {
  const stage = await mkdtemp(path.join(os.tmpdir(), 'standby-package-'));
  try {
    for (const name of sources) await cp(path.join(root, name), path.join(stage, name), { recursive: true });
    for (const name of optional)
      await cp(path.join(root, name), path.join(stage, name), { recursive: true }).catch((error) => {
        if (error.code !== 'ENOENT') throw error;
      });
    await symlink(path.join(root, 'node_modules'), path.join(stage, 'node_modules'), 'junction');
    await writeFile(path.join(stage, 'package.json'), await shippedManifest());
    for (const name of pages)
      await writeFile(path.join(stage, name), await shippedPage(path.join(root, name)));
    await run(stage, [path.join(stage, 'scripts/build.mjs'), '--production']);
    await run(stage, [path.join(stage, 'scripts/notices.mjs')]);
    await mkdir(path.dirname(out), { recursive: true });
    const said = await run(stage, [
      path.join(root, 'node_modules/@vscode/vsce/vsce'),
      ...packing,
      '--out',
      out,
    ]);
    if (!quiet) process.stdout.write(said);
    const warning = stripVTControlCharacters(said).match(/^.*\b(WARN|WARNING|ERROR)\b.*$/m);
    if (warning !== null) throw new Error(`vsce warns: ${warning[0].trim()}`);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

const packing = [
  'package',
  // Everything is bundled.
  '--no-dependencies',
  // There is no public repository whose address package.json could name: vsce has nothing to turn links into, and
  // asks for one. The pages that ship have no link that would need it (shipped-page.mjs, and a test of it).
  '--no-rewrite-relative-links',
  '--allow-missing-repository',
];

/** package.json without what only a checkout needs: scripts, packages, the command line. */
async function shippedManifest() {
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  for (const key of ['private', 'bin', 'scripts', 'mocha', 'devDependencies']) delete manifest[key];
  delete manifest.engines.node;
  return JSON.stringify(manifest);
}

function run(cwd, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: 300_000 });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0
        ? resolve(said)
        : reject(new Error(`${path.basename(args[0])} ended with ${code}:\n${said}`)),
    );
  });
}

/** The size of a package, and how many files its table of contents counts (two of them are made by vsce). */
export async function measure(file) {
  const { size } = await stat(file);
  const bytes = await readFile(file);
  // The end of central directory record: its signature, ten bytes before the number of entries (APPNOTE.TXT 4.3.16).
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0) throw new Error(`${file} is not a zip file`);
  return { size, files: bytes.readUInt16LE(end + 10) };
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({ options: { out: { type: 'string' }, check: { type: 'boolean' } } });
  const out = path.resolve(values.out ?? path.join(root, 'dist/standby.vsix'));
  try {
    if (!values.check) await packageExtension(out);
    const { size, files } = await measure(out);
    const figures = `${(size / 1024).toFixed(1)} KB of at most ${MOST_BYTES / 1024} KB, ${files} files of at most ${MOST_FILES}`;
    process.stdout.write(`package: ${path.relative(process.cwd(), out)}: ${figures}\n`);
    if (size > MOST_BYTES || files > MOST_FILES) throw new Error('the package is too large');
  } catch (error) {
    process.stderr.write(`package: ${error.message}\n`);
    process.exitCode = 1;
  }
}
