import assert from 'node:assert/strict';
import { LargeSimulator } from '../../../src/demo/large';
import { beatScript, readBeat } from '../../../src/heartbeat/beat';
import { disksProbe } from '../../../src/heartbeat/disks-probe';
import { check } from '../../../src/rules/check';
import { systems } from '../../../src/systems/index';
import { plainAnswers } from '../../../src/systems/vstorage/plain-answers';
import { vstorageNodeProbes } from '../../../src/systems/vstorage/probes';

describe('The demo of many nodes', () => {
  const simulator = new LargeSimulator(1000, Date.UTC(2026, 10, 22));
  const place = {
    ports: new Map(simulator.nodeNames.map((node, i) => [node, 20_000 + i])),
    consoles: new Map<string, string>(),
  };
  const { documents, findings } = check(simulator.clusterFile(place), systems);
  const [document] = documents;

  it('has a cluster file without a mistake, with all nodes', () => {
    assert.deepEqual(
      findings.map(({ code }) => code),
      // Until its nodes report, and what it survives: both no mistakes.
      ['usage-unknown', 'spare-domains'],
    );
    assert.equal(document?.cluster?.nodes.length, 1000);
    assert.equal(document.cluster.nodes[999]?.ssh.port, 20_999);
  });

  it('beats and says how full its disk is, until its power is off', async () => {
    const cluster = document?.cluster;
    const node = cluster?.nodes[0];
    assert.ok(cluster && node);
    const beat = await simulator.run(node.name, beatScript);
    assert.equal(readBeat(beat.stdout).uptimeSeconds, 90 * 86_400);
    const answer = await simulator.run(node.name, disksProbe.script(cluster, node) ?? '');
    const { disks } = disksProbe.read({ ...answer, truncated: false }, cluster, node);
    assert.equal(disks?.[0]?.path, '/vstorage/d1');
    assert.equal((disks[0].capacity ?? 0n) / 1_000_000_000n, 10_000n);
    simulator.powerOff(node.name);
    assert.equal((await simulator.run(node.name, beatScript)).exitCode, 255);
  });

  it('says that its processes run, so that nothing about it is old', async () => {
    const plain = new LargeSimulator(10, 0, plainAnswers());
    const cluster = document?.cluster;
    const node = cluster?.nodes[0];
    const services = vstorageNodeProbes.find(({ id }) => id === 'vstorage-services');
    assert.ok(cluster && node && services);
    const answer = await plain.run('cs01', services.script(cluster, node) ?? '');
    assert.deepEqual(services.read({ ...answer, truncated: false }, cluster, node).services, [
      { name: 'mdsd', state: 'running' },
      { name: 'csd', state: 'running' },
    ]);
  });
});
