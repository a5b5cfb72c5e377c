import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way on loopback to a server, which can be cut as a network is: what is on it is lost, and nobody is told. */
export class Wire {
  /** Nothing passes and nothing is answered; what was sent meanwhile arrives when it is whole again, as TCP has it. */
  private cutNow = false;
  /** Connections that were taken, whatever came of them. */
  accepted = 0;
  private readonly pairs = new Set<readonly [Socket, Socket]>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
    public target: number,
  ) {
    server.on('connection', (near) => this.carry(near));
  }

  static async to(target: number, port = 0): Promise<Wire> {
    const server = createServer({ pauseOnConnect: true }).listen(port, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return new Wire(server, (server.address() as AddressInfo).port, target);
  }

  set isCut(isCut: boolean) {
    this.cutNow = isCut;
    for (const pair of this.pairs) for (const end of pair) this.flow(end);
  }

  /** Ends the connections; new ones are taken. */
  cut(): void {
    for (const pair of this.pairs) for (const end of pair) end.destroy();
  }

  /** Ends everything: who dials is refused. */
  stop(): void {
    this.server.close();
    this.cut();
  }

  private carry(near: Socket): void {
    this.accepted++;
    const far = connect(this.target, '127.0.0.1');
    const pair = [near, far] as const;
    this.pairs.add(pair);
    const end = () => {
      if (this.cutNow) return;
      this.pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('data', (data: Buffer) => to.write(data));
      from.on('error', end).on('close', end);
      this.flow(from);
    }
  }

  private flow(end: Socket): void {
    if (this.cutNow) end.pause();
    else if (end.destroyed) end.emit('close');
    else end.resume();
  }
}
