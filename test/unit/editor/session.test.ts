import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Watch } from '../../../src/editor/session';
import { Session } from '../../../src/editor/session';
import type { Connections } from '../../../src/ssh/connection';
import type { System } from '../../../src/systems/system';
import { cluster, state } from './samples';

const lingerMs = 20;

/** A session whose watches only write down what happened to them. */
function recorded(fails = false) {
  const log: string[] = [];
  const paces: string[] = [];
  let number = 0;
  const start = (_: Session, previous: unknown): Promise<Watch> => {
    if (fails) return Promise.reject(new Error('no configuration'));
    const id = (number += 1);
    log.push(`start ${id}${previous === undefined ? '' : ' with previous'}`);
    return Promise.resolve({
      connections: {} as Connections,
      refresh: () => Promise.resolve(void log.push(`refresh ${id}`)),
      askAgain: (node) => Promise.resolve(void log.push(`ask ${node} again ${id}: ${session.mayAsk()}`)),
      setPace: (pace) => void paces.push(pace),
      setMaintenance: (node, on, until) => void log.push(`maintenance ${node} ${on} ${until}`),
      stop: () => void log.push(`stop ${id}`),
      dispose: () => void log.push(`dispose ${id}`),
    });
  };
  const errors: unknown[] = [];
  const session = new Session(
    'key',
    'media.cluster.yaml',
    cluster(),
    {} as System,
    start,
    () => undefined,
    (_, error) => errors.push(error),
    lingerMs,
  );
  return { session, log, errors, paces };
}

const settled = () => sleep(1);
const lingered = () => sleep(lingerMs * 3);

describe('A session', () => {
  it('connects to nothing until somebody looks', async () => {
    const { log } = recorded();
    await lingered();
    assert.deepEqual(log, []);
  });

  it('watches from the first look on, slowly when nobody has looked for a while', async () => {
    const { session, log, paces } = recorded();
    const stop = session.look();
    await settled();
    assert.ok(session.watched);
    stop();
    await settled();
    assert.equal(paces.at(-1), 'visible', 'slowed down at once');
    await lingered();
    assert.equal(paces.at(-1), 'hidden');
    assert.ok(session.watched);
    session.look();
    await settled();
    assert.equal(paces.at(-1), 'visible');
    assert.deepEqual(log, ['start 1']);
    session.dispose();
  });

  it('connects anew when how that is done has changed, and a run keeps what it was lent', async () => {
    const { session, log } = recorded();
    await session.reconnect();
    assert.deepEqual(log, [], 'nobody looks yet');
    session.look();
    await settled();
    await session.reconnect();
    assert.deepEqual(log, ['start 1', 'stop 1', 'dispose 1', 'start 2']);
    const lease = await session.lease();
    await session.reconnect();
    assert.deepEqual(log.slice(4), ['stop 2', 'start 3']);
    lease.release();
    assert.deepEqual(log.slice(6), ['dispose 2']);
    session.dispose();
  });

  it('does not slow down when the look comes back in time', async () => {
    const { session, paces } = recorded();
    session.look()();
    session.look();
    await lingered();
    assert.ok(!paces.slice(1).includes('hidden'), paces.join());
    session.dispose();
  });

  it('does not begin for a cluster file in sight, but keeps the pace up for it', async () => {
    const { session, log, paces } = recorded();
    const close = session.look('read');
    await lingered();
    assert.deepEqual(log, []);
    session.look('begin')();
    await lingered();
    assert.equal(paces.at(-1), 'visible');
    close();
    await lingered();
    assert.equal(paces.at(-1), 'hidden');
    session.dispose();
  });

  it('hands maintenance on to what watches, and to nobody else', async () => {
    const { session, log } = recorded();
    session.setMaintenance('m1', true, 7);
    session.look();
    await settled();
    session.setMaintenance('m1', true, 7);
    assert.deepEqual(log, ['start 1', 'maintenance m1 true 7']);
    session.dispose();
  });

  it('stays connected without a look after Connect', async () => {
    const { session } = recorded();
    const stop = session.look();
    await session.connect();
    stop();
    await lingered();
    assert.ok(session.watched);
    session.dispose();
  });

  it('asks nobody out of the blue, and begins anew at Connect so that the questions are asked then', async () => {
    const { session, log } = recorded();
    session.look();
    await settled();
    assert.equal(session.mayAsk(), false);
    await session.connect();
    assert.equal(session.mayAsk(), true);
    assert.deepEqual(log, ['start 1', 'stop 1', 'dispose 1', 'start 2']);
    session.dispose();
  });

  it('asks again what was answered with no, when a person wants to trust a host after all', async () => {
    const { session, log } = recorded();
    await session.connect();
    await session.askAgain();
    assert.equal(session.mayAsk(), true);
    assert.deepEqual(log, ['start 1', 'stop 1', 'dispose 1', 'start 2']);
    session.dispose();
  });

  it('asks again about one node without a word to the others', async () => {
    const { session, log } = recorded();
    session.look();
    await settled();
    assert.equal(session.mayAsk(), false);
    await session.askAgain('m1');
    assert.deepEqual(log, ['start 1', 'ask m1 again 1: true']);
    assert.equal(session.mayAsk(), false, 'later questions wait for Connect as before');
    session.dispose();
  });

  it('keeps its connections at Connect when no question was left open', async () => {
    const { session, log } = recorded();
    session.look();
    await settled();
    await session.connect();
    assert.deepEqual(log, ['start 1', 'refresh 1']);
    session.dispose();
  });

  it('obeys Disconnect although somebody looks, until the next Connect', async () => {
    const { session } = recorded();
    session.look();
    await session.disconnect();
    assert.ok(!session.watched);
    session.look();
    await settled();
    assert.ok(!session.watched);
    await session.connect();
    assert.ok(session.watched);
    session.dispose();
  });

  it('starts anew, with what it knew, when the saved file says something else, and only then', async () => {
    const { session, log } = recorded();
    session.look();
    await settled();
    session.state = state();
    await session.replace(cluster());
    assert.deepEqual(log, ['start 1']);
    await session.replace(cluster({ nodes: [] }));
    assert.deepEqual(log, ['start 1', 'stop 1', 'dispose 1', 'start 2 with previous']);
    session.dispose();
  });

  it('keeps lent connections open through Disconnect, and closes them when they come back', async () => {
    const { session, log } = recorded();
    const lease = await session.lease();
    await session.disconnect();
    assert.deepEqual(log, ['start 1', 'stop 1']);
    lease.release();
    lease.release();
    assert.deepEqual(log, ['start 1', 'stop 1', 'dispose 1']);
  });

  it('ends after a loan when nobody has begun to watch', async () => {
    const { session, log } = recorded();
    (await session.lease()).release();
    await lingered();
    assert.deepEqual(log, ['start 1', 'stop 1', 'dispose 1']);
  });

  it('says so when nothing can be connected, and lends nothing', async () => {
    const { session, errors } = recorded(true);
    await assert.rejects(session.lease(), /media could not be connected/);
    assert.equal(errors.length, 1);
    session.dispose();
  });

  it('leaves nothing behind when it is disposed while it starts', async () => {
    const { session, log } = recorded();
    session.look();
    session.dispose();
    await settled();
    assert.deepEqual(
      log.filter((line) => line.startsWith('start')).length,
      log.filter((line) => line.startsWith('dispose')).length,
    );
  });
});
