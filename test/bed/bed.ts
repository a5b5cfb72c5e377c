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

/** A running real cluster. Whoever starts one stops it; a test process that ends early stops it, too. */
export class Bed {
  private static count = 0;
  readonly nodes: readonly string[];

  private constructor(
    readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
    readonly size: BedSize,
  ) {
    const row = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
    this.nodes = [...row('m', size.masters), ...row('cs', size.chunkservers), 'cl1'];
    process.once('exit', this.stopNow);
    for (const signal of endings) process.once(signal, this.stopAndEnd);
  }

  /** Builds a bed of its own; about ten seconds. */
  static async start(size: BedSize = { masters: 3, chunkservers: 4 }): Promise<Bed> {
    sweep();
    const folder = mkdtempSync(join(tmpdir(), folderStart));
    const bed = new Bed(
      folder,
      {
        PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
        BED: join(folder, 'bed'),
        PREFIX: `sb${process.pid}${String.fromCharCode(97 + Bed.count++)}`,
        NET: network,
        MASTERS: String(size.masters),
        CS: String(size.chunkservers),
      },
      size,
    );
    try {
      await bed.do(['up'], 90_000);
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
  do(args: readonly string[], timeoutMs = 20_000): Promise<string> {
    return output(script, args, { env: this.env, timeoutMs });
  }

  /** Runs a script inside a node, beside sshd, so that it works whatever the network does. */
  sh(node: string, text: string, timeoutMs = 20_000): Promise<string> {
    return this.do(['sh', node, 'sh', '-c', text], timeoutMs);
  }

  /** Whether a script ends with status 0 inside a node. */
  async holds(node: string, text: string): Promise<boolean> {
    return (
      (await runProgram(script, ['sh', node, 'sh', '-c', text], { env: this.env, timeoutMs: 20_000 }))
        .code === 0
    );
  }

  powerOff(node: string): Promise<string> {
    return this.do(['poweroff', node]);
  }

  powerOn(node: string): Promise<string> {
    return this.do(['poweron', node], 30_000);
  }

  /** The node's link: down, or up and silent. */
  cut(node: string, how: 'carrier' | 'silent'): Promise<string> {
    return this.do(['cut', node, how]);
  }

  heal(node: string): Promise<string> {
    return this.do(['heal', node]);
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
  async clusterFile(options: { readonly name?: string } = {}): Promise<string> {
    const path = join(this.folder, `${options.name ?? 'bed'}.cluster.yaml`);
    const rows = (await this.do(['nodes']))
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    const nodes = rows
      .filter(([, , role]) => role !== 'ops')
      .map(([name, address, role]) => {
        const disks =
          role === 'chunkserver'
            ? `\n    disks: [{ path: /mnt/hdd1, capacity: 192MiB }, { path: /mnt/hdd2, capacity: 192MiB }]`
            : '';
        const console = `env BED=${this.env['BED']} PREFIX=${this.env['PREFIX']} ${script} power ${name}`;
        return `  - name: ${name}\n    address: ${address}\n    roles: [${role}]\n    console: ${console}${disks}`;
      });
    await writeFile(
      path,
      [
        `cluster: ${options.name ?? 'bed'}`,
        'system: moosefs',
        'redundancy: { replicas: 2 }',
        'heartbeat: { interval: 2s, inactiveAfter: 6s }',
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
    const words = ['netns', 'exec', `${this.env['PREFIX']}-ops`, process.execPath, cli, ...args];
    return runProgram('ip', [...words, '--ssh-config', this.sshConfig], {
      timeoutMs: options.timeoutMs ?? 120_000,
      env: {
        PATH: this.env['PATH'],
        HOME: this.folder,
        XDG_STATE_HOME: join(this.folder, 'state'),
        NO_COLOR: '1',
      },
    });
  }

  /** What Standby remembers of a cluster of this bed. */
  history(cluster: string): Promise<ClusterHistory> {
    return new HistoryStore(join(this.folder, 'state', 'standby')).read(cluster);
  }

  /** Writes `count` files of `bytes` each at goal 2 and keeps their check sums on the client. */
  async load(count: number, bytes: number): Promise<void> {
    await this.sh(
      'cl1',
      `mkdir -p /mnt/mfs/data && mfssetgoal 2 /mnt/mfs/data >/dev/null && cd /mnt/mfs/data &&
       for i in $(seq ${count}); do head -c ${bytes} /dev/urandom >f$i || exit 1; done; sync; sha256sum f* >/root/sums`,
      60_000,
    );
  }

  /** Compares the files of `load` with their check sums; throws when one differs. */
  async verifyLoad(): Promise<void> {
    await this.sh('cl1', 'cd /mnt/mfs/data && sha256sum --quiet -c /root/sums', 60_000);
  }

  /** Starts an fsyncing writer on the client. */
  startWriter(name: string): Promise<Writer> {
    return Writer.start(this, name);
  }

  /** Nodes that hold the virtual address. A node that is off holds nothing. */
  async holders(): Promise<readonly string[]> {
    const lines = (await this.do(['status'])).split('\n');
    return lines.filter((line) => line.includes(`${virtualIp}/`)).map((line) => line.split(' ')[0] ?? '');
  }
}

function takeDown(folder: string, env: NodeJS.ProcessEnv): void {
  execFileSync(script, ['down'], { env, stdio: 'ignore', timeout: 30_000 });
  rmSync(folder, { recursive: true, force: true });
}

/** Removes beds whose test process was killed so hard that it could not: its number is in their prefix. */
function sweep(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(folderStart))) {
    const folder = join(tmpdir(), name);
    const file = join(folder, 'bed/env');
    if (!existsSync(file)) continue;
    const prefix = /^PREFIX="?(sb(\d+)[a-z])"?$/m.exec(readFileSync(file, 'utf8'));
    if (!prefix || existsSync(`/proc/${prefix[2]}`)) continue;
    const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
    takeDown(folder, { PATH: path, BED: join(folder, 'bed'), PREFIX: prefix[1] });
  }
}
