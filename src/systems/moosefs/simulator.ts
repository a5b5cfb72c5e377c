import type { Cluster } from '../../cluster/cluster';
import { commonAnswer, notFound } from '../../demo/common-answers';
import { CutOff } from '../../demo/cut-off';
import type { DemoPlace, SimulatedAnswer, Simulator } from '../../demo/simulator';
import { commandsOf, type Command } from './simulator-commands';
import type { ProcessName } from './simulator-host';
import { clusterFileText, clusterName, layout, nodeNames } from './simulator-layout';
import { typed } from './simulator-shell';
import { SimulatedState } from './simulator-state';

/** A simulated MooseFS cluster with ucarp: three candidates, five chunkservers, one client. */
export class MoosefsSimulator implements Simulator {
  readonly fileName = `${clusterName}.cluster.yaml`;
  readonly nodeNames = nodeNames;
  readonly actions: Simulator['actions'] = [
    this.action('stop-master', 'kill -9 mfsmaster there; ucarp does not notice', 'mfsmaster', false),
    this.action('stop-chunkserver', 'kill -9 mfschunkserver there', 'mfschunkserver', false),
    this.action('start-chunkserver', 'start mfschunkserver there again', 'mfschunkserver', true),
  ];
  private readonly state: SimulatedState;
  private readonly cutOff = new CutOff((name) => this.state.host(name));
  private readonly commands = new Map<string, ReadonlyMap<string, Command>>();
  private readonly cluster: Cluster = layout();

  /** `now` is when simulated time begins, epoch milliseconds. */
  constructor(now: number = Date.now()) {
    this.state = new SimulatedState(now);
  }

  clusterFile(place: DemoPlace): string {
    return clusterFileText(place);
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

  fill(node: string): string {
    if (!this.state.host(node).isChunkserver) return `${node} has no disks that clients write to.`;
    this.state.chunks.filled.add(node);
    return `The disks of ${node} are nearly full.`;
  }

  heal(node: string): void {
    const host = this.state.host(node);
    this.state.chunks.filled.delete(node);
    if (host.isChunkserver && !host.runs('mfschunkserver')) host.start('mfschunkserver', this.state.now);
  }

  powerOff(node: string): void {
    this.cutOff.set(node, true);
    const host = this.state.host(node);
    host.up = false;
    host.processes.clear();
  }

  powerOn(node: string): void {
    const host = this.state.host(node);
    if (!this.hasPower(node)) host.boot(this.state.now);
  }

  advance(ms: number): void {
    this.state.advance(ms);
  }

  async run(node: string, script: string, onOutput: (text: string) => void): Promise<SimulatedAnswer> {
    const host = this.state.host(node);
    const common = commonAnswer(host, script, this.state.now, 0.08);
    if (common) return common;
    let commands = this.commands.get(node);
    if (!commands) this.commands.set(node, (commands = commandsOf(this.cluster, node)));
    const command = commands.get(script);
    if (command) return command(this.state, host, onOutput);
    if (script === 'poweroff') {
      this.powerOff(node);
      return { exitCode: 0, stdout: '', stderr: '' };
    }
    return typed(this.state, host, script) ?? notFound(script);
  }

  private action(
    verb: string,
    doc: string,
    process: ProcessName,
    start: boolean,
  ): Simulator['actions'][number] {
    return {
      verb,
      doc,
      act: (node) => {
        const host = this.state.host(node);
        if (!host.up) return `${node} is off.`;
        if (start === host.runs(process))
          return `${process} on ${node} ${start ? 'runs already' : 'does not run'}.`;
        if (!start) host.stop(process);
        else if (!host.isChunkserver) return `${node} is no chunkserver.`;
        else host.start(process, this.state.now);
        return `${process} on ${node} ${start ? 'started' : 'killed'}.`;
      },
    };
  }
}
