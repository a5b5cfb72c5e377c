import assert from 'node:assert/strict';
import { check } from '../../../src/rules/check';
import type { Observed } from '../../../src/rules/observed';
import {
  demoLayout,
  evenNodes,
  terabyte,
  type SimulatedNode,
  type VstorageLayout,
} from '../../../src/systems/vstorage/simulator-layout';
import { vstorageSystem } from '../../../src/systems/vstorage/system';
import { PlanDesk } from './plan-desk';

const T = terabyte;
/** As the document reckons: no part of a disk is kept free. */
const noMargin = { ...demoLayout.parameters, 'mds.alloc.fill_margin': 0 };
const ten = (used: bigint, more: Partial<VstorageLayout> = {}): VstorageLayout => ({
  ...demoLayout,
  parameters: noMargin,
  nodes: evenNodes(10, 5, 10n * T, used),
  ...more,
});

/** The codes of findings about redundancy and space, with what the nodes report. */
function findings(desk: PlanDesk): readonly string[] {
  const { simulator, layout } = desk;
  const place = {
    ports: new Map(simulator.nodeNames.map((name, index) => [name, 2201 + index])),
    consoles: new Map<string, string>(),
  };
  const disks = new Map(
    layout.nodes.map(({ name, disks: own }) => [
      name,
      new Map(
        own.map(({ path, capacity }, index) => {
          const cs = simulator.state.services.find(({ host, disk }) => host.name === name && disk === index);
          assert.ok(cs);
          return [path, { capacity, used: simulator.state.usedOn(cs) }];
        }),
      ),
    ]),
  );
  const observed: Observed = { disks, primary: [], facts: new Map() };
  const codes = [
    'cannot-rebuild',
    'reserve-too-small',
    'no-spare-domain',
    'spare-domains',
    'too-few-domains',
  ];
  const found = check(simulator.clusterFile(place), [vstorageSystem], () => observed).findings;
  return [...new Set(found.map(({ code }) => code))].filter((code) => codes.includes(code)).sort();
}

describe('the worked examples of the rebuild document, live', () => {
  it('ten 10 TB nodes with 1 TB free each: no finding, and any node may be released, to the last byte', async () => {
    const desk = new PlanDesk(ten(9n * T));
    assert.deepEqual(findings(desk), ['spare-domains']);
    const plan = await desk.plan('release', 'vs10');
    assert.equal(plan.refused, undefined);
    assert.match(plan.notes[1] ?? '', /Afterwards disks are 100 % full/);
  });

  it('the same with 9.01 TB on each: the reserve is too small, and the release is refused with the rest', async () => {
    const desk = new PlanDesk(ten(9n * T + T / 100n));
    assert.deepEqual(findings(desk), ['cannot-rebuild', 'reserve-too-small', 'spare-domains']);
    assert.match(
      (await desk.plan('release', 'vs10')).refused ?? '',
      /^Without vs10, room for 1\d+\.\d+ GB is missing/,
    );
  });

  it('ten 10 TB nodes at 90 % where 5 % of each disk stay free: 4.5 TiB are missing', async () => {
    const desk = new PlanDesk(ten(9n * T, { parameters: demoLayout.parameters }));
    assert.deepEqual(findings(desk), ['cannot-rebuild', 'reserve-too-small', 'spare-domains']);
    const { refused = '' } = await desk.plan('release', 'vs10');
    assert.match(refused, /room for 4\.95 TB is missing .*; or delete 3\.53 TB of data/);
  });

  it('ten 10 TB nodes and one of 20 TB, with 2 TB free on the small ones and 1 TB on the large: neither finding', async () => {
    const large: SimulatedNode = {
      name: 'vs11',
      roles: ['cs'],
      disks: [1, 2].map((number) => ({
        path: `/vstorage/disk${number}`,
        capacity: 10n * T,
        used: (19n * T) / 2n,
      })),
    };
    const desk = new PlanDesk({
      ...ten(8n * T),
      nodes: [...evenNodes(10, 5, 10n * T, 8n * T), large],
      data: 1,
      parity: 2,
      isEncoded: false,
      groups: 990,
    });
    assert.deepEqual(findings(desk), ['spare-domains']);
    const plan = await desk.plan('release', 'vs11');
    assert.equal(plan.refused, undefined);
    assert.match(
      plan.notes[0] ?? '',
      /^20\.89 TB would move, by free space about so: vs1 \+2\.09 TB \(then 99 % full\)/,
    );
    // With 1 TB free on the small ones the large one has no place to go.
    const fuller = new PlanDesk({ ...desk.layout, nodes: [...evenNodes(10, 5, 10n * T, 9n * T), large] });
    assert.ok(findings(fuller).includes('cannot-rebuild'));
    assert.match(
      (await fuller.plan('release', 'vs11')).refused ?? '',
      /^Without vs11, room for 9\.\d+ TB is missing/,
    );
  });

  it('5+2 on seven nodes: none to spare, and no node may be released', async () => {
    const desk = new PlanDesk({ ...demoLayout, nodes: evenNodes(7, 5, 10n * T, 6n * T) });
    assert.deepEqual(findings(desk), ['no-spare-domain']);
    assert.match((await desk.plan('release', 'vs7')).refused ?? '', /need 7 hosts; without vs7, 6 are left/);
  });

  it('5+2 on ten nodes: three to spare, and a node may be released', async () => {
    const desk = new PlanDesk(demoLayout);
    assert.deepEqual(findings(desk), ['spare-domains']);
    const plan = await desk.plan('release', 'vs10');
    assert.equal(plan.refused, undefined);
    assert.match(plan.notes.join('\n'), /Then 9 hosts are left, 2 more than the mode needs/);
  });
});
