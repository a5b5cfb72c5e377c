import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent, StampedEvent } from '../../../src/failover/events';
import { JournalError, Journals } from '../../../src/failover/journal';
import { isRunId, newRunId } from '../../../src/failover/run-id';

const ID = '20261121T030000Z-0a1b2c3d';

describe('journal', () => {
  let dir: string;
  let journals: Journals;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'standby-journal-'));
    journals = new Journals(join(dir, 'runs'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const at = (event: RunEvent, run = ID): StampedEvent => ({
    ...event,
    run,
    time: '2026-11-21T03:00:00.000Z',
  });
  const started: RunEvent = {
    type: 'run-started',
    kind: 'failover',
    cluster: 'c1',
    to: 'm2',
    file: 'a.cluster.yaml',
    steps: 2,
    resumed: false,
  };
  const note = (message: string): RunEvent => ({ type: 'note', message });
  const path = () => join(dir, 'runs', `${ID}.jsonl`);

  it('safety 20: is for the user alone, in a folder for the user alone', async () => {
    const journal = await journals.open(ID);
    await journal.write(at(started));
    await journal.close();
    assert.equal(statSync(path()).mode & 0o777, 0o600);
    assert.equal(statSync(join(dir, 'runs')).mode & 0o777, 0o700);
  });

  it('has each event on the disk as soon as its write resolves, in order, one line each', async () => {
    const journal = await journals.open(ID);
    const events = [at(started), at(note('one\ntwo')), at(note('three'))];
    await Promise.all(events.map((event) => journal.write(event)));
    assert.deepEqual(
      readFileSync(path(), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
      events,
    );
    await journal.close();
    await journal.close();
  });

  it('tells what the run was started with', async () => {
    const journal = await journals.open(ID);
    await journal.write(at(started));
    await journal.close();
    const { run, kind, cluster, to, target, file } = await journals.header(ID);
    assert.deepEqual(
      { run, kind, cluster, to, target, file },
      { run: ID, kind: 'failover', cluster: 'c1', to: 'm2', target: undefined, file: 'a.cluster.yaml' },
    );
  });

  it('survives a crash in the middle of a line, and goes on after it', async () => {
    const journal = await journals.open(ID);
    await journal.write(at(started));
    await journal.write(at(note('before the crash')));
    await journal.close();
    truncateSync(path(), statSync(path()).size - 12);
    assert.deepEqual(
      (await journals.events(ID)).map(({ type }) => type),
      ['run-started'],
    );
    const again = await journals.open(ID);
    await again.write(at(note('after')));
    await again.close();
    assert.deepEqual(
      (await journals.events(ID)).map((event) => (event.type === 'note' ? event.message : event.type)),
      ['run-started', 'after'],
    );
  });

  it('leaves out lines of another run, and lines that are no event', async () => {
    const journal = await journals.open(ID);
    await journal.write(at(started));
    await journal.close();
    appendFileSync(
      path(),
      `${JSON.stringify(at(note('x'), 'other'))}\n[1]\nnull\n{"run":"${ID}","time":"t","type":"toString"}\n`,
    );
    assert.equal((await journals.events(ID)).length, 1);
  });

  it('keeps the tail of the output, not the stream', async () => {
    const journal = await journals.open(ID);
    await journal.write(at({ type: 'output', step: 's', node: 'm2', stream: 'stdout', text: 'streamed' }));
    await journal.close();
    assert.equal(readFileSync(path(), 'utf8'), '');
  });

  it('lists runs, the newest first, with how they ended, and no other files', async () => {
    const other = '20261122T030000Z-ffffffff';
    for (const id of [ID, other]) {
      const journal = await journals.open(id);
      await journal.write(at(started, id));
      if (id === ID)
        await journal.write(at({ type: 'run-ended', outcome: 'failed', message: '', next: [] }, id));
      await journal.close();
    }
    writeFileSync(join(dir, 'runs', 'notes.txt'), 'x');
    writeFileSync(join(dir, 'runs', '20261123T030000Z-00000000.jsonl'), '');
    assert.deepEqual(
      (await journals.list()).map(({ run, outcome }) => [run, outcome]),
      [
        [other, undefined],
        [ID, 'failed'],
      ],
    );
    assert.deepEqual(await new Journals(join(dir, 'none')).list(), []);
  });

  it('reads and writes no file that an id could point to elsewhere', async () => {
    const reason = (wanted: string) => (error: unknown) =>
      error instanceof JournalError && error.reason === wanted;
    for (const id of ['../approvals', 'x/y', '', ID.toUpperCase() + '/']) {
      await assert.rejects(journals.open(id), reason('unknown-run'));
      await assert.rejects(journals.header(id), reason('unknown-run'));
    }
    await assert.rejects(journals.header(ID), reason('unknown-run'));
    const journal = await journals.open('20261122T030000Z-ffffffff');
    await journal.close();
    writeFileSync(join(dir, 'victim'), '');
    symlinkSync(join(dir, 'victim'), path());
    await assert.rejects(journals.open(ID), reason('unwritable'));
  });

  it('ids sort by time and are told from other text', () => {
    const ids = [Date.UTC(2026, 0, 1), Date.UTC(2026, 10, 21, 3), Date.UTC(2027, 0, 1)].map((now) =>
      newRunId(now),
    );
    assert.deepEqual([...ids].sort(), ids);
    assert.ok(ids.every(isRunId));
    assert.notEqual(newRunId(0), newRunId(0));
  });

  it('is written by one process: a run that goes on is not resumed beside itself', async () => {
    const journal = await journals.open(ID);
    await journal.write(at(started));
    assert.equal((await journals.list())[0]?.isRunning, true);
    await assert.rejects(journals.open(ID), (error: JournalError) => error.reason === 'in-use');
    await journal.close();
    assert.equal((await journals.list())[0]?.isRunning, undefined);
    await (await journals.open(ID)).close();
  });

  it('is free again when its process died, also when its pid was used again', async () => {
    const journal = await journals.open(ID);
    await journal.write(at(started));
    const file = join(dir, 'runs', `${ID}.pid`);
    const [machine, pid] = JSON.parse(readFileSync(file, 'utf8')) as [string, number, string];
    for (const other of [[machine, pid, '1'], [machine, 2 ** 22 + 1, '1'], ['elsewhere', pid, '1'], 'torn']) {
      writeFileSync(file, JSON.stringify(other));
      assert.equal((await journals.list())[0]?.isRunning, undefined);
    }
    await (await journals.open(ID)).close();
    await journal.close();
  });
});
