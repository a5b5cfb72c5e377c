#!/usr/bin/env node
// Bundles the extension, the command line and the webview into dist/, and the pages of the rules into one.
// Options: --watch (rebuild on change), --production (minified, no source maps).
import './node-version.mjs';
import { chmod, copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import * as esbuild from 'esbuild';
import { writeRulesPage } from './rules-page.mjs';
import { split } from './split.mjs';

const root = path.dirname(import.meta.dirname);

// ssh2 tries these natives and falls back to JavaScript when they are missing.
const natives = ['cpu-features', '*.node'];

const node = {
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode', ...natives],
  // Packages with a browser build first would drop Node's parts; with an ESM build first they tree-shake.
  mainFields: ['module', 'main'],
};

// Files of their own beside the extension: the SSH library is loaded with the first connection, the YAML parser with
// the first cluster file.
const libraries = ['ssh2', 'yaml'];

// What shares no module of ours with another: each is bundled by itself.
const entries = [
  { from: 'src/cli.ts', to: 'dist/cli.js', options: node, executable: true },
  // With the names of their classes: ssh2 asks `constructor.name === 'Session'` when a connection ends.
  ...libraries.map((name) => ({ from: name, to: `dist/${name}.js`, options: node })),
  {
    from: 'webview/rebuild.ts',
    to: 'dist/webview/rebuild.js',
    options: { platform: 'browser', target: 'es2022', format: 'iife', keepNames: false },
    // A style sheet imported by the script is bundled by esbuild; one that only stands beside it is copied.
    beside: { from: 'webview/rebuild.css', to: 'dist/webview/rebuild.css' },
  },
];

// What shares its modules: see split.mjs.
const parts = { extension: 'src/extension.ts', 'check-worker': 'src/check-worker.ts' };

async function settings(entry, production) {
  const isOurs = entry.from.includes('/');
  const source = isOurs ? await readFile(path.resolve(root, entry.from), 'utf8') : '';
  const shebang = entry.executable && !source.startsWith('#!');
  return {
    entryPoints: [entry.from],
    outfile: entry.to,
    bundle: true,
    ...(shebang ? { banner: { js: '#!/usr/bin/env node' } } : {}),
    ...common(production),
    ...entry.options,
    plugins: [...plugins, finishing(entry)],
  };
}

function common(production) {
  return {
    absWorkingDir: root,
    logLevel: 'warning',
    minify: production,
    sourcemap: production ? false : 'linked',
    // A stack trace in an operator's log should name our functions even in the small build.
    keepNames: production,
  };
}

function splitParts(production) {
  const { format: _, ...options } = node;
  return split({
    root,
    entries: parts,
    folders: ['src/editor', 'src/systems'],
    // Loading the files in common belongs to activation: its clock starts before they are read.
    first: { extension: 'globalThis.standbyBegan=[performance.now(),process.cpuUsage()];' },
    options: {
      ...common(production),
      ...options,
      external: [...node.external, ...libraries.map((name) => `./${name}.js`)],
      plugins: [librariesApart, ...plugins],
    },
  });
}

const librariesApart = {
  name: 'libraries-apart',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(${libraries.join('|')})$`) }, ({ path: name }) => ({
      path: `./${name}.js`,
      external: true,
    }));
  },
};

// Two parts of ssh2 are carried by nobody: SFTP, which we never open, and a SHA-512 in JavaScript for passphrases of
// keys, which Node has itself.
const ssh2Lean = {
  name: 'ssh2-lean',
  setup(build) {
    build.onLoad({ filter: /[\\/]ssh2[\\/]lib[\\/]protocol[\\/]SFTP\.js$/ }, () => ({
      contents: `
        class SFTP { constructor() { throw new Error('SFTP is not part of this build.'); } }
        module.exports = { SFTP, flagsToString() {}, OPEN_MODE: {}, STATUS_CODE: {}, stringToFlags() {} };`,
    }));
    build.onLoad({ filter: /[\\/]tweetnacl[\\/]nacl-fast\.js$/ }, () => ({
      contents: `
        const { createHash } = require('node:crypto');
        module.exports = { lowlevel: { crypto_hash(out, data, length) {
          out.set(createHash('sha512').update(data.subarray(0, length)).digest());
          return 0;
        } } };`,
    }));
  },
};

// esbuild gives each module that imports an external one a copy of it, property by property. With some 25 modules
// and 300 properties that was two thirds of the activation time, so all share the one copy of a virtual module.
const vscodeOnce = {
  name: 'vscode-once',
  setup(build) {
    build.onResolve({ filter: /^vscode$/ }, ({ namespace }) =>
      namespace === 'vscode-once'
        ? { path: 'vscode', external: true }
        : { path: 'vscode', namespace: 'vscode-once' },
    );
    build.onLoad({ filter: /.*/, namespace: 'vscode-once' }, () => ({ contents: `export * from 'vscode';` }));
  },
};

// The YAML parser looks into the environment at every token, to see whether it shall print it. That was a tenth of
// its time.
const yamlQuiet = {
  name: 'yaml-quiet',
  setup(build) {
    build.onLoad({ filter: /[\\/]yaml[\\/]dist[\\/]parse[\\/]parser\.js$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')).replaceAll('node_process.env.LOG_TOKENS', 'false'),
    }));
  },
};

const plugins = [vscodeOnce, yamlQuiet, ssh2Lean];

function finishing({ executable, to, beside }) {
  return {
    name: 'finishing',
    setup(build) {
      build.initialOptions.metafile = true;
      build.onEnd(async ({ errors, metafile }) => {
        if (errors.length > 0) return;
        if (executable) await chmod(path.join(root, to), 0o755);
        if (!beside || !existsSync(path.join(root, beside.from))) return;
        if (metafile.outputs[beside.to] === undefined) {
          await copyFile(path.join(root, beside.from), path.join(root, beside.to));
        }
      });
    },
  };
}

/** Builds all bundles once; throws when one has an error (esbuild has printed it by then). */
export async function build({ production = false } = {}) {
  if (production) await rm(path.join(root, 'dist'), { recursive: true, force: true });
  await mkdir(path.join(root, 'dist'), { recursive: true });
  await writeRulesPage(root);
  await Promise.all([
    ...present().map(async (entry) => esbuild.build(await settings(entry, production))),
    splitParts(production),
  ]);
}

/** Bundles one script for Node as the product is bundled; for benchmarks of it. */
export async function bundle(from, to) {
  await esbuild.build({
    ...(await settings({ from, to, options: node }, true)),
    nodePaths: [path.join(root, 'node_modules')],
  });
}

async function watch() {
  for (const entry of present()) {
    const context = await esbuild.context({ ...(await settings(entry, false)), logLevel: 'info' });
    await context.watch();
  }
  // This build only knows when something has changed: it writes nothing.
  const context = await esbuild.context({
    ...common(false),
    ...node,
    entryPoints: Object.values(parts),
    outdir: 'dist',
    bundle: true,
    write: false,
    plugins: [...plugins, { name: 'again', setup: ({ onEnd }) => onEnd(() => splitParts(false)) }],
  });
  await context.watch();
}

function present() {
  return entries.filter((entry) => {
    if (!entry.from.includes('/')) return true;
    const exists = existsSync(path.join(root, entry.from));
    if (!exists) process.stderr.write(`build: ${entry.from} does not exist yet, skipped\n`);
    return exists;
  });
}

if (import.meta.filename === process.argv[1]) {
  const started = performance.now();
  try {
    if (process.argv.includes('--watch')) await watch();
    else {
      await build({ production: process.argv.includes('--production') });
      process.stderr.write(`build: dist/ in ${Math.round(performance.now() - started)} ms\n`);
    }
  } catch (error) {
    // esbuild has shown its own errors with their places already.
    if (!Array.isArray(error?.errors)) process.stderr.write(`build: ${error?.stack ?? error}\n`);
    process.exitCode = 1;
  }
}
