import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { parse } from '../../src/cluster/parse';
import type { Cluster } from '../../src/cluster/cluster';
import { compareUcarp } from '../../src/systems/moosefs/ucarp-compare';
import { ucarpScripts, startFile } from '../../src/systems/moosefs/ucarp-scripts';
import { surveyScript } from '../../src/systems/moosefs/scripts/survey';
import { moosefsSpec } from '../../src/systems/moosefs/spec';
import { readSurvey } from '../../src/systems/moosefs/survey';
import { eventually, onBed } from './suite';

onBed(
  'the generated ucarp scripts with a real ucarp',
  (bed) => {
    const masters = ['m1', 'm2', 'm3'];
    let cluster: Cluster;

    async function place(node: string): Promise<void> {
      for (const { path, mode, text } of ucarpScripts(cluster)) {
        const encoded = Buffer.from(text).toString('base64');
        await bed().sh(node, `echo ${encoded} | base64 -d >${path} && chmod ${mode} ${path}`);
      }
    }
    const endUcarp = (node: string) =>
      bed().sh(node, 'for p in $(pidof ucarp); do kill $p; done; sleep 0.5; ! pidof ucarp >/dev/null');
    const oneHolder = () =>
      eventually(60_000, async () => {
        const holders = await bed().holders();
        assert.equal(holders.length, 1, holders.join());
        return holders[0] ?? '';
      });

    it('put the address on one node, move it when its link fails, and start nothing', async function () {
      this.timeout(300_000);
      const text = await readFile(await bed().clusterFile(), 'utf8');
      const [document] = parse(text, [moosefsSpec]).documents;
      assert.ok(document?.cluster);
      cluster = document.cluster;
      for (const node of masters) await place(node);
      for (const node of [...masters].reverse()) {
        await endUcarp(node);
        await bed().sh(node, startFile);
      }
      const first = await oneHolder();
      const running = await bed().sh(first, `tr '\\0' ' ' </proc/$(pidof ucarp)/cmdline`);
      assert.match(running, /-o \/etc\/ucarp\/password -k 50 /);
      assert.ok(!running.includes((await bed().sh(first, 'cat /etc/ucarp/password')).trim()));

      await bed().cut(first, 'silent');
      const second = await eventually(60_000, async () => {
        const others = (await bed().holders()).filter((node) => node !== first);
        assert.equal(others.length, 1);
        return others[0] ?? '';
      });
      await bed().heal(first);
      await oneHolder();
      for (const node of masters.filter((each) => each !== 'm1')) {
        assert.equal(await bed().holds(node, 'pidof mfsmaster'), false, `${node} was promoted by a hook`);
      }
      assert.notEqual(second, '');
      const last = await oneHolder();
      await endUcarp(last);
      assert.equal((await bed().holders()).includes(last), false, 'vip-down did not take the address away');
      await bed().sh(last, startFile);
      await oneHolder();
    });

    it('are what the comparison finds on the nodes, and the document’s are found out', async () => {
      const survey = async (node: string) => {
        const found = cluster.nodes.find(({ name }) => name === node);
        assert.ok(found);
        return readSurvey(await bed().sh(node, surveyScript(cluster, found)));
      };
      const surveys = async () =>
        new Map(await Promise.all(masters.map(async (node) => [node, await survey(node)] as const)));
      assert.deepEqual(compareUcarp(cluster, await surveys()), []);
      await bed().sh('m3', `sed -i 's/addr del/addr add/' /usr/share/ucarp/vip-down`);
      const [found, ...rest] = compareUcarp(cluster, await surveys());
      assert.deepEqual(rest, []);
      assert.equal(found?.node, 'm3');
      assert.match(found.message, /adds the address instead of deleting it/);
    });

    it('refuse to start with a readable password, without a hook, or in another network', async () => {
      const refuses = async (before: string, why: RegExp, after: string) => {
        await bed().sh('m3', before);
        try {
          await assert.rejects(bed().sh('m3', startFile), why);
        } finally {
          await bed().sh('m3', after);
        }
      };
      await endUcarp('m3');
      const file = '/etc/ucarp/password';
      await refuses(`chmod 644 ${file}`, /readable by root only/, `chmod 600 ${file}`);
      const hook = '/usr/share/ucarp/vip-up';
      await refuses(`chmod -x ${hook}`, /not executable/, `chmod +x ${hook}`);
      const edit = (from: string, to: string) => `sed -i 's/${from}/${to}/' ${startFile}`;
      await refuses(edit('^prefix=24', 'prefix=16'), /the route here is/, edit('^prefix=16', 'prefix=24'));
      await bed().sh('m3', startFile);
    });
  },
  { masters: 3, chunkservers: 1 },
);
