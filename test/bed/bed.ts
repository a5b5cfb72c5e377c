import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ClusterHistory } from '../../src/heartbeat/history';
import { HistoryStore } from '../../src/heartbeat/history-store';
import { output, runProgram, type Ended } from './programs';
import { Writer } from './writer';

const script = resolve(import.meta.dirname, 'moosefs/bed.sh');
/** The built command line; `STANDBY_CLI` names another build. */
const cli = process.env['STANDBY_CLI'] ?? resolve(import.meta.dirname, '../../dist/cli.js');
const network = '10.77.0';

/** The virtual address of the bed's master. */
export const virtualIp = `${network}.99`;

const folderStart = 'standby-bed-';
const endings = ['SIGTERM', 'SIGHUP'] as const;

/** How many nodes of each kind a bed has. */
export interface BedSize {
  readonly masters: number;
  readonly chunkservers: number;
}

/** What a bed is built with. */
export interface BedOptions extends Partial<BedSize> {
  /** Machines of operators: `ops`, `ops2` … */
  readonly operators?: number;
  /** Whom the operators log in as; default root, any other needs sudo. */
  readonly login?: string;
  readonly disksEach?: number;
}

/** How a node's network is cut: its administrator took the link down, the cable is out, or nothing gets through. */
export type Cut = 'link' | 'carrier' | 'silent';

/** What may differ in a bed's cluster file. */
export interface FileOptions {
  readonly name?: string;
  /** The node whose power the console of a node tells; undefined: it has no console. Its own by default. */
  readonly consoleOf?: (node: string) => string | undefined;
  /** Further lines of the file. */
  readonly extra?: readonly string[];
}

/** A running real cluster. Whoever starts one stops it; a test process that ends early stops it, too. */
export class Bed {
  private static count = 0;
  readonly nodes: readonly string[];
  /** Nodes whose network is cut now. */
  readonly cutOff = new Set<string>();

  private constructor(
    readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
    readonly size: BedSize,
    private readonly login: string,
  ) {
    const row = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
    this.nodes = [...row('m', size.masters), ...row('cs', size.chunkservers), 'cl1'];
    process.once('exit', this.stopNow);
    for (const signal of endings) process.once(signal, this.stopAndEnd);
  }

  /** Builds a bed of its own; about ten seconds. */
  static async start(options: BedOptions = {}): Promise<Bed> {
    const { masters = 3, chunkservers = 4, operators = 1, login = 'root', disksEach = 2 } = options;
    sweep();
    const folder = mkdtempSync(join(tmpdir(), folderStart));
    const bed = new Bed(
      folder,
      {
        PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
        BED: join(folder, 'bed'),
        PREFIX: `sb${process.pid}x${Bed.count++}`,
        NET: network,
        MASTERS: String(masters),
        CS: String(chunkservers),
        DISKS: String(disksEach),
        OPERATORS: String(operators),
        LOGIN: login,
      },
      { masters, chunkservers },
      login,
    );
    try {
      await bed.do(['up'], 200_000);
    } catch (error) {
      bed.stop();
      throw error;
    }
    return bed;
  }

  /** Ends every process of the bed and removes its namespaces, mounts and files. */
  stop(): void {
    process.off('exit', this.stopNow);
    for (const signal of endings) process.off(signal, this.stopAndEnd);
    this.stopNow();
  }

  /** The same without holding up what else this process does. */
  async end(): Promise<void> {
    await runProgram(script, ['down'], { env: this.env, timeoutMs: 90_000 });
    this.stop();
  }

  /** A signal that nobody else handles ends a process without its `exit` handlers. */
  private readonly stopAndEnd = (signal: NodeJS.Signals): void => {
    this.stop();
    process.kill(process.pid, signal);
  };

  /** Synchronous, because nothing else runs while a process ends. */
  private readonly stopNow = (): void => {
    takeDown(this.folder, this.env);
  };

  /** One command of bed.sh that has to succeed. */
  do(args: readonly string[], timeoutMs = 60_000): Promise<string> {
    return output(script, args, { env: this.env, timeoutMs });
  }

  /** Runs a script inside a node, beside sshd, so that it works whatever the network does. */
  sh(node: string, text: string, timeoutMs = 60_000): Promise<string> {
    return this.do(['sh', node, 'sh', '-c', text], timeoutMs);
  }

  /** Whether a script ends with status 0 inside a node. */
  async holds(node: string, text: string): Promise<boolean> {
    return (
      (await runProgram(script, ['sh', node, 'sh', '-c', text], { env: this.env, timeoutMs: 60_000 }))
        .code === 0
    );
  }

  powerOff(node: string): Promise<string> {
    return this.do(['poweroff', node]);
  }

  powerOn(node: string): Promise<string> {
    return this.do(['poweron', node], 90_000);
  }

  async cut(node: string, how: Cut): Promise<void> {
    this.cutOff.add(node);
    await this.do(['cut', node, how]);
  }

  async heal(node: string): Promise<void> {
    await this.do(['heal', node]);
    this.cutOff.delete(node);
  }

  /** What one node sends to another gets lost, and nobody else notices. */
  hide(from: string, node: string): Promise<string> {
    return this.do(['hide', from, node]);
  }

  show(from: string, node: string): Promise<string> {
    return this.do(['show', from, node]);
  }

  /** Puts other hooks on a node; a running ucarp reads them when it calls them. */
  async useHooks(node: string, variant: 'move-only' | 'document' | 'automatic'): Promise<void> {
    const folder = resolve(import.meta.dirname, 'moosefs/hooks', variant);
    const files = readdirSync(folder).map((name) => join(folder, name));
    await this.do(['put', node, ...files, '/usr/share/ucarp']);
  }

  /** Limits what each chunkserver sends. */
  shape(rate: string): Promise<string> {
    return this.do(['shape', rate]);
  }

  /** The file of the ssh configuration that reaches the nodes and touches nothing of the user's own. */
  get sshConfig(): string {
    return join(this.folder, 'bed', 'ssh_config');
  }

  /** Writes the bed's cluster file and returns its path. Consoles tell what bed.sh knows of the power. */
  async clusterFile(options: FileOptions = {}): Promise<string> {
    const { name: cluster = 'bed', consoleOf = (node) => node, extra = [] } = options;
    const path = join(this.folder, `${cluster}.cluster.yaml`);
    const rows = (await this.do(['nodes']))
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    const nodes = rows
      .filter(([, , role]) => role !== 'ops')
      .map(([name = '', address, role]) => {
        const disks = Array.from({ length: Number(this.env['DISKS']) }, (_, index) => index + 1);
        const wired = consoleOf(name);
        return [
          `  - name: ${name}`,
          `    address: ${address}`,
          `    roles: [${role}]`,
          ...(role === 'chunkserver'
            ? [
                `    disks: [${disks.map((disk) => `{ path: /mnt/hdd${disk}, capacity: 192MiB }`).join(', ')}]`,
              ]
            : []),
          ...(wired === undefined
            ? []
            : [
                `    console: env BED=${this.env['BED']} PREFIX=${this.env['PREFIX']} ${script} power ${wired}`,
              ]),
        ].join('\n');
      });
    await writeFile(
      path,
      [
        `cluster: ${cluster}`,
        'system: moosefs',
        'redundancy: { replicas: 2 }',
        'heartbeat: { interval: 2s, inactiveAfter: 6s }',
        ...(this.login === 'root' ? [] : [`ssh: { user: ${this.login}, become: sudo }`]),
        ...extra,
        'nodes:',
        ...nodes,
        'moosefs:',
        '  masterHost: mfsmaster',
        `  virtualIp: ${virtualIp}/24`,
        '  interface: eth0',
        '  vhid: 10',
        '  passwordFile: /etc/ucarp/password',
        '  mountPoint: /mnt/mfs',
        '',
      ].join('\n'),
    );
    return path;
  }

  /**
   * Runs the built command line on the operator's machine: this host's programs in the network of the bed,
   * with a state folder of the bed's own.
   */
  cli(args: readonly string[], options: { readonly timeoutMs?: number } = {}): Promise<Ended> {
    const { file, words, env } = this.commandLine('ops', args);
    return runProgram(file, words, { timeoutMs: options.timeoutMs ?? 240_000, env });
  }

  /** How the built command line is started on the machine of an operator. */
  commandLine(
    operator: string,
    args: readonly string[],
  ): { readonly file: string; readonly words: readonly string[]; readonly env: NodeJS.ProcessEnv } {
    return {
      file: 'ip',
      words: [
        ...['netns', 'exec', `${this.env['PREFIX']}-${operator}`, process.execPath, cli, ...args],
        ...['--ssh-config', this.sshConfig],
      ],
      env: {
        PATH: this.env['PATH'],
        HOME: this.folder,
        XDG_STATE_HOME: this.stateHome(operator),
        NO_COLOR: '1',
      },
    };
  }

  private stateHome(operator: string): string {
    return join(this.folder, `state-${operator}`);
  }

  /** The state folders of the operators. */
  get stateHomes(): readonly string[] {
    return readdirSync(this.folder)
      .filter((name) => name.startsWith('state-'))
      .map((name) => join(this.folder, name));
  }

  /** The secret that must never leave a node. */
  get ucarpPassword(): string {
    return readFileSync(join(this.folder, 'bed/ucarp.password'), 'utf8').trim();
  }

  /** Processes of the command line, and what it started, on the machines of operators. */
  operatorProcesses(): readonly string[] {
    return Array.from({ length: Number(this.env['OPERATORS']) }, (_, index) => index).flatMap((index) => {
      const name = `${this.env['PREFIX']}-ops${index === 0 ? '' : index + 1}`;
      const pids = execFileSync('ip', ['netns', 'pids', name], { encoding: 'utf8', env: this.env });
      return pids
        .split('\n')
        .filter((pid) => pid !== '')
        .map((pid) => commandLineOf(pid))
        .filter((line) => line.includes(cli) || line.includes(script));
    });
  }

  /** What Standby remembers of a cluster of this bed. */
  history(cluster: string): Promise<ClusterHistory> {
    return new HistoryStore(join(this.stateHome('ops'), 'standby')).read(cluster);
  }

  /** Writes `count` files of `bytes` each at goal 2 and keeps their check sums on the client. */
  async load(count: number, bytes: number): Promise<void> {
    await this.sh(
      'cl1',
      `mkdir -p /mnt/mfs/data && mfssetgoal 2 /mnt/mfs/data >/dev/null && cd /mnt/mfs/data &&
       for i in $(seq ${count}); do head -c ${bytes} /dev/urandom >f$i || exit 1; done; sync; sha256sum f* >/root/sums`,
      180_000,
    );
  }

  /** Compares the files of `load` with their check sums; throws when one differs. */
  async verifyLoad(): Promise<void> {
    await this.sh('cl1', 'cd /mnt/mfs/data && sha256sum --quiet -c /root/sums', 180_000);
  }

  /** Starts an fsyncing writer on the client. */
  startWriter(name: string, pause?: number): Promise<Writer> {
    return Writer.start(this, name, pause);
  }

  /** Nodes that hold the virtual address. A node that is off holds nothing. */
  async holders(): Promise<readonly string[]> {
    const lines = (await this.do(['status'])).split('\n');
    return lines.filter((line) => line.includes(`${virtualIp}/`)).map((line) => line.split(' ')[0] ?? '');
  }
}

function takeDown(folder: string, env: NodeJS.ProcessEnv): void {
  if (existsSync(join(folder, 'bed')))
    execFileSync(script, ['down'], { env, stdio: 'ignore', timeout: 60_000 });
  rmSync(folder, { recursive: true, force: true });
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Removes beds whose test process was killed so hard that it could not: its number is in their prefix. */
function sweep(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(folderStart))) {
    const folder = join(tmpdir(), name);
    const file = join(folder, 'bed/env');
    if (!existsSync(file)) continue;
    const prefix = /^PREFIX="?(sb(\d+)x\d+)"?$/m.exec(readFileSync(file, 'utf8'));
    if (!prefix || existsSync(`/proc/${prefix[2]}`)) continue;
    const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
    takeDown(folder, { PATH: path, BED: join(folder, 'bed'), PREFIX: prefix[1] });
  }
}
