import { LOCK_STATUS, STALE_AFTER, type LockRequest } from './lock-scripts';

/** A lock on a simulated node; time in epoch milliseconds. */
export interface SimulatedLock {
  readonly owner: string;
  readonly token: string;
  readonly who: string;
  readonly touchedAt: number;
}

/** Answers a lock script as a node's `sh` would; `locks` is the node's own, by cluster. A test holds it against a real sh. */
export function answerLock(
  request: LockRequest,
  locks: Map<string, SimulatedLock>,
  now: number,
): { readonly exitCode: number; readonly stdout: string; readonly stderr: string } {
  const { verb, cluster, owner, token, who = '', confirmed = [] } = request;
  const lock = locks.get(cluster);
  const answer = (exitCode: number, stdout = '') => ({ exitCode, stdout, stderr: '' });
  if (verb === 'take') {
    const age = lock ? Math.floor(now / 1000) - Math.floor(lock.touchedAt / 1000) : 0;
    if (lock && lock.owner !== owner && !(age > STALE_AFTER && confirmed.includes(lock.owner))) {
      return answer(LOCK_STATUS.held, `${age} ${lock.owner}\n${lock.who}\n`);
    }
    locks.set(cluster, { owner, token, who, touchedAt: now });
    return answer(LOCK_STATUS.done);
  }
  if (verb === 'look') {
    if (!lock || lock.owner === owner) return answer(LOCK_STATUS.done);
    const age = Math.floor(now / 1000) - Math.floor(lock.touchedAt / 1000);
    return answer(LOCK_STATUS.held, `${age} ${lock.owner}\n${lock.who}\n`);
  }
  if (lock?.owner !== owner || lock.token !== token) {
    return answer(LOCK_STATUS.lost, `0 ${lock?.owner ?? ''}\n${lock ? `${lock.who}\n` : ''}`);
  }
  if (verb === 'touch') locks.set(cluster, { ...lock, touchedAt: now });
  else locks.delete(cluster);
  return answer(LOCK_STATUS.done);
}
