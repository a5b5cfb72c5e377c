import assert from 'node:assert/strict';
import type { Liveness } from '../../../src/heartbeat/state';
import { livenessIcon, livenessOrder } from '../../../src/editor/liveness-look';
import { spoken, type Row } from '../../../src/editor/row';
import { brokenFileRow, clusterRow } from '../../../src/editor/tree-rows';
import type { SystemRow, Tone } from '../../../src/systems/system-row';
import { active, cluster, entry, node, now, state } from './samples';

const failure = { at: now, reason: 'timeout', message: 'It does not answer.' } as const;
const tones: readonly Tone[] = ['good', 'busy', 'warning', 'bad', 'unknown', 'none'];
const nodes = livenessOrder.map((liveness) => node(`n-${liveness}`, ['chunkserver']));
const reading = {
  services: [{ name: 'mfschunkserver', state: 'failed' as const }],
  disks: [{ path: '/mnt/d1', capacity: 10n, used: 5n, state: 'damaged' }],
  uptimeSeconds: 90,
  load: 0.5,
};

const shown = clusterRow(
  entry({
    cluster: cluster({ nodes }),
    state: state({
      cluster: cluster({ nodes }),
      nodes: livenessOrder.map((liveness) =>
        active(`n-${liveness}`, {
          liveness,
          ...(liveness === 'active' ? { reading } : { failure }),
          ...(liveness === 'maintenance' ? { maintenance: { by: 'operator' as const } } : {}),
        }),
      ),
    }),
    rowsOf: () => tones.map((tone): SystemRow => ({ id: tone, label: `part ${tone}`, tone })),
  }),
);

function* all(row: Row): Iterable<Row> {
  yield row;
  for (const child of row.children) yield* all(child);
}
const rows = [...all(shown), brokenFileRow('b', 'b.cluster.yaml', 2)];

describe('What a screen reader says', () => {
  it('is there for every kind of row, with all that is written in it', () => {
    const kinds = new Set(rows.map(({ kind }) => kind));
    for (const kind of ['file', 'cluster', 'part', 'group', 'node', 'reason', 'system', 'service', 'disk'])
      assert.ok(kinds.has(kind as Row['kind']), `no row of kind ${kind}`);
    for (const row of rows) {
      const said = spoken(row);
      assert.ok(said.includes(row.label), said);
      for (const part of row.description.split(' · ')) assert.ok(said.includes(part), `${said}: ${part}`);
      assert.doesNotMatch(said, /undefined|\$\(|·/);
    }
  });

  it('says the state of each node in words', () => {
    const words: Readonly<Record<Liveness, string>> = {
      active: 'active',
      inactive: 'inactive',
      offline: 'offline',
      denied: 'denied',
      maintenance: 'maintenance',
      unknown: 'no answer yet',
    };
    for (const liveness of livenessOrder) {
      const row = rows.find(({ kind, node: name }) => kind === 'node' && name === `n-${liveness}`);
      assert.ok(row);
      assert.ok(spoken(row).startsWith(`node n-${liveness}, ${words[liveness]}`), spoken(row));
    }
  });

  it('says what only the icon shows of a row of the system', () => {
    const said = (tone: Tone) => {
      const row = rows.find(({ label }) => label === `part ${tone}`);
      return row && spoken(row);
    };
    assert.equal(said('bad'), 'part bad, error');
    assert.equal(said('warning'), 'part warning, warning');
    assert.equal(said('unknown'), 'part unknown, unknown');
    assert.equal(said('none'), 'part none');
  });
});

describe('Nothing is told by colour alone', () => {
  it('each liveness and each tone has a shape of its own', () => {
    const shapes = livenessOrder.map((liveness) => livenessIcon(liveness).id);
    assert.equal(new Set(shapes).size, shapes.length);
    const icons = tones.map((tone) => rows.find(({ label }) => label === `part ${tone}`)?.icon?.id ?? 'none');
    assert.equal(new Set(icons).size, icons.length);
  });

  it('a coloured icon stands beside words that say the same', () => {
    const coloured = rows.filter(({ icon, kind }) => icon?.color !== undefined && kind !== 'part');
    assert.ok(coloured.length > 5);
    for (const row of coloured) assert.notEqual(row.description, '', row.label);
  });
});
