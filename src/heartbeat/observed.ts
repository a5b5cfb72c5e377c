import type { ConsoleObserved, Observed } from '../rules/observed';
import { consoleRecord } from './console-record';
import type { ClusterHistory } from './history';
import type { ClusterState } from './state';

/**
 * What the nodes report, in the shape of live rules. What a silent node once claimed is no report. `history`
 * adds what is remembered of consoles.
 */
export function observed(
  state: ClusterState,
  history?: Pick<ClusterHistory, 'consoles' | 'contradictions'>,
): Observed {
  const speaking = state.nodes.filter(
    (node) => node.liveness === 'active' || (node.liveness === 'maintenance' && node.failure === undefined),
  );
  const parameters = speaking.length === 0 ? undefined : state.reading?.parameters;
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
    factsAt: new Map(
      speaking.flatMap(({ name, reading }) =>
        reading?.factsAt === undefined ? [] : [[name, reading.factsAt]],
      ),
    ),
    ...(speaking.length === 0 || state.reading === undefined
      ? {}
      : {
          cluster: {
            mirrors: state.reading.mirrors,
            rebuild: state.rebuild,
            facts: state.reading.facts ?? {},
            at: state.at,
          },
        }),
    ...(parameters ? { parameters: new Map(Object.entries(parameters)) } : {}),
    ...(history ? { consoles: consoles(state, history) } : {}),
    answering: new Set(speaking.map(({ name }) => name)),
  };
}

function consoles(
  { cluster }: ClusterState,
  history: Pick<ClusterHistory, 'consoles' | 'contradictions'>,
): ReadonlyMap<string, ConsoleObserved> {
  return new Map(
    cluster.nodes.flatMap(({ name, console: text }) => {
      const said = text === undefined ? undefined : consoleRecord(history, name, text);
      return text === undefined || said === undefined ? [] : [[name, { text, said }] as const];
    }),
  );
}
