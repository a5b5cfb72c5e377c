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

const entries = [
  { from: 'src/extension.ts', to: 'dist/extension.js', options: node },
  // Names cost a tenth; the traces that an operator sends come from the extension itself.
  { from: 'src/check-worker.ts', to: 'dist/check-worker.js', options: { ...node, keepNames: false } },
  { from: 'src/cli.ts', to: 'dist/cli.js', options: node, executable: true, demos: true },
  {
    from: 'webview/rebuild.ts',
    to: 'dist/webview/rebuild.js',
    options: { platform: 'browser', target: 'es2022', format: 'iife', keepNames: false },
    // A style sheet imported by the script is bundled by esbuild; one that only stands beside it is copied.
    beside: { from: 'webview/rebuild.css', to: 'dist/webview/rebuild.css' },
  },
];

async function settings(entry, production) {
  const source = await readFile(path.resolve(root, entry.from), 'utf8');
  const shebang = entry.executable && !source.startsWith('#!');
  return {
    absWorkingDir: root,
    entryPoints: [entry.from],
    outfile: entry.to,
    bundle: true,
    logLevel: 'warning',
    minify: production,
    sourcemap: production ? false : 'linked',
    // A stack trace in an operator's log should name our functions even in the small build.
    keepNames: production,
    ...(shebang ? { banner: { js: '#!/usr/bin/env node' } } : {}),
    ...entry.options,
    plugins: [vscodeOnce, yamlQuiet, ...(entry.demos ? [] : [withoutSimulators]), finishing(entry)],
  };
}

// Only the command line starts simulated clusters. The others never call what loads them, and need not carry them.
const withoutSimulators = {
  name: 'without-simulators',
  setup(build) {
    build.onResolve({ filter: /^\.\/simulator$/ }, () => ({ path: './simulator', external: true }));
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
  await Promise.all(present().map(async (entry) => esbuild.build(await settings(entry, production))));
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
}

function present() {
  return entries.filter((entry) => {
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
