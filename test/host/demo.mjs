// The demo clusters as a child process, for the UI tests, the pictures and `npm start`.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startGroup } from '../../scripts/processes.mjs';
import { extensionFolder } from './host.mjs';

const cli = path.join(extensionFolder, 'dist/cli.js');

/**
 * Starts `standby demo` and resolves once its workspace is written, within 60 s. `say(line)` types at its prompt
 * (`kill cs3`), `output()` is what it printed so far. With `prompt`, it reads this process's own input instead, and
 * `show()` passes on what it printed and prints. `systems`: the clusters of these alone, every one when empty.
 * `nodes`: that many plain nodes instead.
 */
export async function startDemo({ prompt = false, nodes, systems = ['moosefs'] } = {}) {
  const dir = await mkdtemp('/tmp/standby-demo-');
  const which =
    nodes === undefined ? systems.flatMap((name) => ['--system', name]) : ['--nodes', String(nodes)];
  const { child, ended, stop } = startGroup(process.execPath, [cli, 'demo', '--dir', dir, ...which], {
    stdio: [prompt ? 'inherit' : 'pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let shown = false;
  const collect = (data) => {
    output += data;
    if (shown) process.stdout.write(data);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  // A prompt that has gone is noticed by `ended`.
  child.stdin?.on('error', () => {});
  let over = false;
  void ended.then(() => (over = true));
  const demo = {
    dir,
    ended,
    output: () => output,
    show: () => {
      shown = true;
      process.stdout.write(output);
    },
    say: (line) => void child.stdin?.write(`${line}\n`),
    stop: async () => {
      await stop();
      await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
  const until = Date.now() + 60_000;
  while (!(await written(dir))) {
    if (over || Date.now() > until) {
      await demo.stop();
      throw new Error(
        `the demo ${over ? 'ended at once' : 'wrote no workspace within 60 s'}; it said:\n${output}`,
      );
    }
    await sleep(100);
  }
  return demo;
}

/** The names of the cluster files in a demo's workspace. */
export async function clusterFiles(dir) {
  return (await readdir(dir)).filter((name) => name.endsWith('.cluster.yaml')).sort();
}

// The servers listen before the cluster file can name their ports; the settings are the other half of the workspace.
async function written(dir) {
  const settings = await readdir(path.join(dir, '.vscode')).catch(() => []);
  return settings.includes('settings.json') && (await clusterFiles(dir)).length > 0;
}
