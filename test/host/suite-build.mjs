// Bundles the suite for the extension host into out/test/suite/, each test file for itself.
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';

const root = path.join(import.meta.dirname, '../..');

/** The path that `extensionTestsPath` names. */
export const suiteEntry = path.join(root, 'out/test/suite/index');

/** Builds the suite; throws when it does not build. */
export async function buildSuite() {
  const folder = path.join(import.meta.dirname, 'suite');
  const outdir = path.dirname(suiteEntry);
  await rm(outdir, { recursive: true, force: true });
  const files = (await readdir(folder)).filter((file) => file === 'index.ts' || file.endsWith('.test.ts'));
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: files.map((file) => path.join(folder, file)),
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    logLevel: 'warning',
    mainFields: ['module', 'main'],
    external: ['vscode', 'mocha', 'cpu-features', '*.node'],
  });
}
