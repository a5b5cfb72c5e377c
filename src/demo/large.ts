import type { Node } from '../cluster/cluster';
import { beatAnswer, beatScript } from '../heartbeat/beat';
import { disksAnswer, disksScript } from '../heartbeat/disks-probe';
import { CutOff } from './cut-off';
import type { DemoPlace, SimulatedAnswer, Simulator } from './simulator';

const name = 'large';
const racks = 20;
const metadataServers = 5;
const diskPath = '/vstorage/d1';
const terabyte = 1_000_000_000_000n;

interface Machine {
  up: boolean;
  bootedAt: number;
}

/**
 * A cluster of many plain nodes, which only beat and say how full their disk is: what the tree, the monitor and the
 * connections make of a thousand of them.
 */
export class LargeSimulator implements Simulator {
  readonly fileName = `${name}.cluster.yaml`;
  readonly nodeNames: readonly string[];
  readonly #cutOff = new CutOff((node) => this.#machine(node));
  readonly actions: Simulator['actions'] = [];
  readonly #machines: ReadonlyMap<string, Machine>;
  readonly #disks: string;
  #now: number;

  /** `now` is when simulated time begins, epoch milliseconds; `answers` are given to scripts that equal their key. */
  constructor(
    count: number,
    now: number = Date.now(),
    private readonly answers: ReadonlyMap<string, string> = new Map(),
  ) {
    this.#now = now;
    const digits = String(count).length;
    this.nodeNames = Array.from({ length: count }, (_, i) => `cs${String(i + 1).padStart(digits, '0')}`);
    this.#machines = new Map(
      this.nodeNames.map((node) => [node, { up: true, bootedAt: now - 90 * 86_400_000 }]),
    );
    this.#disks = disksScript(plainNode(diskPath)) ?? '';
  }

  clusterFile(place: DemoPlace): string {
    const nodes = this.nodeNames.map((node, i) => {
      const rack = `r${String((i % racks) + 1).padStart(2, '0')}`;
      const port = place.ports.get(node);
      const ssh = port === undefined ? '' : `, ssh: { port: ${port} }`;
      const roles = i < metadataServers ? 'mds, cs' : 'cs';
      return `  - { name: ${node}, address: 127.0.0.1, roles: [${roles}], rack: ${rack}${ssh}, disks: [{ path: ${diskPath}, capacity: 10TB }] }`;
    });
    return `# ${this.nodeNames.length} simulated nodes: real SSH servers on this machine, nothing behind them.
cluster: ${name}
system: vstorage
ssh: { user: root }
redundancy: { replicas: 3, failureDomain: rack }
nodes:
${nodes.join('\n')}
`;
  }

  isUp(node: string): boolean {
    return this.#machine(node).up;
  }

  hasPower(node: string): boolean {
    return this.isUp(node) || this.#cutOff.has(node);
  }

  setNetwork(node: string, isJoined: boolean): void {
    this.#cutOff.set(node, isJoined);
  }

  fill(node: string): string {
    return `${node} does nothing but beat.`;
  }

  heal(): void {
    // There is nothing that could break.
  }

  powerOff(node: string): void {
    this.#cutOff.set(node, true);
    this.#machine(node).up = false;
  }

  powerOn(node: string): void {
    const machine = this.#machine(node);
    if (this.hasPower(node)) return;
    machine.bootedAt = this.#now;
    machine.up = true;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  run(node: string, script: string): Promise<SimulatedAnswer> {
    const { up, bootedAt } = this.#machine(node);
    return Promise.resolve(up ? this.#answer(script, bootedAt) : { exitCode: 255, stdout: '', stderr: '' });
  }

  #answer(script: string, bootedAt: number): SimulatedAnswer {
    const said = (stdout: string) => ({ exitCode: 0, stdout, stderr: '' });
    if (script === beatScript) return said(beatAnswer((this.#now - bootedAt) / 1000, 0.21));
    if (script === this.#disks)
      return said(disksAnswer([{ path: diskPath, size: 10n * terabyte, used: 4n * terabyte }]));
    const answer = this.answers.get(script);
    if (answer !== undefined) return said(answer);
    if (script === ':') return said('');
    const [word = ''] = script.trim().split(/\s+/);
    return {
      exitCode: 127,
      stdout: '',
      stderr: `sh: 1: ${word.slice(0, 40)}: not found (this node is simulated and does nothing but beat)\n`,
    };
  }

  #machine(node: string): Machine {
    const machine = this.#machines.get(node);
    if (!machine) throw new RangeError(`The simulated cluster has no node ${node}.`);
    return machine;
  }
}

function plainNode(path: string): Node {
  return {
    name: 'any',
    address: '127.0.0.1',
    roles: ['cs'],
    ssh: { become: 'none' },
    disks: [{ path, capacity: 10n * terabyte, tier: 0 }],
  };
}
