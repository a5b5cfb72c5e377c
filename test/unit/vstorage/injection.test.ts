import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Cluster } from '../../../src/cluster/cluster';
import { parse } from '../../../src/cluster/parse';
import { commandLine } from '../../../src/ssh/shell';
import { diskItems, targetOf } from '../../../src/systems/vstorage/plan-parts';
import { vstoragePlanners } from '../../../src/systems/vstorage/planners';
import * as actions from '../../../src/systems/vstorage/scripts/actions';
import { surveyScript } from '../../../src/systems/vstorage/scripts/survey';
import { clusterOf, demoLayout } from '../../../src/systems/vstorage/simulator-layout';
import { vstorageSpec } from '../../../src/systems/vstorage/spec';

const run = promisify(execFile);
/** Ways out of a word; `#` stands for what would be run. */
const ways = [
  '$(#)',
  '`#`',
  ';#;',
  '\n#\n',
  "';#;'",
  '";#;"',
  "'$(#)'",
  "\\';#;\\'",
  '|#',
  '&&#',
  '&#&',
  "$'\\n#'",
  ' --x #',
  '${x:-$(#)}',
];

/** Every script that takes a text from the cluster file or from an answer of the cluster, with that text in each. */
function scriptsWith(text: string): readonly string[] {
  const cluster: Cluster = { ...clusterOf(demoLayout), section: { name: text } };
  const [node] = cluster.nodes;
  assert.ok(node);
  return [
    surveyScript(cluster, node),
    actions.maintenanceScript('start', text),
    actions.releaseNodeScript(text),
    actions.releaseDiskScript(text, text),
    actions.assignDiskScript(text, text, 1),
    actions.setConfigScript(cluster, 'mds.wd.offline_tout', 1),
    actions.removeCsScript(cluster, [1025]),
    actions.makeCsScript(cluster, text, 1),
    actions.unmountScript(cluster),
  ];
}

describe('no text of a cluster file or of an answer runs anything on a vstorage node (safety 22)', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'standby-vstorage-injection-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('whatever the way out, under a real sh, and in the whole line of the login shell', async () => {
    const mark = join(folder, 'ran');
    for (const way of ways) {
      const hostile = way.replace('#', `: >${mark}`);
      for (const script of scriptsWith(hostile)) {
        // Nothing of vstorage is there, and no program that a script could wait for.
        const line = commandLine(script, 'none').replace(/PATH=\S+/, 'PATH=/nonexistent');
        await run('/bin/sh', ['-c', line.replace(/^env LC_ALL=C PATH=\S+ sh/, '/bin/sh')], {
          timeout: 5_000,
        }).catch(() => undefined);
        assert.ok(!existsSync(mark), `${JSON.stringify(hostile)} ran in:\n${script}`);
      }
    }
    // The test can fail: unquoted, it does run.
    await run('/bin/sh', ['-c', `x=$(: >${mark})`]);
    assert.ok(existsSync(mark));
  });

  it('names of nodes and clusters that are more than names are no cluster at all', () => {
    for (const name of ['a;b', '$(x)', "a'b", 'a b', '../x']) {
      const text = `cluster: c\nsystem: vstorage\nredundancy: { replicas: 2 }\nvstorage: { name: ${JSON.stringify(name)} }\nnodes: [{ name: n1, address: 10.0.0.1, roles: [mds, cs] }]`;
      assert.equal(parse(text, [vstorageSpec]).documents[0]?.cluster, undefined, name);
    }
  });

  it('a target is one of those that the planners list, and nothing else', () => {
    const cluster = clusterOf(demoLayout);
    const disks = diskItems(cluster).map(({ name }) => name);
    assert.equal(disks.length, 20);
    assert.equal(disks[0], 'vs1/vstorage/disk1');
    for (const planner of vstoragePlanners)
      for (const { name } of planner.items?.(cluster) ?? []) assert.ok(targetOf(cluster, name), name);
    for (const name of ['vs1/', 'vs1/vstorage', 'vs1/vstorage/disk1;x', 'vs11', ''])
      assert.equal(targetOf(cluster, name), undefined, name);
  });
});
