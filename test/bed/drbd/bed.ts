import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { output, runProgram, type Ended } from '../programs';

const script = resolve(import.meta.dirname, 'bed.sh');
/** The built command line; `STANDBY_CLI` names another build. */
const cli = process.env['STANDBY_CLI'] ?? resolve(import.meta.dirname, '../../../dist/cli.js');
const folderStart = 'standby-drbd-';
const endings = ['SIGTERM', 'SIGHUP'] as const;

export type Server = 'oss1' | 'oss2';
export const servers: readonly Server[] = ['oss1', 'oss2'];

/** What is cut: the link between the two servers, or a server's link to everyone but its partner. */
export type Link = 'replication' | Server;

/** What may differ in a bed's cluster file. */
export interface FileOptions {
  readonly name?: string;
  /** The server whose power the console of a server tells; undefined: it has no console. Its own by default. */
  readonly consoleOf?: (node: Server) => Server | undefined;
}

/** Two machines with real DRBD and a client. Whoever starts them stops them; a process that ends early does, too. */
export class DrbdBed {
  private constructor(
    readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    process.once('exit', this.stopNow);
    for (const signal of endings) process.once(signal, this.stopAndEnd);
  }

  static async start(): Promise<DrbdBed> {
    sweep();
    const folder = mkdtempSync(join(tmpdir(), folderStart));
    await writeFile(join(folder, 'owner'), String(process.pid));
    const bed = new DrbdBed(folder, environment(folder));
    try {
      await bed.do(['up'], 180_000);
    } catch (error) {
      bed.stop();
      throw error;
    }
    return bed;
  }

  /** Ends both machines and removes everything of the bed. */
  stop(): void {
    process.off('exit', this.stopNow);
    for (const signal of endings) process.off(signal, this.stopAndEnd);
    this.stopNow();
  }

  private readonly stopAndEnd = (signal: NodeJS.Signals): void => {
    this.stop();
    process.kill(process.pid, signal);
  };

  /** Synchronous, because nothing else runs while a process ends. */
  private readonly stopNow = (): void => {
    takeDown(this.folder);
  };

  /** One command of bed.sh that has to succeed. */
  do(args: readonly string[], timeoutMs = 30_000): Promise<string> {
    return output(script, args, { env: this.env, timeoutMs });
  }

  /** Runs a script on a node, through its sshd. */
  sh(node: Server | 'lc1', text: string, timeoutMs = 30_000): Promise<string> {
    return this.do(['sh', node, text], timeoutMs);
  }

  /** The same without judging how it ended. */
  try(node: Server | 'lc1', text: string, timeoutMs = 30_000): Promise<Ended> {
    return runProgram(script, ['sh', node, text], { env: this.env, timeoutMs });
  }

  powerOff(node: Server): Promise<string> {
    return this.do(['poweroff', node]);
  }

  powerOn(node: Server): Promise<string> {
    return this.do(['poweron', node], 90_000);
  }

  cut(link: Link): Promise<string> {
    return this.do(['cut', link]);
  }

  join(link: Link): Promise<string> {
    return this.do(['join', link]);
  }

  /** Whether a machine's power is on. */
  async isOn(node: Server): Promise<boolean> {
    return (await this.do(['power', node])).includes(' is on');
  }

  /** Answers a question of debugfs(8) about the copy of a file system that lies on a server. */
  async readCopy(node: Server, image: string, question: string): Promise<string> {
    const here = join(this.folder, 'copy.img');
    const config = join(this.folder, 'bed', 'ssh_config');
    if (!existsSync(here))
      await this.do(
        [
          'room',
          'sh',
          '-c',
          'ssh -q -F "$1" "$2" gzip -1c "$3" | gzip -dc >"$4"',
          '-',
          config,
          node,
          image,
          here,
        ],
        120_000,
      );
    return output('debugfs', ['-R', question, here], { env: this.env, timeoutMs: 20_000 });
  }

  /** What a machine's console has shown so far. */
  console(node: Server): string {
    return join(this.folder, 'bed', `${node}.console`);
  }

  /** Writes a cluster file and returns its path. */
  async clusterFile(options: FileOptions = {}): Promise<string> {
    const { name: cluster = 'bed', consoleOf = (node) => node } = options;
    const path = join(this.folder, `${cluster}.cluster.yaml`);
    const server = (node: Server) => {
      const wired = consoleOf(node);
      return [
        `  - name: ${node}`,
        `    address: 10.78.0.${node.slice(3)}`,
        '    roles: [oss]',
        ...(wired === undefined ? [] : [`    console: env BED=${this.env['BED']} ${script} power ${wired}`]),
      ];
    };
    await writeFile(
      path,
      [
        `cluster: ${cluster}`,
        'system: lustre',
        'heartbeat: { interval: 2s, inactiveAfter: 6s }',
        'nodes:',
        ...servers.flatMap(server),
        '  - { name: lc1, address: 10.78.0.31, roles: [client] }',
        'lustre:',
        '  filesystem: scratch',
        '  mgsNids: [10.78.0.1@tcp, 10.78.0.2@tcp]',
        '  clientMount: /mnt/scratch',
        '  targets:',
        '    - name: OST0000',
        '      device: /dev/drbd0',
        '      drbd: ost0',
        '      mountPoint: /mnt/ost0',
        '      primary: oss1',
        '      secondary: oss2',
        '      serviceNodes: [10.78.0.1@tcp, 10.78.0.2@tcp]',
        '',
      ].join('\n'),
    );
    return path;
  }

  /** How the built command line is started as the operator: this machine's programs in the network of the bed. */
  commandLine(
    operator: string,
    args: readonly string[],
  ): { readonly file: string; readonly words: readonly string[]; readonly env: NodeJS.ProcessEnv } {
    return {
      file: script,
      words: ['room', process.execPath, cli, ...args, '--ssh-config', join(this.folder, 'bed', 'ssh_config')],
      env: {
        ...this.env,
        HOME: this.folder,
        XDG_STATE_HOME: join(this.folder, `state-${operator}`),
        NO_COLOR: '1',
      },
    };
  }

  /** Runs the built command line to its end. */
  cli(args: readonly string[], timeoutMs = 120_000): Promise<Ended> {
    const { file, words, env } = this.commandLine('ops', args);
    return runProgram(file, words, { timeoutMs, env });
  }

  /** The server that has the target mounted, by its own table; undefined: none, or several. */
  async serving(): Promise<Server | undefined> {
    const asked = await Promise.all(
      servers.map(async (node) =>
        (await this.isOn(node)) &&
        (await this.try(node, 'grep -q " /mnt/ost0 " /proc/mounts', 15_000)).code === 0
          ? node
          : undefined,
      ),
    );
    const found = asked.filter((node) => node !== undefined);
    return found.length === 1 ? found[0] : undefined;
  }
}

function environment(folder: string): NodeJS.ProcessEnv {
  return { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, BED: join(folder, 'bed') };
}

function takeDown(folder: string): void {
  if (existsSync(join(folder, 'bed')))
    execFileSync(script, ['down'], { env: environment(folder), stdio: 'ignore', timeout: 30_000 });
  rmSync(folder, { recursive: true, force: true });
}

/** Removes beds whose test process was killed so hard that it could not. */
function sweep(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(folderStart))) {
    const folder = join(tmpdir(), name);
    const file = join(folder, 'owner');
    if (!existsSync(file) || existsSync(`/proc/${readFileSync(file, 'utf8')}`)) continue;
    takeDown(folder);
  }
}
