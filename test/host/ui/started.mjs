// `npm start` as a child: its printed address and password, and its prompt.
import path from 'node:path';
import process from 'node:process';
import { startGroup } from '../../../scripts/processes.mjs';
import { extensionFolder } from '../host.mjs';
import { openPage } from '../workbench.mjs';

/**
 * Runs scripts/start.mjs until it has printed where its workbench is, at most four minutes. `systems`: with the demo
 * clusters of these alone.
 */
export async function npmStart({ systems = [] } = {}) {
  const script = path.join(extensionFolder, 'scripts/start.mjs');
  const only = systems.flatMap((name) => ['--system', name]);
  const { child, ended, stop } = startGroup(process.execPath, [script, '--browser', '--no-open', ...only], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // It ends a host and a demo of its own first.
    graceMs: 15_000,
  });
  let output = '';
  child.stdin.on('error', () => {});
  child.stderr.on('data', (data) => (output += data));
  const found = new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`npm start printed no address within 240 s:\n${output}`)),
      240_000,
    );
    child.stdout.on('data', (data) => {
      output += data;
      const address = /open\s+(http\S+)/.exec(output)?.[1];
      const password = /password\s+(\S+)/.exec(output)?.[1];
      if (address === undefined || password === undefined) return;
      clearTimeout(timer);
      resolve({ address, password });
    });
    void ended.then(({ code }) => {
      clearTimeout(timer);
      reject(new Error(`npm start ended with exit code ${code}:\n${output}`));
    });
  });
  try {
    const { address, password } = await found;
    return {
      folder: new URL(address).searchParams.get('folder'),
      ended,
      output: () => output,
      say: (...lines) => void child.stdin.write(`${lines.join('\n')}\n`),
      stop,
      /** Opens the printed address in a new page and logs in as a person does. */
      open: (browser, size) => openPage(browser, address, { ...size, password }),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
