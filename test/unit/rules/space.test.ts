import assert from 'node:assert/strict';
import fc from 'fast-check';
import { shortfalls, type Space } from '../../../src/rules/space';
import { codes, file, findings, observed, only, TB, times } from './helpers';

const space = ['cannot-rebuild', 'reserve-too-small', 'usage-unknown'];
const node = (...disks: string[]) => ({ disks });

describe('free space: the examples of the document', () => {
  it('ten 10 TB nodes need 1 TB free each: 9 TB used is well', () => {
    const text = file(times(10, node('capacity: 10TB, used: 9TB')), 'encoding: 5+2');
    assert.deepEqual(only(text, space), []);
  });
  it('9.01 TB used is not', () => {
    const text = file(times(10, node('capacity: 10TB, used: 9.01TB')), 'encoding: 5+2');
    const found = findings(text).filter(({ code }) => code === 'reserve-too-small');
    assert.equal(found.length, 10);
    assert.match(found[0]?.message ?? '', /has 990 GB free, but needs 1 TB:.*Free 11.11 GB there/s);
    assert.deepEqual(only(text, ['cannot-rebuild']).length, 1);
  });
  it('ten of 10 TB and one of 20 TB, with 2 TB and 1 TB free, are well', () => {
    const nodes = [...times(10, node('capacity: 10TB, free: 2TB')), node('capacity: 20TB, free: 1TB')];
    assert.deepEqual(only(file(nodes, 'encoding: 5+2'), space), []);
  });
});

describe('cannot-rebuild', () => {
  it('stands on the domain that misses most, the others are related, and says how much', () => {
    const nodes = [
      node('capacity: 4TB, used: 3TB'),
      node('capacity: 8TB, used: 6TB'),
      node('capacity: 4TB, used: 3TB'),
    ];
    const [found, ...more] = findings(file(nodes)).filter(({ code }) => code === 'cannot-rebuild');
    assert.equal(more.length, 0);
    // T = 6 TB; without n2 the others hold 4 + 4 of 12 TB, without n1 or n3 6 + 4.
    assert.match(found?.message ?? '', /If node n2 fails.*room for 4 TB is missing/);
    assert.equal(found?.range.start.line, 5);
    assert.deepEqual(
      found?.related.map(({ range, message }) => [range.start.line, /2 TB/.test(message)]),
      [
        [4, true],
        [6, true],
      ],
    );
  });
  it('a tie goes to the first', () => {
    assert.deepEqual(only(file(times(3, node('capacity: 3TB, used: 2.5TB'))), ['cannot-rebuild']), [
      '5:13-5:15 error cannot-rebuild',
    ]);
  });
  it('space alone is not enough: the pieces must lie apart', () => {
    // 10 TB free on one node help nobody: two pieces of a chunk cannot share it.
    const nodes = [
      node('capacity: 2TB, used: 2TB'),
      node('capacity: 2TB, used: 2TB'),
      node('capacity: 20TB, used: 2TB'),
    ];
    assert.equal(only(file(nodes), ['cannot-rebuild']).length, 1);
  });
  it('the fill margin takes its part, exactly', () => {
    const text = (margin: string) =>
      file(times(4, node('capacity: 4TB, used: 2.85TB')), `replicas: 3, fillMargin: ${margin}`);
    assert.deepEqual(only(text('5%'), ['cannot-rebuild']), []);
    assert.deepEqual(only(text('5.01%'), ['cannot-rebuild']), ['5:13-5:15 error cannot-rebuild']);
  });
  it('a rack is one domain; the finding stands on the first of its nodes', () => {
    const rack = (name: string, used: number) => ({
      disks: [`capacity: 10TB, used: ${used}TB`],
      extra: `, rack: ${name}`,
    });
    const text = file(
      [rack('a', 9), rack('b', 9), rack('b', 9), rack('c', 9)],
      'replicas: 2, failureDomain: rack',
    );
    assert.deepEqual(only(text, ['cannot-rebuild']), ['6:49-6:50 error cannot-rebuild']);
  });
  it('is silent while there is no spare domain', () => {
    assert.deepEqual(only(file(times(2, node('capacity: 1TB, used: 900GB'))), space), []);
  });
});

describe('reserve-too-small', () => {
  it('is said for each tier by its name', () => {
    const full = node('capacity: 3TB, used: 2.5TB', 'capacity: 6TB, used: 5TB, tier: 1');
    const found = findings(file(times(3, full))).filter(({ code }) => code === 'reserve-too-small');
    assert.equal(found.length, 6);
    assert.deepEqual(
      [/tier 0/.test(found[0]?.message ?? ''), /tier 1/.test(found[1]?.message ?? '')],
      [true, true],
    );
    assert.deepEqual(found[0]?.range, found[1]?.range);
  });
  it('compares exactly: one byte decides', () => {
    const text = (used: string) => file(times(3, node(`capacity: 3000000000000B, used: ${used}B`)));
    assert.deepEqual(only(text('2000000000000'), ['reserve-too-small']), []);
    assert.equal(only(text('2000000000001'), ['reserve-too-small']).length, 3);
  });
});

describe('unknown usage', () => {
  it('is said once, on redundancy, where there is a spare domain', () => {
    const nodes = [...times(2, node('capacity: 1TB')), node('capacity: 1TB, used: 1GB'), {}];
    assert.deepEqual(only(file(nodes), space), ['3:1-3:11 information usage-unknown']);
    assert.deepEqual(only(file(nodes.slice(0, 2)), space), []);
  });
  it('needs no finding of its own when used has a bad value', () => {
    const nodes = [...times(3, node('capacity: 1TB, used: 1GB')), node('capacity: 1TB, used: 2TB')];
    assert.deepEqual(codes(file(nodes)), ['spare-domains', 'bad-value']);
  });
  it('nearly-full does not wait', () => {
    assert.equal(
      only(file([...times(3, node('capacity: 1TB')), node('capacity: 1TB, used: 990GB')]), ['nearly-full'])
        .length,
      1,
    );
  });
  it('ends when the nodes report; then the node wins over the file', () => {
    const text = file([{}, ...times(2, node('capacity: 3TB'))]);
    const report = (used: bigint) => ({ '/d0': { capacity: 3n * TB, used } });
    const low = observed({ n1: report(TB), n2: report(TB), n3: report(TB) });
    assert.deepEqual(only(text, space, low), []);
    const high = observed({ n1: report(2n * TB), n2: report(2n * TB), n3: report((5n * TB) / 2n) });
    assert.deepEqual(
      only(text, space, high).map((line) => line.split(' ').at(-1)),
      ['cannot-rebuild', 'reserve-too-small', 'reserve-too-small', 'reserve-too-small'],
    );
    assert.deepEqual(only(text, space, observed({ n1: report(TB) })), ['3:1-3:11 information usage-unknown']);
  });
});

describe('nearly-full', () => {
  const at = (disk: string, redundancy = 'encoding: 1+1') =>
    only(file([node(disk)], redundancy), ['nearly-full']);
  it('warns above 80 %, fails above 95 %, on the value of used or free', () => {
    assert.deepEqual(at('capacity: 100GB, used: 80GB'), []);
    assert.deepEqual(at('capacity: 100GB, used: 80.1GB'), ['5:87-5:93 warning nearly-full']);
    assert.deepEqual(at('capacity: 100GB, free: 5GB'), ['5:87-5:90 warning nearly-full']);
    assert.deepEqual(at('capacity: 100GB, free: 4GB'), ['5:87-5:90 error nearly-full']);
  });
  it('a margin lowers the limit; below 80 % there is no warning', () => {
    assert.deepEqual(at('capacity: 100GB, used: 91GB', 'encoding: 1+1, fillMargin: 10%'), [
      '5:87-5:91 error nearly-full',
    ]);
    assert.deepEqual(at('capacity: 100GB, used: 75GB', 'encoding: 1+1, fillMargin: 20%'), []);
    assert.deepEqual(at('capacity: 100GB, used: 81GB', 'encoding: 1+1, fillMargin: 20%'), [
      '5:87-5:91 error nearly-full',
    ]);
  });
  it('knows only storage nodes, and the margin of the parameter', () => {
    assert.deepEqual(
      only(file([{ ...node('capacity: 100GB, used: 99GB'), roles: 'client' }]), ['nearly-full']),
      [],
    );
    const parameters = 'vstorage: { parameters: { mds.alloc.fill_margin: 30 } }\n';
    assert.equal(
      only(file([node('capacity: 100GB, used: 71GB')], 'encoding: 1+1', parameters), ['nearly-full']).length,
      1,
    );
  });
  it('a list of disks that nodes share is one text and one finding', () => {
    const shared = '{ path: /d0, capacity: 1TB, used: 900GB }';
    const text = `x-d: &d [${shared}]\n` + file([{ extra: ', disks: *d' }, { extra: ', disks: *d' }]);
    assert.deepEqual(only(text, ['nearly-full']), [`${placeOf(text)} warning nearly-full`]);
  });
});

function placeOf(text: string): string {
  const column = text.indexOf('900GB') + 1;
  return `1:${column}-1:${column + 5}`;
}

describe('a margin that could not be read', () => {
  it('is not taken for none', () => {
    const nodes = times(3, node('capacity: 3TB, used: 2.5TB'));
    const parameters = 'vstorage: { parameters: { mds.alloc.fill_margin: 5% } }\n';
    assert.deepEqual(only(file(nodes, 'encoding: 1+1', parameters), space), []);
    assert.deepEqual(only(file(nodes, 'encoding: 1+1, fillMargin: 5'), space), []);
  });
});

describe('margin-mismatch', () => {
  const at = (margin: string) =>
    only(
      file(
        [{}],
        `encoding: 1+1, fillMargin: ${margin}`,
        'vstorage: { parameters: { mds.alloc.fill_margin: 5 } }\n',
      ),
      ['margin-mismatch'],
    );
  it('stands on the parameter', () => assert.deepEqual(at('10%'), ['6:50-6:51 warning margin-mismatch']));
  it('5% and 5 are the same', () => assert.deepEqual(at('5.0%'), []));
});

describe('cannot-rebuild against brute force', () => {
  /** Whether `chunks` chunks of n pieces can lie on domains with so many places, no two pieces in one domain. */
  function canPlace(places: number[], chunks: number, n: number): boolean {
    if (chunks === 0) return true;
    const choose = (from: number, left: number): boolean => {
      if (left === 0) return canPlace(places, chunks - 1, n);
      for (let i = from; i < places.length; i++) {
        if ((places[i] ?? 0) === 0) continue;
        places[i] = (places[i] ?? 0) - 1;
        const isPlaced = choose(i + 1, left - 1);
        places[i] = (places[i] ?? 0) + 1;
        if (isPlaced) return true;
      }
      return false;
    };
    return choose(0, n);
  }

  it('the formula says no exactly when no placement exists', () => {
    const cluster = fc
      .record({ pieces: fc.integer({ min: 1, max: 3 }), chunks: fc.integer({ min: 1, max: 4 }) })
      .chain(({ pieces, chunks }) =>
        fc.record({
          pieces: fc.constant(pieces),
          chunks: fc.constant(chunks),
          places: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: pieces + 1, maxLength: 5 }),
        }),
      );
    fc.assert(
      fc.property(cluster, ({ pieces, chunks, places }) => {
        // Where the pieces lie now does not matter: any may be moved. Only their sum does.
        const domains: Space[] = places.map((fillable, index) => ({
          fillable: BigInt(fillable) * 10_000n,
          used: index === 0 ? BigInt(pieces * chunks) * 10_000n : 0n,
          free: 0n,
        }));
        shortfalls(domains, pieces).forEach((missing, gone) => {
          const left = places.filter((_, index) => index !== gone);
          assert.equal(missing === 0n, canPlace(left, chunks, pieces));
        });
      }),
      { numRuns: 600 },
    );
  });

  it('reserve-too-small: on the name of the node that owes space', () => {
    const nodes = ['4TB', '4TB', '9TB'].map((used) => ({ disks: [`capacity: 10TB, used: ${used}`] }));
    assert.deepEqual(only(file(nodes), ['reserve-too-small']), ['7:13-7:15 warning reserve-too-small']);
  });
});
