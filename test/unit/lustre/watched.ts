import type { ClusterReading, NodeReading } from '../../../src/heartbeat/probe';
import { mergeReadings } from '../../../src/heartbeat/reading';
import type { ClusterState } from '../../../src/heartbeat/state';
import { estimateAll, type RebuildMemories } from '../../../src/rebuild/estimate';
import { lustreProbes } from '../../../src/systems/lustre/probes';
import { lustreRows } from '../../../src/systems/lustre/rows';
import { LustreSimulator } from '../../../src/systems/lustre/simulator';
import { layout } from '../../../src/systems/lustre/simulator-layout';
import type { SystemRow } from '../../../src/systems/system-row';
import { result } from './fixtures';

/** A simulated Lustre that is watched as a monitor watches it, without any waiting. */
export class Watched {
  readonly simulator = new LustreSimulator(1_795_300_000_000);
  readonly cluster = layout();
  previous: ClusterReading | undefined;
  private memories: RebuildMemories = new Map();

  get lustre() {
    return this.simulator.state;
  }

  act(verb: string, node: string): string {
    return this.simulator.actions.find((action) => action.verb === verb)?.act(node) ?? 'no such verb';
  }

  /** Asks every node that is up, and puts their answers together. */
  async look(): Promise<ClusterState> {
    const heard = new Map<string, NodeReading>();
    const { now } = this.lustre;
    for (const node of this.cluster.nodes) {
      if (!this.simulator.isUp(node.name)) continue;
      const readings: NodeReading[] = [];
      for (const probe of lustreProbes.node) {
        const script = probe.script(this.cluster, node);
        if (script === undefined) continue;
        const answer = await this.simulator.run(node.name, script, () => undefined);
        const reading = probe.read(result(answer), this.cluster, node);
        const factsAt = Object.fromEntries(Object.keys(reading.facts ?? {}).map((key) => [key, now]));
        readings.push({ ...reading, factsAt });
      }
      heard.set(node.name, mergeReadings(readings));
    }
    const reading = lustreProbes.combine(this.cluster, heard, {
      at: now,
      ...(this.previous === undefined ? {} : { previous: this.previous }),
    });
    this.previous = reading;
    const { rebuild, memories } = estimateAll(this.memories, reading?.rebuild ?? [], now);
    this.memories = memories;
    return {
      cluster: this.cluster,
      at: now,
      nodes: this.cluster.nodes.map(({ name }) => ({
        name,
        liveness: heard.has(name) ? 'active' : 'inactive',
        stale: [],
        ...(heard.has(name) ? { reading: heard.get(name) ?? {} } : {}),
      })),
      ...(reading === undefined ? {} : { reading, readingAt: now }),
      rebuild,
      observerLost: false,
    };
  }

  /** Rows by id, as `tone: description`. */
  async rows(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    const add = (row: SystemRow) => {
      found.set(row.id, `${row.tone}: ${row.description ?? ''}`);
      row.children?.forEach(add);
    };
    lustreRows(await this.look()).forEach(add);
    return found;
  }
}
