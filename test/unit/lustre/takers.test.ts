import assert from 'node:assert/strict';
import type { Cluster } from '../../../src/cluster/cluster';
import { parse } from '../../../src/cluster/parse';
import { targetsOf, wrongTarget } from '../../../src/failover/plan-target';
import { lustrePlanners } from '../../../src/systems/lustre/planners';
import { partnerOf, lustreSection } from '../../../src/systems/lustre/section';
import { LustreSimulator } from '../../../src/systems/lustre/simulator';
import { lustreSpec } from '../../../src/systems/lustre/spec';

describe('Who can take over a Lustre target', () => {
  let cluster: Cluster;
  before(() => {
    const simulator = new LustreSimulator();
    const ports = new Map(simulator.nodeNames.map((node, index) => [node, 2200 + index]));
    const text = simulator.clusterFile({ ports, consoles: new Map() });
    const found = parse(text, [lustreSpec]).documents[0]?.cluster;
    assert.ok(found);
    cluster = found;
  });

  const failover = lustrePlanners.find(({ kind }) => kind === 'failover');

  it('is one of its own two nodes and no other', () => {
    assert.ok(failover);
    for (const { name, primary, secondary } of lustreSection(cluster).targets) {
      for (const node of cluster.nodes) {
        const isOwn = [primary, secondary].includes(node.name);
        const wrong = wrongTarget(failover, cluster, { kind: 'failover', target: name, to: node.name });
        assert.equal(wrong === undefined, isOwn, `${name} to ${node.name}: ${wrong ?? 'allowed'}`);
      }
    }
  });

  it('has a partner only where it is one of the two itself', () => {
    const [target] = lustreSection(cluster).targets;
    assert.ok(target);
    assert.equal(partnerOf(target, target.primary), target.secondary);
    assert.equal(partnerOf(target, 'lc1'), undefined);
  });

  it('is asked for each target and each server once', () => {
    assert.ok(failover);
    const names = (targetsOf(failover, cluster) ?? []).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.includes('OST0000') && names.includes('oss1') && !names.includes('lc1'));
  });
});
