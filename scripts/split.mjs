// Bundles the extension into a few CommonJS files that share what more than one of them needs.
//
// esbuild splits only ES modules, and gives every module that is imported on demand a file of its own, some 140. So
// what is imported on demand stands behind two gates: "clusters" (all that works on clusters) and "demo" (the
// simulated clusters). What comes out is joined into few files, which are converted and get names that last.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';

const onDemand = /(?<!typeof )\bimport\('(\.[^']+)'\)/g;

/** The gate behind which a module stands; modules are paths from the root, without their ending. */
const gateOf = (module) => (/^src\/demo\/|\/simulator$/.test(module) ? 'demo' : 'clusters');

/** A module's name within its gate. */
const nameIn = (module) => module.replace(/^src\//, '').replace(/[^a-z0-9]+/gi, '_');

const moduleOf = (root, folder, target) =>
  path.relative(root, path.resolve(folder, target)).split(path.sep).join('/');

/** Modules that the sources in these folders import on demand, by gate. */
async function modulesOnDemand(root, folders) {
  const gates = { clusters: new Set(), demo: new Set() };
  for (const folder of folders)
    for (const file of await readdir(path.join(root, folder), { recursive: true })) {
      if (!file.endsWith('.ts')) continue;
      const whole = path.join(root, folder, file);
      for (const [, target] of (await readFile(whole, 'utf8')).matchAll(onDemand)) {
        const module = moduleOf(root, path.dirname(whole), target);
        gates[gateOf(module)].add(module);
      }
    }
  return gates;
}

/** Lets every `import('./x')` of our sources go through a gate. */
const throughGates = (root, gates) => ({
  name: 'through-gates',
  setup(build) {
    build.onResolve({ filter: /^gate:/ }, ({ path: gate }) => ({ path: gate, namespace: 'gate' }));
    build.onLoad({ filter: /.*/, namespace: 'gate' }, ({ path: gate }) => ({
      resolveDir: root,
      contents: [
        ...[...gates[gate.slice('gate:'.length)]]
          .sort()
          .map((each) => `export * as ${nameIn(each)} from './${each}';`),
        // The demo runs where clusters are watched: with this the two need fewer files in common.
        ...(gate === 'gate:demo' ? ["import 'gate:clusters';"] : []),
      ].join('\n'),
    }));
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path: file }) => ({
      loader: 'ts',
      contents: (await readFile(file, 'utf8')).replace(onDemand, (_, target) => {
        const module = moduleOf(root, path.dirname(file), target);
        // It would be undefined, and only in the built extension.
        if (!gates[gateOf(module)].has(module))
          throw new Error(`${path.relative(root, file)} imports ${target} on demand; no gate is made there.`);
        return `import('gate:${gateOf(module)}').then((gate) => gate.${nameIn(module)})`;
      }),
    }));
  },
});

/** Which entries need a file that came out, by its path; those that they import on demand left out. */
function neededBy(outputs) {
  const needs = new Map();
  const follow = (file, entry) => {
    if (needs.get(file)?.has(entry)) return;
    needs.set(file, (needs.get(file) ?? new Set()).add(entry));
    for (const { path: next, kind, external } of outputs[file].imports)
      if (!external && kind === 'import-statement') follow(next, entry);
  };
  for (const [file, { entryPoint }] of Object.entries(outputs))
    if (entryPoint) follow(file, path.posix.basename(file, '.js'));
  return new Map([...needs].map(([file, entries]) => [file, [...entries].sort().join(' ')]));
}

/**
 * The file that what several entries need is joined with. Its own exports are long names, those in common are short:
 * only one of these can join a file.
 */
const joinedWith = {
  'clusters demo': 'clusters',
  'check-worker clusters demo': 'check-worker',
  'clusters demo extension': 'extension',
  'check-worker clusters demo extension': 'base',
};

/** What an entry must not load by itself: the thread has no editor, and activation waits for no library. */
const notFor = { 'check-worker': ['vscode'], extension: ['./ssh2.js', './yaml.js'] };

/**
 * Bundles the extension and the thread that checks, with what the sources in `folders` import on demand, into dist/.
 * `first` is what the first line of each file says, by name.
 */
export async function split({ root, entries, folders, first, options }) {
  const gates = await modulesOnDemand(root, folders);
  const { outputFiles, metafile } = await esbuild.build({
    ...options,
    plugins: [throughGates(root, gates), ...options.plugins],
    entryPoints: Object.entries({ ...entries, clusters: 'gate:clusters', demo: 'gate:demo' }).map(
      ([out, from]) => ({ in: from, out }),
    ),
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    write: false,
    metafile: true,
    chunkNames: 'chunk-[hash]',
    sourcemap: options.sourcemap ? 'inline' : false,
  });
  const names = new Map();
  for (const [file, by] of neededBy(metafile.outputs)) {
    const { entryPoint, imports } = metafile.outputs[file];
    for (const [entry, unwanted] of Object.entries(notFor))
      for (const { path: needed, kind } of imports)
        if (by.split(' ').includes(entry) && unwanted.includes(needed) && kind === 'import-statement')
          throw new Error(`${entry} would load ${needed}: import on demand what leads there.`);
    const name = entryPoint ? path.posix.basename(file, '.js') : joinedWith[by];
    if (!name) throw new Error(`Only ${by} need what is in ${file}, and no file is made for that.`);
    names.set(path.posix.basename(file), name);
  }
  const texts = new Map(outputFiles.map(({ path: file, text }) => [path.basename(file), text]));
  await Promise.all(
    [...new Set(names.values())].map((name) => join(root, name, names, texts, first, options)),
  );
}

/** Joins the files of one name, and converts them. */
async function join(root, name, names, texts, first, { target, minify, sourcemap, logLevel }) {
  const own = [...names].flatMap(([file, of]) => (of === name ? [file] : []));
  await esbuild.build({
    absWorkingDir: root,
    stdin: { contents: own.map((file) => `export * from './${file}';`).join('\n'), resolveDir: '/' },
    outfile: `dist/${name}.js`,
    bundle: true,
    platform: 'node',
    target,
    format: 'cjs',
    minify,
    sourcemap,
    logLevel,
    banner: { js: first[name] ?? '' },
    // As require: the loader of ES modules sees only those names of a CommonJS file that it can guess.
    supported: { 'dynamic-import': false },
    plugins: [
      {
        name: 'join',
        setup(build) {
          build.onResolve({ filter: /.*/ }, ({ path: file }) => {
            const of = names.get(path.basename(file));
            if (of === undefined) return { path: file, external: true };
            return of === name
              ? { path: path.basename(file), namespace: 'joined' }
              : { path: `./${of}.js`, external: true };
          });
          build.onLoad({ filter: /.*/, namespace: 'joined' }, ({ path: file }) => ({
            contents: texts.get(file),
            resolveDir: '/',
          }));
        },
      },
    ],
  });
}
