import type { Cluster } from '../cluster/cluster';
import type { Known } from './redact';

/** Values of these keys are words of the file's own language, which tell nothing about whose cluster it is. */
const vocabulary = new Set(['system', 'roles', 'become', 'failureDomain', 'since', 'until', 'mode', 'kind']);

/** Words of consoles that everybody has. */
const usual = new Set(
  'ssh sudo ipmitool lanplus chassis power status virsh domstate curl show state get list query off on'.split(
    ' ',
  ),
);

/** What the person and this machine are called. */
export interface Machine {
  readonly user: string;
  readonly home: string;
  readonly host: string;
}

/** Every word of clusters and of this machine that must not be in a report. */
export function knownNames(clusters: readonly Cluster[], { user, home, host }: Machine): Known {
  const nodes = clusters.flatMap((cluster) => cluster.nodes);
  const text = (value: string | undefined) => (value === undefined ? [] : [value]);
  return {
    cluster: clusters.map(({ name }) => name),
    node: nodes.map(({ name }) => name),
    address: nodes.map(({ address }) => address),
    user: [user, ...nodes.flatMap(({ ssh }) => text(ssh.user))],
    host: [host, ...nodes.flatMap(({ ssh }) => text(ssh.proxyJump))],
    path: [home, ...nodes.flatMap(({ ssh }) => text(ssh.identityFile))],
    name: [...new Set(clusters.flatMap((cluster) => [...wordsOf(cluster)]))],
  };
}

/** All strings in a value, but for those of the vocabulary. */
function* wordsOf(value: unknown): Iterable<string> {
  if (typeof value === 'string') {
    // A console is a command line: its words are names, too.
    const words = value.split(/\s+/).filter((word) => word.length > 1 && !/^-|^\d+$/.test(word));
    yield* [...(words.length > 1 ? [value] : []), ...words].filter((word) => !usual.has(word.toLowerCase()));
  } else if (Array.isArray(value)) for (const each of value) yield* wordsOf(each);
  else if (typeof value === 'object' && value !== null)
    for (const [key, each] of Object.entries(value)) if (!vocabulary.has(key)) yield* wordsOf(each);
}
