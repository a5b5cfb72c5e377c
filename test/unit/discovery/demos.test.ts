import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../../src/cluster/cluster';
import { parse } from '../../../src/cluster/parse';
import { startDemo, type Demo } from '../../../src/demo/server';
import { clusterToAsk } from '../../../src/discovery/address';
import { compare } from '../../../src/discovery/compare';
import { discover } from '../../../src/discovery/discover';
import type { Discovery } from '../../../src/discovery/discovery';
import type { Drift } from '../../../src/discovery/drift';
import { check } from '../../../src/rules/check';
import { openConnections } from '../../../src/ssh/connections';
import { systems } from '../../../src/systems/index';
import type { System } from '../../../src/systems/system';

const timeoutMs = 60_000;

for (const system of systems) {
  const { spec, discovery: discoverer, simulator } = system;
  if (!discoverer || !simulator) continue;
  describe(`discovery of the demo of ${spec.title}`, function () {
    this.timeout(120_000);
    let demo: Demo;
    let dir: string;
    let declared: { text: string; cluster: Cluster };
    let found: Discovery;
    before(async () => {
      dir = await mkdtemp(join(tmpdir(), 'standby-discover-'));
      const Simulator = await simulator();
      demo = await startDemo([new Simulator()], { dir, tickMs: 0 });
      const text = demo.simulators[0]?.clusterFile(demo.place) ?? '';
      declared = { text, cluster: clusterOf(text, system) };
      const ports = declared.cluster.nodes.map(({ ssh }) => `127.0.0.1:${ssh.port ?? 0}`);
      found = await ask(clusterToAsk(spec, ports));
    });
    after(async () => {
      await demo?.dispose();
      await rm(dir, { recursive: true, force: true });
    });

    async function ask(cluster: Cluster): Promise<Discovery> {
      const connections = openConnections(cluster, { configFile: demo.sshConfig });
      try {
        return await discover({ spec, discoverer: discoverer!, cluster, connections, timeoutMs });
      } finally {
        connections.dispose();
      }
    }

    const driftsOf = async (text: string): Promise<readonly Drift[]> => {
      const cluster = clusterOf(text, system);
      return compare({ text, spec, cluster, discovery: await ask(cluster) }).drifts;
    };

    it('names the nodes, their roles and their disks as the file of the demo does', () => {
      const seen = clusterOf(found.text, system);
      const rows = ({ nodes }: Cluster) =>
        nodes
          .map(
            ({ name, roles, disks }) =>
              `${name} ${roles.join(' ')} ${disks.map(({ path }) => path).join(' ')}`,
          )
          .toSorted();
      assert.deepEqual(rows(seen), rows(declared.cluster), found.text);
    });

    it('says in its section what the file of the demo says, as far as nodes can tell', () => {
      const seen = clusterOf(found.text, system);
      for (const [key, value] of Object.entries(seen.section))
        if (key in declared.cluster.section)
          assert.deepEqual(value, declared.cluster.section[key], `${key}\n${found.text}`);
    });

    it('writes a file that no rule calls an error', () => {
      const errors = check(found.text, [system]).findings.filter(({ severity }) => severity === 'error');
      assert.deepEqual(
        errors.map(({ code, message }) => `${code}: ${message}`),
        [],
        found.text,
      );
    });

    it('nothing differs between the nodes and either file', async () => {
      assert.deepEqual(await driftsOf(declared.text), []);
      assert.deepEqual(await driftsOf(found.text), []);
    });

    // It waits for the end of its time; once is enough.
    if (spec.id !== 'moosefs') return;
    it('a node without power differs in nothing, and the others are found without it', async () => {
      const [node] = declared.cluster.nodes.slice(-1);
      assert(node);
      await demo.setPower(node.name, false);
      const connections = openConnections(declared.cluster, { configFile: demo.sshConfig });
      try {
        const discovery = await discover({
          spec,
          discoverer,
          cluster: declared.cluster,
          connections,
          timeoutMs: 3_000,
        });
        const { drifts } = compare({ text: declared.text, spec, cluster: declared.cluster, discovery });
        assert.deepEqual(drifts, []);
        assert.equal(discovery.nodes.find(({ name }) => name === node.name)?.answered, false);
        assert.match(discovery.text, new RegExp(`TODO.*${node.name}`));
      } finally {
        connections.dispose();
        await demo.setPower(node.name, true);
      }
    });
  });
}

function clusterOf(text: string, { spec }: System): Cluster {
  const { documents, findings } = parse(text, [spec]);
  const cluster = documents[0]?.cluster;
  assert(cluster, `${findings.map(({ message }) => message).join('\n')}\n${text}`);
  return cluster;
}
