import type { Node } from '../../cluster/cluster';
import type { ServiceReading, ServiceStatus } from '../../heartbeat/probe';
import type { ProcessReading } from './reader-processes';

const byRole: Readonly<Record<string, readonly string[]>> = {
  // a candidate runs a metalogger while it is not the master, and ucarp always
  master: ['mfsmaster', 'mfsmetalogger', 'ucarp'],
  metalogger: ['mfsmetalogger'],
  chunkserver: ['mfschunkserver'],
  client: ['mfsmount'],
};

/** The processes that belong on a node by its roles, each once. */
export function expectedProcesses(node: Node): readonly string[] {
  return [...new Set(node.roles.flatMap((role) => byRole[role] ?? []))];
}

/** The services of a node, listed even when they are stopped. */
export function servicesOf(node: Node, processes: readonly ProcessReading[]): readonly ServiceReading[] {
  return expectedProcesses(node).map((name) => ({
    name,
    state: statusOf(processes.filter((process) => process.name === name)),
  }));
}

function statusOf(processes: readonly ProcessReading[]): ServiceStatus {
  const alive = processes.filter(({ state }) => !['Z', 'X', 'x'].includes(state));
  if (alive.length === 0) return 'stopped';
  // Stopped by a signal: it answers nothing, but it may wake up again, so it is not gone either.
  return alive.every(({ state }) => state === 'T' || state === 't') ? 'failed' : 'running';
}
