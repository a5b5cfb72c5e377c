import { connect } from 'node:net';
import type { ServerChannel } from 'ssh2';
import type { Surroundings } from './host';

/**
 * A connection that one simulated node opens to another (RFC 4254, 7.2): a witness asks so. To a node that
 * is off the request is never answered, as packets to a dead machine never are; elsewhere nothing listens.
 */
export function forward(
  { isUp, nodeAt }: Pick<Surroundings, 'isUp' | 'nodeAt'>,
  accept: () => ServerChannel,
  reject: () => void,
  host: string,
  port: number,
): void {
  const node = ['127.0.0.1', 'localhost'].includes(host) ? nodeAt(port) : undefined;
  if (node === undefined) return reject();
  if (!isUp(node)) return;
  const socket = connect(port, '127.0.0.1');
  socket.once('error', reject);
  socket.once('connect', () => {
    socket.off('error', reject);
    const channel = accept();
    channel.on('error', () => socket.destroy());
    channel.on('close', () => socket.destroy());
    socket.on('error', () => channel.end());
    socket.pipe(channel).pipe(socket);
  });
}
