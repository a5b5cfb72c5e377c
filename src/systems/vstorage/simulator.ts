import type { Cluster } from '../../cluster/cluster';
import { CutOff } from '../../demo/cut-off';
import type { DemoPlace, SimulatedAnswer, Simulator } from '../../demo/simulator';
import { lockRequest } from '../../failover/lock-scripts';
import { answerLock } from '../../failover/lock-simulated';
import { beatAnswer, beatScript } from '../../heartbeat/beat';
import { commandsOf, type Command } from './simulator-commands';
import { commandLines } from './simulator-plan-commands';
import type { SimulatedHost } from './simulator-host';
import { clusterFileText, clusterOf, demoLayout, type VstorageLayout } from './simulator-layout';
import { typed } from './simulator-shell';
import { VstorageState } from './simulator-state';

/** A simulated Virtuozzo storage cluster; ten nodes in 5+2 unless another layout is given. */
export class VstorageSimulator implements Simulator {
  readonly fileName: string;
  readonly nodeNames: readonly string[];
  timeFactor: number;
  readonly actions: Simulator['actions'] = [
    {
      verb: 'empty',
      doc: 'clients delete until its disks are 40 % full; the others empty alike',
      act: (node) => this.fillTo(node, 40n),
    },
    {
      verb: 'break-disk',
      doc: 'its first disk reports I/O errors',
      act: (node) => this.breakDisk(this.state.host(node)),
    },
    {
      verb: 'maintenance',
      doc: 'begin or end its maintenance, as vinfra would',
      act: (node) => this.maintain(this.state.host(node)),
    },
  ];
  /** What is behind all nodes; tests look into it. */
  readonly state: VstorageState;
  private readonly cutOff = new CutOff((name) => this.state.host(name));
  private readonly cluster: Cluster;
  private readonly commands = new Map<string, ReadonlyMap<string, Command>>();

  /** `now` is when simulated time begins, epoch milliseconds. */
  constructor(
    now: number = Date.now(),
    private readonly layout: VstorageLayout = demoLayout,
  ) {
    this.state = new VstorageState(layout, now);
    this.fileName = `${layout.name}.cluster.yaml`;
    this.nodeNames = layout.nodes.map(({ name }) => name);
    this.timeFactor = layout.timeFactor;
    this.cluster = clusterOf(layout);
  }

  clusterFile(place: DemoPlace): string {
    return clusterFileText({ ...this.layout, timeFactor: this.timeFactor }, place);
  }

  isUp(node: string): boolean {
    return this.state.host(node).up;
  }

  hasPower(node: string): boolean {
    return this.isUp(node) || this.cutOff.has(node);
  }

  setNetwork(node: string, isJoined: boolean): void {
    this.cutOff.set(node, isJoined);
  }

  setTimeFactor(factor: number): void {
    this.timeFactor = factor;
    this.state.timeFactor = factor;
  }

  /** The others fill alike: chunks are spread over all. */
  fill(node: string): string {
    return this.fillTo(node, 93n);
  }

  heal(node: string): void {
    const host = this.state.host(node);
    host.runsCs = true;
    host.runsMds = host.has('mds');
    host.mounted = host.has('client');
    host.inMaintenance = false;
    for (const cs of this.state.services) if (cs.host === host) delete cs.fault;
    this.state.empty();
  }

  powerOff(node: string): void {
    this.cutOff.set(node, true);
    this.state.host(node).up = false;
  }

  powerOn(node: string): void {
    const host = this.state.host(node);
    if (!this.hasPower(node)) host.boot(this.state.now);
  }

  advance(ms: number): void {
    this.state.advance(ms);
  }

  run(node: string, script: string, onOutput: (text: string) => void): Promise<SimulatedAnswer> {
    return Promise.resolve(this.answer(this.state.host(node), script, onOutput));
  }

  private answer(host: SimulatedHost, script: string, onOutput: (text: string) => void): SimulatedAnswer {
    const { state } = this;
    if (!host.up) return { exitCode: 255, stdout: '', stderr: '' };
    if (script === beatScript) {
      return { exitCode: 0, stdout: beatAnswer((state.now - host.bootedAt) / 1000, 0.31), stderr: '' };
    }
    const lock = lockRequest(script);
    if (lock) return answerLock(lock, host.locks, state.lockTime);
    let commands = this.commands.get(host.name);
    if (!commands) this.commands.set(host.name, (commands = commandsOf(this.cluster, host.name, state)));
    const command = commands.get(script);
    if (command) return command(state, host, onOutput);
    if (script === 'poweroff') {
      this.powerOff(host.name);
      return { exitCode: 0, stdout: '', stderr: '' };
    }
    const [word = ''] = script.trim().split(/\s+/);
    return (
      commandLines(state, host, script) ??
      typed(state, host, script) ?? {
        exitCode: 127,
        stdout: '',
        stderr: `sh: 1: ${word.slice(0, 40)}: not found (this node is simulated; try help)\n`,
      }
    );
  }

  private fillTo(node: string, percent: bigint): string {
    this.state.fill(this.state.host(node), percent);
    return `The disks of ${node} are ${percent} % full.`;
  }

  private breakDisk(host: SimulatedHost): string {
    const cs = this.state.services.find(
      (each) => each.host === host && !each.dropped && each.fault === undefined,
    );
    if (!cs) return `${host.name} has no disk left to break.`;
    cs.fault = 'H';
    return `CS#${cs.id} on ${host.name} (${host.node.disks[cs.disk]?.path ?? ''}) reports I/O errors.`;
  }

  private maintain(host: SimulatedHost): string {
    host.inMaintenance = !host.inMaintenance;
    return `${host.name} is ${host.inMaintenance ? 'in maintenance' : 'no longer in maintenance'}.`;
  }
}
