import assert from 'node:assert/strict';
import { check } from '../../../src/rules/check';
import type { Observed } from '../../../src/rules/observed';
import type { DrbdReading, Recovery } from '../../../src/systems/lustre/observation';
import { writesFact, type LustreFacts } from '../../../src/systems/lustre/probes-facts';
import { lustreSystem } from '../../../src/systems/lustre/system';
import { brief } from '../cluster/helpers';
import { drbd, healthy, mounted, pacemaker } from './fixtures';

/** The name is on line 14, its drbd on 16, its primary on 18. */
const text = `cluster: scratch
system: lustre
nodes:
  - { name: mds1, address: mds1, roles: [mgs, mds] }
  - { name: mds2, address: mds2, roles: [mgs, mds] }
  - { name: oss1, address: oss1, roles: [oss] }
  - { name: oss2, address: oss2, roles: [oss] }
  - { name: lc1, address: lc1, roles: [client] }
lustre:
  filesystem: scratch
  mgsNids: [m1@tcp, m2@tcp]
  heartbeatPaths: [ping, serial]
  targets:
    - name: OST0000
      device: /dev/drbd0
      drbd: ost0
      mountPoint: /mnt/ost0
      primary: oss1
      secondary: oss2
      serviceNodes: [a@tcp, b@tcp]
`;

function findings(facts: Readonly<Record<string, LustreFacts>>, more: Partial<Observed> = {}) {
  const observed: Observed = {
    disks: new Map(),
    primary: [],
    facts: new Map(Object.entries(facts) as [string, Readonly<Record<string, unknown>>][]),
    answering: new Set(Object.keys(facts)),
    ...more,
  };
  return check(text, [lustreSystem], () => observed).findings;
}
const places = (...args: Parameters<typeof findings>) => brief(findings(...args));
const message = (...args: Parameters<typeof findings>) => findings(...args)[0]?.message ?? '';

const [good, standby] = [healthy('Primary'), healthy('Secondary')];
const oss1 = { ...drbd(good), ...mounted };
const oss2 = drbd(standby);
const alone: Partial<DrbdReading> = { connection: 'StandAlone', replication: 'Off', peerRole: 'Unknown' };

describe('Live rules of Lustre', () => {
  it('a healthy pair has no finding, nor one of which nothing is known', () => {
    assert.deepEqual(places({ oss1, oss2 }), []);
    assert.deepEqual(places({}), []);
    assert.deepEqual(places({ oss1: {}, oss2: { drbd: { is: 'not-installed' } } }), []);
  });

  it('two-primaries: both mirrors Primary, on the name', () => {
    const facts = { oss1: { ...drbd({ ...good, ...alone }), ...mounted }, oss2: drbd({ ...good, ...alone }) };
    assert.deepEqual(places(facts), ['14:13-14:20 error two-primaries']);
    assert.match(message(facts), /oss1 \(mounted\) and oss2 \(Primary, not mounted\)/);
  });

  it('two-primaries: mounted on both, whatever DRBD says', () => {
    assert.deepEqual(places({ oss1: mounted, oss2: mounted }), ['14:13-14:20 error two-primaries']);
  });

  it('split-brain: both sides stand alone, on the resource', () => {
    const facts = {
      oss1: { ...drbd({ ...good, ...alone }), ...mounted },
      oss2: drbd({ ...standby, ...alone }),
    };
    assert.deepEqual(places(facts), ['16:13-16:17 error split-brain']);
    assert.match(message(facts), /ost0 \(OST0000\): oss1 StandAlone, oss2 StandAlone/);
  });

  it('split-brain: one side stands alone and waits for nobody: it was told so, and is none', () => {
    const facts = {
      oss1: { ...drbd({ ...good, ...alone }), ...mounted },
      oss2: drbd({ ...standby, ...alone, connection: 'Connecting' as const }),
    };
    assert.deepEqual(places(facts), []);
  });

  it('split-brain: by generations that contradict each other, and not where one lags behind', () => {
    const generation = (current: string, bitmap: string) => ({
      generations: {
        ost0: {
          current,
          bitmap,
          history: ['0000000000000000', '0000000000000000'] as const,
          consistent: true,
          wasUpToDate: true,
          wasPrimary: true,
          wasConnected: false,
          fullSync: false,
          peerOutdated: false,
          crashedPrimary: false,
        },
      },
    });
    const [a, b, base] = ['7FBB20350F732131', 'FDD53979D792445F', 'BA22140BED464AA1'];
    const parted = (one: LustreFacts, other: LustreFacts) => ({
      oss1: { ...drbd({ ...good, ...alone }), ...mounted, ...one },
      oss2: { ...drbd({ ...standby, ...alone }), ...other },
    });
    assert.deepEqual(places(parted(generation(a, base), generation(b, base))), [
      '16:13-16:17 error split-brain',
    ]);
    assert.deepEqual(places(parted(generation(a, base), generation(base, '0000000000000000'))), []);
  });

  it('fencing-off: by DRBD, on the resource, and by Pacemaker, on the node', () => {
    const options = {
      options: { is: 'read' as const, value: [{ resource: 'ost0', fencing: 'dont-care' }] },
    };
    const ha = { ha: { heartbeat: { is: 'not-installed' as const }, pacemaker: pacemaker(false) } };
    assert.deepEqual(places({ oss1: { ...oss1, ...options }, oss2: { ...oss2, ...ha } }), [
      '7:13-7:17 warning fencing-off',
      '16:13-16:17 warning fencing-off',
    ]);
    const fine = {
      options: { is: 'read' as const, value: [{ resource: 'ost0', fencing: 'resource-only' }] },
    };
    assert.deepEqual(places({ oss1: { ...oss1, ...fine }, oss2 }), []);
  });

  it('not-failed-back: mounted on the standby, on the primary', () => {
    const facts = { oss1: drbd(standby), oss2: { ...drbd(good), ...mounted } };
    assert.deepEqual(places(facts), ['18:16-18:20 warning not-failed-back']);
    assert.match(message(facts), /OST0000 is mounted on oss2, its standby/);
  });

  it('clients-evicted: by the recovery of the node that serves it, on the name', () => {
    const recovery = (over: Partial<Recovery>): LustreFacts => ({
      ...oss1,
      recovery: {
        is: 'read',
        value: [{ device: 'scratch-OST0000', status: 'COMPLETE', said: 'COMPLETE', values: {}, ...over }],
      },
    });
    const lost = { oss1: recovery({ completed: 2, clients: 3, evicted: 1 }), oss2 };
    assert.deepEqual(places(lost), ['14:13-14:20 warning clients-evicted']);
    assert.match(message(lost), /The last recovery of OST0000 cut off 1 of 3 clients/);
    assert.deepEqual(places({ oss1: recovery({ completed: 3, clients: 3, evicted: 0 }), oss2 }), []);
  });

  it('slow-resync: slower than the writes of the last minute, on the resource', () => {
    const at = (rate: number, written: number) => {
      const source: DrbdReading = {
        ...good,
        replication: 'SyncSource',
        peerDisk: 'Inconsistent',
        sync: { percent: 10, speed: rate },
      };
      const facts = { oss1: { ...drbd(source), ...mounted }, oss2 };
      const points = [
        [0, 0],
        [20_000, written],
      ];
      const cluster = {
        mirrors: [],
        rebuild: [],
        facts: { [writesFact]: { OST0000: { node: 'oss1', points } } },
        at: 20_000,
      };
      return places(facts, { cluster });
    };
    assert.deepEqual(at(4_000_000, 100_000_000), ['16:13-16:17 warning slow-resync']);
    assert.deepEqual(at(5_000_000, 100_000_000), [], 'as fast as the writes');
  });
});
