import assert from 'node:assert/strict';
import { StoryDesk } from './story-desk';

/** Seconds as minutes. */
const seconds = (number: number): number => number / 60;

describe('the story of ten nodes in 5+2, told over real SSH', function () {
  this.timeout(30_000);
  let desk: StoryDesk;
  beforeEach(async () => {
    desk = await StoryDesk.open();
    assert.deepEqual(await desk.look(), ['nothing to rebuild']);
    assert.deepEqual(desk.chunks, { healthy: 100_000 });
  });
  afterEach(() => desk.close());

  /** Stage, sentences and chunk services of some nodes at this moment. */
  async function after(minutes: number, every = minutes): Promise<string> {
    const said = await desk.pass(minutes, every);
    return [`${desk.stage}:`, ...said].join(' | ');
  }

  it('kill one: inactive after 15 s, given up after 15 min, rebuilt; then two, three (suppressed) and four (cannot); all come back', async () => {
    desk.kill('vs10');
    assert.equal(await after(seconds(10)), 'stable: | nothing to rebuild');
    assert.equal(desk.states('vs10'), 'active');
    assert.equal(await after(seconds(5)), 'waiting: | rebuild starts in 14 min 50 s (vs10)');
    assert.equal(desk.states('vs10'), 'inactive');
    assert.equal(desk.chunks['degraded'], 70_000);
    assert.equal(await after(3.75, 1), 'waiting: | rebuild starts in 11 min (vs10)');
    assert.equal(await after(10 + seconds(55), 5), 'waiting: | rebuild starts in 5 s (vs10)');
    assert.equal(desk.states('vs10'), 'inactive');
    assert.match(await after(seconds(5)), /^rebuilding: \| rebuilding: 69\d00 chunks left$/);
    assert.equal(desk.states('vs10'), 'offline');
    assert.match(await after(15, 5), /^rebuilding: \| rebuilding: 42\d00 chunks left$/);
    assert.equal(await after(60, 10), 'stable: | everything is rebuilt; 2 chunk services are still gone');

    desk.kill('vs9');
    assert.match(await after(seconds(20)), /rebuild starts in 14 min 40 s \(vs9\)/);
    assert.equal(await after(90, 10), 'stable: | everything is rebuilt; 4 chunk services are still gone');

    desk.kill('vs8');
    assert.match(await after(seconds(20)), /rebuild starts in 14 min 40 s \(vs8\)/);
    assert.equal(await after(15, 5), 'suppressed: | replication is suppressed: 3 hosts offline, limit 2');
    const left = desk.chunks['degraded'];
    // Whatever the time, nothing is rebuilt.
    await after(240, 60);
    assert.equal(desk.chunks['degraded'], left);

    desk.kill('vs7');
    assert.equal(
      await after(seconds(20)),
      'suppressed: | replication is suppressed: 3 hosts offline, limit 2 | cannot rebuild: 7 domains needed, 6 alive | rebuild starts in 14 min 40 s (vs7)',
    );
    assert.equal(
      await after(15, 5),
      'suppressed: | replication is suppressed: 4 hosts offline, limit 2 | cannot rebuild: 7 domains needed, 6 alive',
    );
    // One piece in two of each chunk of 5+2 is gone: below the minimum, writes hang.
    assert.ok((desk.chunks['blocked'] ?? 0) > 50_000);
    assert.equal(desk.chunks['offline'], undefined);

    desk.start('vs7', 'vs8', 'vs9', 'vs10');
    assert.equal(await after(1, 0.5), 'stable: | nothing to rebuild');
    assert.ok((desk.chunks['overcommitted'] ?? 0) > 50_000);
    await after(30, 10);
    assert.deepEqual(desk.chunks, { healthy: 100_000 });
  });

  it('with the limit raised, four gone one after another leave too few hosts; a fifth brings the rebuild back', async () => {
    await desk.simulator.run(
      'vs1',
      'vstorage -c vdemo set-config mds.wd.max_offline_cs_hosts=9',
      () => undefined,
    );
    for (const node of ['vs10', 'vs9', 'vs8']) {
      desk.kill(node);
      await after(120, 30);
      assert.match(desk.sentences[0] ?? '', /everything is rebuilt/);
    }
    desk.kill('vs7');
    await after(seconds(20));
    assert.equal(await after(15, 5), 'cannot-rebuild: | cannot rebuild: 7 domains needed, 6 alive');
    desk.start('vs8');
    await after(1, 0.5);
    assert.match(desk.sentences[0] ?? '', /^rebuilding: \d+ chunks left$/);
    await after(120, 30);
    assert.deepEqual(desk.chunks, { healthy: 100_000 });
  });

  it('three at once, then four: what has fewer than five pieces needs its own services back', async () => {
    desk.kill('vs7', 'vs8', 'vs9');
    assert.equal(
      await after(seconds(20)),
      'waiting: | rebuild starts in 14 min 40 s (vs7, vs8, vs9) | offline chunks need CS 1037, 1038, 1039 or 3 more back',
    );
    assert.ok((desk.chunks['offline'] ?? 0) > 20_000);
    assert.equal(
      await after(15, 5),
      'suppressed: | offline chunks need CS 1037, 1038, 1039 or 3 more back | replication is suppressed: 3 hosts offline, limit 2',
    );
    desk.kill('vs10');
    assert.equal(
      await after(seconds(20)),
      'suppressed: | offline chunks need CS 1037, 1038, 1039 or 5 more back | replication is suppressed: 3 hosts offline, limit 2 | cannot rebuild: 7 domains needed, 6 alive | rebuild starts in 14 min 40 s (vs10)',
    );
    assert.equal(
      await after(16, 4),
      'suppressed: | offline chunks need CS 1037, 1038, 1039 or 5 more back | replication is suppressed: 4 hosts offline, limit 2 | cannot rebuild: 7 domains needed, 6 alive',
    );
    desk.start('vs7', 'vs8', 'vs9', 'vs10');
    assert.equal(await after(1, 0.5), 'stable: | nothing to rebuild');
    assert.deepEqual(desk.chunks, { healthy: 100_000 });
  });

  it('a maintenance that overruns: held for 30 min, then given up and rebuilt', async () => {
    desk.act('maintenance', 'vs6');
    assert.equal(await after(1), 'stable: | nothing to rebuild');
    assert.equal(desk.states('vs6'), 'maintenance');
    desk.kill('vs6');
    assert.equal(await after(7, 1), 'held: | held: maintenance, 24 min left (vs6)');
    assert.deepEqual(desk.chunks, { healthy: 30_000, degraded: 70_000 });
    assert.match(
      await after(23, 1),
      /^rebuilding: \| rebuilding: 69\d00 chunks left \| maintenance of vs6 overran.*: the cluster has given it up$/,
    );
    assert.equal(desk.states('vs6'), 'offline');
    assert.match(
      await after(6, 1),
      /^rebuilding: \| rebuilding: 59\d00 chunks left \| maintenance of vs6 overran by 5 min: the cluster has given it up$/,
    );
    desk.start('vs6');
    await after(1);
    desk.act('maintenance', 'vs6');
    assert.equal(await after(60, 20), 'stable: | nothing to rebuild');
    assert.deepEqual(desk.chunks, { healthy: 100_000 });
  });

  it('full disks: the rebuild begins, and ends where there is no room; deleting data lets it go on', async () => {
    desk.simulator.fill('vs1');
    await after(1);
    desk.kill('vs10');
    assert.equal(await after(1), 'waiting: | rebuild starts in 14 min (vs10)');
    assert.match(await after(16, 4), /^rebuilding: \| rebuilding: \d+ chunks left$/);
    assert.equal(
      await after(180, 60),
      'cannot-rebuild: | cannot rebuild: no room, every disk is filled up to its margin of 5 %',
    );
    assert.ok((desk.chunks['degraded'] ?? 0) > 30_000);
    desk.act('empty', 'vs1');
    assert.match(await after(5), /^rebuilding: \| rebuilding: \d+ chunks left$/);
    assert.equal(await after(90, 30), 'stable: | everything is rebuilt; 2 chunk services are still gone');
  });

  it('the MDS majority lost: nobody decides anything, and no time runs until it is back', async () => {
    desk.kill('vs1', 'vs2', 'vs3');
    assert.match(
      (await desk.pass(seconds(20)))[0] ?? '',
      /^no MDS majority for .*: 2 of 5 alive, 3 needed; nothing is read, written or rebuilt$/,
    );
    assert.match(
      (await desk.pass(120, 30))[0] ?? '',
      /^no MDS majority for 2 h( 00 min)?: 2 of 5 alive, 3 needed; nothing is read, written or rebuilt$/,
    );
    desk.start('vs1');
    await desk.pass(seconds(35));
    assert.equal(desk.stage, 'stable');
    assert.equal(
      await after(seconds(10)),
      'waiting: | rebuild starts in 14 min 40 s (vs2, vs3)',
      'the two hours without a majority counted for nobody',
    );
    assert.match(await after(15, 5), /^rebuilding: \| rebuilding: \d+ chunks left$/);
  });
});
