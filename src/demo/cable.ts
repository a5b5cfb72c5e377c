import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/**
 * The cable between a client's socket and the SSH server of a simulated host. When the host loses its power
 * the cable is cut: a crashed machine sends neither FIN nor RST, so the client's side stays open and silent.
 */
export class Cable extends Duplex {
  private isCut = false;

  constructor(private readonly socket: Socket) {
    super();
    // Nagle's algorithm costs 40 ms and more for each exchange of small packets.
    socket.setNoDelay(true);
    socket.on('data', (piece) => {
      if (!this.isCut && !this.push(piece)) socket.pause();
    });
    socket.on('end', () => this.isCut || this.push(null));
    socket.on('error', () => this.destroy());
    socket.on('close', () => this.destroy());
  }

  get remoteAddress(): string | undefined {
    return this.socket.remoteAddress;
  }

  get remoteFamily(): string | undefined {
    return this.socket.remoteFamily;
  }

  get remotePort(): number | undefined {
    return this.socket.remotePort;
  }

  /** The host is gone: its end is destroyed, the client hears nothing more and nothing is read. */
  cut(): void {
    this.isCut = true;
    this.socket.pause();
    this.destroy();
  }

  override _read(): void {
    if (!this.isCut) this.socket.resume();
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.isCut || this.socket.destroyed) done();
    // an error of the socket arrives at its own handler
    else this.socket.write(piece, () => done());
  }

  override _final(done: () => void): void {
    if (!this.isCut) this.socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.isCut) this.socket.destroy();
    done(error);
  }
}
