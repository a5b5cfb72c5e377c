import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '../../../src/cluster/parse';
import { findNode, type Cluster } from '../../../src/cluster/cluster';
import { startDemo, type Demo } from '../../../src/demo/server';
import type { ClusterReading, NodeReading } from '../../../src/heartbeat/probe';
import { openConnections } from '../../../src/ssh/connections';
import type { Connections, ExecResult } from '../../../src/ssh/connection';
import { SshError } from '../../../src/ssh/error';
import { vstorageClusterFacts } from '../../../src/systems/vstorage/facts';
import { combine } from '../../../src/systems/vstorage/probes-combine';
import { vstorageNodeProbes } from '../../../src/systems/vstorage/probes';
import { processSentences, silenceSentence } from '../../../src/systems/vstorage/process-text';
import { VstorageSimulator } from '../../../src/systems/vstorage/simulator';
import { demoLayout, type VstorageLayout } from '../../../src/systems/vstorage/simulator-layout';
import { vstorageSpec } from '../../../src/systems/vstorage/spec';

const start = Date.parse('2026-11-22T06:00:00Z');

/** Asks simulated nodes over real SSH, and says what an operator would read; time passes only when told to. */
export class StoryDesk {
  now = start;
  reading: ClusterReading | undefined;

  private constructor(
    readonly simulator: VstorageSimulator,
    readonly cluster: Cluster,
    private readonly connections: Connections,
    private readonly demo: Demo,
    private readonly dir: string,
  ) {}

  static async open(layout: Partial<VstorageLayout> = {}): Promise<StoryDesk> {
    const dir = await mkdtemp(join(tmpdir(), 'standby-story-'));
    const simulator = new VstorageSimulator(start, { ...demoLayout, timeFactor: 1, ...layout });
    const demo = await startDemo([simulator], { dir, tickMs: 0 });
    const [document] = parse(await readFile(join(dir, simulator.fileName)), [vstorageSpec]).documents;
    assert.ok(document?.cluster, 'the cluster file has no errors');
    const connections = openConnections(document.cluster, { configFile: demo.sshConfig });
    return new StoryDesk(simulator, document.cluster, connections, demo, dir);
  }

  async close(): Promise<void> {
    this.connections.dispose();
    await this.demo.dispose();
    await rm(this.dir, { recursive: true, force: true });
  }

  kill(...nodes: string[]): void {
    for (const node of nodes) this.simulator.powerOff(node);
  }

  start(...nodes: string[]): void {
    for (const node of nodes) this.simulator.powerOn(node);
  }

  act(verb: string, node: string): void {
    const action = this.simulator.actions.find((each) => each.verb === verb);
    assert.ok(action, verb);
    action.act(node);
  }

  /** Lets minutes pass, looking every `every` of them as a monitor would. */
  async pass(minutes: number, every = minutes): Promise<readonly string[]> {
    let said: readonly string[] = [];
    for (let left = minutes; left > 0; left -= every) {
      const ms = Math.round(Math.min(every, left) * 60_000);
      this.simulator.advance(ms);
      this.now += ms;
      said = await this.look();
    }
    return said;
  }

  /** One look at all nodes that have power; what it says, the most important first. */
  async look(): Promise<readonly string[]> {
    const there = this.simulator.nodeNames.filter((name) => this.simulator.isUp(name));
    const heard = new Map<string, NodeReading>();
    let speakers = 0;
    await Promise.all(
      there.map(async (name) => {
        const node = findNode(this.cluster, name);
        assert.ok(node);
        // One node answers for the cluster, as the monitor has it.
        const speaks = node.roles.includes('mds') && speakers++ === 0;
        let reading: NodeReading = {};
        for (const probe of vstorageNodeProbes) {
          if (probe.candidates && !speaks) continue;
          const script = probe.script(this.cluster, node);
          if (script === undefined) continue;
          const result = await this.ask(name, script);
          try {
            const read = probe.read(result, this.cluster, node);
            const at = Object.fromEntries(Object.keys(read.facts ?? {}).map((key) => [key, this.now]));
            reading = {
              ...reading,
              ...read,
              facts: { ...reading.facts, ...read.facts },
              factsAt: { ...reading.factsAt, ...at },
            };
          } catch {
            // Nobody answers for the cluster.
          }
        }
        heard.set(name, reading);
      }),
    );
    const past = { at: this.now, ...(this.reading ? { previous: this.reading } : {}) };
    this.reading = combine(this.cluster, heard, past);
    return this.sentences;
  }

  /** A node that was off in the meantime breaks the old connection: the next question makes a new one. */
  private async ask(node: string, script: string): Promise<ExecResult> {
    const ask = () => this.connections.to(node).exec(script, { timeoutMs: 5_000 });
    try {
      return await ask();
    } catch (error) {
      if (error instanceof SshError && error.reason === 'closed') return ask();
      throw error;
    }
  }

  get sentences(): readonly string[] {
    const { vstorage: observation, process, silence } = vstorageClusterFacts(this.reading);
    if (silence) return [silenceSentence(this.cluster, silence, this.now)];
    assert.ok(observation && process);
    return processSentences({ cluster: this.cluster, observation, process, now: this.now });
  }

  get stage(): string | undefined {
    return vstorageClusterFacts(this.reading).process?.stage;
  }

  /** States of the chunk services of a node, each once. */
  states(node: string): string {
    const all = vstorageClusterFacts(this.reading).vstorage?.chunkServices ?? [];
    return [...new Set(all.filter((cs) => cs.node === node).map(({ state }) => state))].join(' ');
  }

  get chunks(): Readonly<Record<string, number>> {
    const counts = vstorageClusterFacts(this.reading).vstorage?.stat.chunks ?? {};
    return Object.fromEntries(Object.entries(counts).filter(([, number]) => number > 0));
  }
}
