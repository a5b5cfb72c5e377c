import assert from 'node:assert/strict';
import { statusJson } from '../../../src/cli/status-json';
import { statusText } from '../../../src/cli/status-text';
import type { MirrorReading } from '../../../src/heartbeat/probe';
import type { RebuildProgress } from '../../../src/rebuild/progress';
import { cluster, now, state } from '../editor/samples';

const mirror: MirrorReading = {
  resource: 'r0',
  target: 'lustre1-OST0000',
  connection: 'Connected',
  roles: { c1: 'Primary', m1: 'Secondary' },
  disks: { c1: 'UpToDate', m1: 'Inconsistent' },
  splitBrain: false,
};

function seen(rebuild: readonly RebuildProgress[], more = cluster()) {
  const reading = {
    primary: [
      { what: 'lustre1-OST0000', node: 'c1' },
      { what: 'lustre1-MDT0000', node: 'm1' },
    ],
    mirrors: [mirror, { ...mirror, resource: 'r1', splitBrain: true }],
    rebuild: [],
  };
  return { file: 'f', state: state({ cluster: more, reading, rebuild }), findings: [] };
}

const waiting: RebuildProgress = {
  what: 'urgent chunks',
  unit: 'chunks',
  total: 900,
  remaining: 40,
  state: 'waiting',
  peak: 40,
  note: 'CS 1026 is inactive',
  dueAt: now + 680_000,
};

describe('standby status', () => {
  it('says who is primary of what, both sides of a mirror, and each recovery with its note', () => {
    const resync: RebuildProgress = {
      what: 'mirror r0',
      unit: 'bytes',
      remaining: 2_500_000_000,
      state: 'rebuilding',
      peak: 5e9,
      ratePerSecond: 50_000_000,
      etaSeconds: 50,
    };
    const lines = statusText(seen([waiting, resync]), false).split('\n');
    for (const line of [
      '  lustre1-OST0000: c1',
      '  lustre1-MDT0000: m1',
      '  mirror r0 of lustre1-OST0000: Connected, c1 Primary UpToDate, m1 Secondary Inconsistent',
      '  mirror r1 of lustre1-OST0000: split brain, c1 Primary UpToDate, m1 Secondary Inconsistent',
      '  urgent chunks: waiting: rebuild starts in 11 min 20 s, CS 1026 is inactive, 40 chunks of 900 chunks remaining',
      '  mirror r0: rebuilding, 2.5 GB remaining, 50 MB/s, about 50 s left',
    ])
      assert.ok(lines.includes(line), `${line}\nis missing in\n${lines.join('\n')}`);
  });

  it('counts a demo’s time as it runs', () => {
    const fast = cluster({ demo: { timeFactor: 60 } });
    assert.match(
      statusText(seen([{ ...waiting, dueAt: now + 10_000 }], fast), false),
      /rebuild starts in 10 min,/,
    );
  });

  it('has in JSON the fields of the documentation for every entry, and no others', () => {
    const { primary, mirrors, rebuild } = statusJson(seen([waiting]));
    assert.deepEqual(primary, [
      { what: 'lustre1-OST0000', node: 'c1' },
      { what: 'lustre1-MDT0000', node: 'm1' },
    ]);
    assert.deepEqual(mirrors[0], mirror);
    assert.deepEqual(rebuild, [
      { what: 'urgent chunks', unit: 'chunks', total: 900, remaining: 40, state: 'waiting' },
    ]);
  });

  it('lets no node move the cursor of whoever reads', () => {
    const strange = { ...waiting, note: 'a\u001b[2Jb' };
    assert.doesNotMatch(statusText(seen([strange]), false), /\u001b/);
  });
});
