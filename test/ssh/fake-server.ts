import * as net from 'node:net';
import ssh2, {
  type AuthContext,
  type Connection,
  type ServerChannel,
  type ServerConfig,
  type Session,
} from 'ssh2';

const hostKeys = ssh2.utils.generateKeyPairSync('ed25519');
const clientKeys = ssh2.utils.generateKeyPairSync('ed25519');

/** The private key that a fake server accepts, in OpenSSH's format. */
export const clientKey = clientKeys.private;

/** What a fake server does; what is left out it does as a good server would. */
export interface FakeBehaviour {
  readonly acceptsLogin?: boolean;
  readonly password?: string;
  readonly algorithms?: ServerConfig['algorithms'];
  /** Answers logins itself. */
  readonly onAuthentication?: (context: AuthContext) => void;
  readonly onConnection?: (connection: Connection) => void;
  readonly onSession?: (accept: () => Session, reject: () => void) => void;
  readonly onExec?: (channel: ServerChannel, command: string) => void;
  readonly onForward?: (accept: () => ServerChannel, reject: () => void) => void;
}

/** An SSH server in this process that can misbehave as told. */
export class FakeServer {
  /** Sockets of all connections ever made. */
  readonly sockets: net.Socket[] = [];

  private constructor(
    private readonly listener: net.Server,
    readonly port: number,
  ) {}

  /** The line that makes the server known. */
  get knownHostsLine(): string {
    return `[127.0.0.1]:${this.port} ${hostKeys.public.split(' ').slice(0, 2).join(' ')}\n`;
  }

  static start(behaviour: FakeBehaviour): Promise<FakeServer> {
    return FakeServer.serve(hostKeys.private, behaviour);
  }

  /** One whose host key no other fake has. */
  static startWithOwnKey(behaviour: FakeBehaviour): Promise<FakeServer> {
    return FakeServer.serve(ssh2.utils.generateKeyPairSync('ed25519').private, behaviour);
  }

  private static async serve(hostKey: string, behaviour: FakeBehaviour): Promise<FakeServer> {
    const server = new ssh2.Server(
      { hostKeys: [hostKey], ...(behaviour.algorithms ? { algorithms: behaviour.algorithms } : {}) },
      (connection) => serve(connection, behaviour),
    );
    return FakeServer.listen((socket) => server.injectSocket(socket));
  }

  /** A server that does with each socket as it is told, and speaks no SSH by itself. */
  static async listen(onSocket: (socket: net.Socket) => void): Promise<FakeServer> {
    const listener = net.createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const fake = new FakeServer(listener, (listener.address() as net.AddressInfo).port);
    listener.on('connection', (socket) => {
      fake.sockets.push(socket);
      socket.on('error', () => {});
      onSocket(socket);
    });
    return fake;
  }

  /** Serves a socket that another server accepted. */
  take(socket: net.Socket): void {
    this.listener.emit('connection', socket);
  }

  stop(): void {
    this.listener.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

function serve(connection: Connection, behaviour: FakeBehaviour): void {
  connection.on('error', () => {});
  connection.on('authentication', (context) => {
    if (behaviour.onAuthentication) return behaviour.onAuthentication(context);
    if (behaviour.password !== undefined) {
      if (context.method === 'password' && context.password === behaviour.password) context.accept();
      else context.reject(['password']);
    } else if (context.method === 'publickey' && behaviour.acceptsLogin !== false) {
      context.accept();
    } else {
      context.reject(['publickey']);
    }
  });
  connection.on('tcpip', (accept, reject) =>
    behaviour.onForward ? behaviour.onForward(accept, reject) : reject(),
  );
  connection.on('session', (accept, reject) => {
    if (behaviour.onSession) return behaviour.onSession(accept, reject);
    accept().on('exec', (acceptExec, _reject, info) => {
      const channel = acceptExec();
      if (behaviour.onExec) return behaviour.onExec(channel, info.command);
      channel.write('ok\n');
      channel.exit(0);
      channel.end();
    });
  });
  behaviour.onConnection?.(connection);
}
