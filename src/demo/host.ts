import { createServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import type { AuthContext, Connection, ParsedKey, Server, ServerChannel, Session } from 'ssh2';
import type { loadSsh2 } from '../ssh/library';
import { answerIn, standingIn } from '../ssh/loop';
import { scriptOf } from '../ssh/shell';
import { Cable } from './cable';
import { forward } from './forwarding';
import { runLoop, runStanding } from './loop';
import { runShell } from './prompt';
import type { Simulator } from './simulator';

type Ssh2 = Awaited<ReturnType<typeof loadSsh2>>;

/** What a simulated host needs to know of the demo around it. */
export interface Surroundings {
  readonly ssh2: Ssh2;
  /** Answers a script as the shell of that node would. */
  readonly run: Simulator['run'];
  readonly isUp: (node: string) => boolean;
  /** The only key that may log in. */
  readonly loginKey: ParsedKey;
  /** The node that listens on a loopback port. */
  readonly nodeAt: (port: number) => string | undefined;
  /** Something may have changed who is up. */
  changed(): void;
}

/** One simulated node: a real SSH server on a loopback port, with a host key of its own. */
export class DemoHost {
  private readonly listener: TcpServer;
  private readonly server: Server;
  private readonly sockets = new Map<Socket, Cable | undefined>();
  private up = true;

  private constructor(
    readonly name: string,
    hostKey: string,
    private readonly around: Surroundings,
  ) {
    this.server = new around.ssh2.Server({ hostKeys: [hostKey], ident: 'Simulated' }, (connection) =>
      this.serve(connection),
    );
    this.listener = createServer((socket) => this.connected(socket));
  }

  /** Starts listening on a free port of 127.0.0.1. */
  static async start(name: string, hostKey: string, around: Surroundings): Promise<DemoHost> {
    const host = new DemoHost(name, hostKey, around);
    await new Promise<void>((resolve, reject) => {
      host.listener.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return host;
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /**
   * Switches the power. A host that is off keeps its port but never answers there: a refused connection would
   * say that the machine lives and only its SSH server does not.
   */
  setUp(up: boolean): void {
    if (up === this.up) return;
    this.up = up;
    for (const [socket, cable] of this.sockets)
      if (!up) cable?.cut();
      // a machine that has booted resets connections that it knows nothing of (RFC 9293, 3.5.1)
      else socket.resetAndDestroy();
  }

  async dispose(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.listener.close(() => resolve()));
    for (const socket of this.sockets.keys()) socket.destroy();
    await closed;
  }

  private connected(socket: Socket): void {
    socket.on('close', () => this.sockets.delete(socket));
    if (!this.up) {
      socket.on('error', () => {});
      socket.pause();
      this.sockets.set(socket, undefined);
      return;
    }
    const cable = new Cable(socket);
    this.sockets.set(socket, cable);
    // ssh2 wants a socket and uses no more of it than a duplex stream with the remote end's address has
    this.server.injectSocket(cable as unknown as Socket);
  }

  private serve(connection: Connection): void {
    connection.on('error', () => {});
    connection.on('authentication', (context) => this.authenticate(context));
    connection.on('session', (accept) => this.session(accept()));
    connection.on('tcpip', (accept, reject, info) =>
      forward(this.around, accept, reject, info.destIP, info.destPort),
    );
  }

  private authenticate(context: AuthContext): void {
    const { loginKey } = this.around;
    if (context.method !== 'publickey') return context.reject(['publickey']);
    const known = context.key.data.equals(loginKey.getPublicSSH());
    const proven =
      context.signature === undefined ||
      (context.blob !== undefined &&
        loginKey.verify(context.blob, context.signature, context.hashAlgo) === true);
    if (context.username === 'root' && known && proven) context.accept();
    else context.reject(['publickey']);
  }

  private session(session: Session): void {
    let terminal = false;
    session.on('pty', (accept) => {
      terminal = true;
      (accept as (() => void) | undefined)?.();
    });
    session.on('env', (accept) => (accept as (() => void) | undefined)?.());
    session.on('window-change', (accept) => (accept as (() => void) | undefined)?.());
    session.on('signal', (accept) => (accept as (() => void) | undefined)?.());
    session.on('exec', (accept, _reject, info) => void this.exec(accept(), info.command));
    session.on('shell', (accept) => void this.shell(accept(), terminal));
  }

  private async exec(channel: ServerChannel, command: string): Promise<void> {
    channel.on('error', () => {});
    const question = answerIn(command);
    if (question !== undefined) {
      const { run } = this.around;
      await runLoop(channel, async () => (await run(this.name, question, () => {})).stdout);
      channel.exit(0);
      channel.end();
      return;
    }
    const standing = standingIn(scriptOf(command) ?? '');
    if (standing !== undefined) {
      await runStanding(channel, () => this.run(standing, () => {}));
      channel.exit(0);
      channel.end();
      return;
    }
    const answer = await this.run(scriptOf(command) ?? command, (text) => channel.write(text));
    channel.write(answer.stdout);
    channel.stderr.write(answer.stderr);
    channel.exit(answer.exitCode);
    channel.end();
  }

  private async shell(channel: ServerChannel, terminal: boolean): Promise<void> {
    channel.on('error', () => {});
    await runShell({ name: this.name, channel, terminal, run: (line, say) => this.run(line, say) });
    channel.exit(0);
    channel.end();
  }

  private async run(script: string, say: (text: string) => void) {
    const answer = await this.around.run(this.name, script, say);
    this.around.changed();
    return answer;
  }
}
