import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';

/** What was heard less than this long ago is as good as heard now, in milliseconds. */
const FRESH_MS = 1_000;

/** The part of an ssh2 client that begins its wait for the next keepalive anew (client.js, resetKA). */
type Waiting = Client & { readonly _resetKA?: () => void };

/**
 * Lets a connection be asked whether it lives only when nothing was heard on it for a while, as ssh does
 * (ssh_config(5), ServerAliveInterval). ssh2 asks each time, whatever came: with a thousand nodes that is as much work
 * as their heartbeats.
 */
export function whatIsHeardIsAlive(
  client: Client,
  socket: Duplex,
  now: () => number = () => performance.now(),
): void {
  let heardAt = now();
  socket.on('data', () => {
    const at = now();
    if (at - heardAt < FRESH_MS) return;
    heardAt = at;
    (client as Waiting)._resetKA?.();
  });
}
