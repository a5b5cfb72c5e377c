import type { Observed } from '../rules/observed';
import type { ClusterState } from './state';

/** What the nodes report, in the shape of live rules. What a silent node once claimed is no report. */
export function observed(state: ClusterState): Observed {
  const speaking = state.nodes.filter(
    (node) => node.liveness === 'active' || (node.liveness === 'maintenance' && node.failure === undefined),
  );
  return {
    disks: new Map(
      state.nodes.flatMap(({ name, reading }) =>
        reading?.disks === undefined ? [] : [[name, new Map(reading.disks.map((disk) => [disk.path, disk]))]],
      ),
    ),
    primary: speaking.length === 0 ? [] : (state.reading?.primary ?? []),
    facts: new Map(
      speaking.flatMap(({ name, reading }) => (reading?.facts === undefined ? [] : [[name, reading.facts]])),
    ),
  };
}
