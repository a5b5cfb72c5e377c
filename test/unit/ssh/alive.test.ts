import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { Client } from 'ssh2';
import { whatIsHeardIsAlive } from '../../../src/ssh/alive';

describe('a connection on which something was heard', () => {
  it('is asked whether it lives only after a while without a word', () => {
    let now = 0;
    let begun = 0;
    const socket = new PassThrough();
    const client = { _resetKA: () => void begun++ } as unknown as Client;
    whatIsHeardIsAlive(client, socket, () => now);
    socket.emit('data', 'x');
    assert.equal(begun, 0, 'it has just begun to wait');
    now = 4_000;
    for (let n = 0; n < 10; n++) socket.emit('data', 'x');
    assert.equal(begun, 1, 'not for each packet');
    now = 8_000;
    socket.emit('data', 'x');
    assert.equal(begun, 2);
  });

  it('has the means for it in this version of ssh2', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = new Client();
    client.on('error', () => {});
    try {
      client.connect({
        sock: connect((server.address() as AddressInfo).port, '127.0.0.1'),
        username: 'nobody',
      });
      assert.equal(typeof (client as { _resetKA?: unknown })._resetKA, 'function');
    } finally {
      client.destroy();
      server.close();
    }
  });
});
