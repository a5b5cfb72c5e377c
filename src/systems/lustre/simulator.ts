import type { Cluster } from '../../cluster/cluster';
import { commonAnswer, notFound } from '../../demo/common-answers';
import { CutOff } from '../../demo/cut-off';
import type { DemoPlace, SimulatedAnswer, Simulator } from '../../demo/simulator';
import { commandsOf, type Command } from './simulator-commands';
import { clusterFileText, clusterName, layout, nodeNames } from './simulator-layout';
import { typed } from './simulator-shell';
import { SimulatedState } from './simulator-state';

/** A simulated Lustre mirrored by DRBD: a pair of metadata servers, two pairs of object servers, three clients. */
export class LustreSimulator implements Simulator {
  readonly fileName = `${clusterName}.cluster.yaml`;
  readonly nodeNames = nodeNames;
  readonly state: SimulatedState;
  readonly actions: Simulator['actions'] = [
    this.action('cut-mirror', 'cut its replication links; SSH and clients are not touched', (node) =>
      this.linked(node, this.state.cutMirror(node, true), 'cut'),
    ),
    this.action('split', 'a split brain of the mirrors that it is the primary of', (node) => {
      const split = this.state.split(node);
      return split.length === 0
        ? `${node} is the primary of no mirror.`
        : `${split.join(', ')}: both sides went on by themselves and stand alone now.`;
    }),
  ];
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
    const full = this.state.fill(node);
    return full.length === 0 ? `No target is mounted on ${node}.` : `${full.join(', ')}: nearly full.`;
  }

  heal(node: string): void {
    this.state.empty(node);
    this.state.cutMirror(node, false);
  }

  powerOff(node: string): void {
    this.cutOff.set(node, true);
    this.state.powerOff(node);
  }

  powerOn(node: string): void {
    if (!this.hasPower(node)) this.state.powerOn(node);
  }

  advance(ms: number): void {
    this.state.advance(ms);
  }

  async run(node: string, script: string, onOutput: (text: string) => void): Promise<SimulatedAnswer> {
    const host = this.state.host(node);
    const common = commonAnswer(host, script, this.state.now, 0.12);
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

  private linked(node: string, resources: readonly string[], word: string): string {
    return resources.length === 0
      ? `${node} has no mirrors.`
      : `The replication links of ${resources.join(', ')} are ${word}.`;
  }

  private action(verb: string, doc: string, act: (node: string) => string): Simulator['actions'][number] {
    return { verb, doc, act: (node) => (this.state.host(node).up ? act(node) : `${node} is off.`) };
  }
}
