// The main job as a person does it, in one workbench that `npm start` opened on the demo cluster. The tests build
// on each other: the cluster that lost a chunkserver is the one whose master dies then.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { clusterFiles } from '../demo.mjs';
import { launchBrowser, themes } from '../workbench.mjs';
import { answer, answerPicks, until } from './run-in-terminal.mjs';
import { npmStart } from './started.mjs';

describe('the main job on the demo cluster', function () {
  this.timeout(480_000);
  this.bail(true);

  let started;
  let browser;
  let workbench;

  before(async () => {
    started = await npmStart({ systems: ['moosefs'] });
    // A terminal drawn by WebGL has no text that a test could read.
    const settings = path.join(started.folder, '.vscode/settings.json');
    const demo = JSON.parse(await readFile(settings, 'utf8'));
    await writeFile(settings, JSON.stringify({ ...demo, 'terminal.integrated.gpuAcceleration': 'off' }));
    browser = await launchBrowser();
    workbench = await started.open(browser, { width: 1400, height: 900 });
  });

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed' || workbench === undefined) return;
    await workbench.picture('failed').catch(() => {});
    console.log(
      `      the window when it failed: screenshots/failed.png; npm start said:\n${started.output()}`,
    );
  });

  after(async () => {
    await browser?.close();
    await started?.stop();
  });

  it('shows nine nodes, all active', async () => {
    const began = performance.now();
    await workbench.openContainer('Standby');
    await until('nine nodes are active', 120_000, async () => {
      const nodes = await nodesInTree();
      return nodes.size === 9 && [...nodes.values()].every(({ liveness }) => liveness === 'active');
    });
    console.log(`      nine active nodes ${seconds(began)} s after the workbench stood`);
    // A second round of questions goes to active nodes: which of them is the master comes a little later.
    await until(
      'one of them is the master',
      120_000,
      async () => primaryOf(await nodesInTree()).length === 1,
    );
    await inEveryTheme('tree');
  });

  it('underlines a mistake in a cluster file and says what it is', async () => {
    const [file] = await clusterFiles(started.folder);
    const broken = path.join(started.folder, 'broken.cluster.yaml');
    await writeFile(
      broken,
      'cluster: broken\nsystem: moosefs\nnodes:\n  - name: m1\n    roles: [mastre]\n    adress: 192.0.2.1\n',
    );
    try {
      await workbench.openFile('broken.cluster.yaml');
      const text = await workbench.hoverSquiggle('error');
      assert.match(text, /standby/i, `the hover does not come from Standby: ${text}`);
      await inEveryTheme('squiggle', () => workbench.hoverSquiggle('error'));
    } finally {
      await workbench.command('View: Close All Editors');
      await rm(broken);
    }
    await workbench.openFile(file);
  });

  it('shows a chunkserver that died, and the rebuild that follows', async () => {
    await workbench.command('Standby: Show Rebuild Progress');
    const panel = workbench.webview();
    await panel.getByText('All nodes are active').waitFor();
    started.say('kill cs3');
    await until('cs3 is silent', 120_000, async () => {
      return ['inactive', 'offline'].includes((await nodesInTree()).get('cs3')?.liveness);
    });
    await panel.getByText(/Not active: .*cs3/).waitFor();
    const readings = new Set();
    await until('the number of remaining chunks has changed twice', 120_000, async () => {
      const remaining = /Remaining\s+([\d.,\s]*\d)/.exec(await panel.innerText())?.[1];
      if (remaining !== undefined) readings.add(remaining);
      return readings.size >= 3;
    });
    console.log(`      remaining: ${[...readings].join(' → ')}`);
    await inEveryTheme('panel');
  });

  it('has the tree and the panel again after the window was reloaded', async () => {
    await workbench.reload();
    await workbench
      .webview()
      .getByText(/cs3 (inactive|offline)/)
      .waitFor();
    await until('the tree shows nine nodes again', 120_000, async () => {
      // VS Code shows the Explorer meanwhile: the container exists only once Standby has found a cluster file.
      await workbench.openContainer('Standby');
      return (await nodesInTree()).size === 9;
    });
  });

  it('fails over to another master, step by step in the terminal', async () => {
    const [old] = primaryOf(await nodesInTree());
    started.say(`kill ${old}`);
    await until(`${old} is silent`, 120_000, async () => {
      return ['inactive', 'offline'].includes((await nodesInTree()).get(old)?.liveness);
    });
    await workbench.command('Standby: Fail Over…');
    let pictured = false;
    let said = '';
    await until('the run is done', 300_000, async () => {
      await answerPicks(workbench);
      const text = await workbench.terminalText();
      if (text !== said) {
        said = text;
        return false;
      }
      if (text !== '') {
        if (!pictured && /^\s*2 of \d+/m.test(text)) {
          pictured = true;
          await inEveryTheme('terminal');
        }
        await answer(workbench, text);
      }
      return /^\s*Done\./m.test(text);
    });
    assert.ok(pictured, 'the terminal was never seen in mid-run');
    await until('another node alone is the master', 120_000, async () => {
      const masters = primaryOf(await nodesInTree());
      return masters.length === 1 && masters[0] !== old;
    });
    console.log(`      ${old} was the master, ${primaryOf(await nodesInTree()).join()} is`);
    await inEveryTheme('failed-over');
    await workbench.resize(700, 900);
    await workbench.picture('narrow');
  });

  /** The nodes that the tree shows, by name: a node with two roles has two rows of the same words. */
  async function nodesInTree() {
    const names = await workbench
      .rows('Clusters', /^node /)
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));
    const nodes = new Map();
    for (const spoken of names) {
      const [, name, primary, liveness] =
        /^node (\S+),(?: was primary,)?( primary,)? (\S+)/.exec(spoken) ?? [];
      if (name !== undefined) nodes.set(name, { liveness, primary: primary !== undefined });
    }
    return nodes;
  }

  function primaryOf(nodes) {
    return [...nodes]
      .filter(([, { primary, liveness }]) => primary && liveness === 'active')
      .map(([name]) => name);
  }

  async function inEveryTheme(name, again = () => {}) {
    for (const theme of themes) {
      await workbench.theme(theme);
      await again();
      await workbench.picture(`${name}-${theme.suffix}`);
    }
  }
});

function seconds(since) {
  return ((performance.now() - since) / 1000).toFixed(1);
}
