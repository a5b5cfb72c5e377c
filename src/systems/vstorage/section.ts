import type { Cluster } from '../../cluster/cluster';

/** The section `vstorage:` of a cluster file, with its defaults. */
export interface VstorageSection {
  /** What `vstorage -c` takes. */
  readonly name: string;
  /** As the file has them; numbers only. */
  readonly parameters: Readonly<Record<string, number>>;
}

/** Narrows the section that the parser checked against `vstorageSpec`. */
export function vstorageSection(cluster: Cluster): VstorageSection {
  const { name, parameters } = cluster.section;
  const entries = typeof parameters === 'object' && parameters !== null ? Object.entries(parameters) : [];
  return {
    name: typeof name === 'string' ? name : cluster.name,
    parameters: Object.fromEntries(
      entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    ),
  };
}
