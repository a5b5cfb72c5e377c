import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

/**
 * Runs the suite inside an extension host: called by VS Code for `extensionTestsPath`, in the browser-based host
 * and by @vscode/test-electron alike. Writes its result to the file named by STANDBY_TEST_RESULT and throws when
 * a test failed.
 */
export async function run(): Promise<void> {
  const output: string[] = [];
  const print = (...words: unknown[]) => void output.push(format(...words));
  // An extension host's own console ends in its log, out of the runner's sight.
  Mocha.reporters.Base.consoleLog = print;

  const grep = process.env.STANDBY_TEST_GREP;
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 120_000,
    color: false,
    reporter: 'spec',
    ...(grep ? { grep } : {}),
  });
  // By name: what opens connections (settings, simulated) comes after what asserts that there are none.
  for (const file of readdirSync(__dirname).sort()) {
    if (file.endsWith('.test.js')) mocha.addFile(path.join(__dirname, file));
  }
  const stats = { passes: 0, failures: 0, pending: 0 };
  const failed: { title: string; why: string }[] = [];
  const result = process.env.STANDBY_TEST_RESULT;
  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      // Should the suite not end, the runner says where it stood.
      .on('test', (test) => {
        if (result)
          writeFileSync(`${result}.running`, [...output, `running: ${test.fullTitle()}`].join('\n'));
      })
      .on('pass', () => (stats.passes += 1))
      .on('fail', (test, error: unknown) => {
        stats.failures += 1;
        failed.push({ title: test.fullTitle(), why: error instanceof Error ? error.message : String(error) });
      })
      .on('pending', () => (stats.pending += 1));
  });
  if (result) writeFileSync(result, JSON.stringify({ stats, failed, output }));
  if (failures > 0) throw new Error(`${failures} failed`);
}
