import { Gate } from './gate';

/** sshd allows 10 sessions on a connection by default (sshd_config(5), MaxSessions); two are left to others. */
const SESSIONS = 8;

/**
 * The places for sessions on one node's connection. A server that allows fewer says so only by refusing one; from then
 * on no more are used at a time than it bore, and none is kept for later.
 */
export class Sessions extends Gate {
  /** The server has refused a session: what is kept open for later takes the place of what is wanted now. */
  isShort = false;

  constructor(private readonly onShort: () => void) {
    super(SESSIONS);
  }

  /** Takes note that the server refused one; tells whether it may open one when others have ended. */
  refused(): boolean {
    const { inside } = this;
    this.isShort = true;
    this.narrow(inside - 1);
    this.onShort();
    return inside > 1;
  }
}
