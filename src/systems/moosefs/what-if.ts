import { nodesWithRole, type Cluster } from '../../cluster/cluster';
import type { Consequence } from '../../rebuild/what-if/consequence';

/** What the loss of candidates and metaloggers means for the master and its metadata. */
export function moosefsWhatIf(cluster: Cluster, lost: ReadonlySet<string>): readonly Consequence[] {
  const candidates = nodesWithRole(cluster, 'master');
  const gone = candidates.filter(({ name }) => lost.has(name));
  if (gone.length === 0) return [];
  const left = candidates.filter(({ name }) => !lost.has(name));
  if (left.length > 0) {
    const names = left.map(({ name }) => name).join(', ');
    return [
      {
        what: 'master',
        effect: 'failover',
        sentence: `If the master ran on ${listed(gone.map(({ name }) => name))}, it fails over to ${left.length === 1 ? names : `one of ${names}`}; ${left.length === 1 ? 'nobody could take over after that' : `${left.length - 1} could take over after that`}.`,
      },
    ];
  }
  const loggers = nodesWithRole(cluster, 'metalogger').filter(({ name }) => !lost.has(name));
  if (loggers.length > 0) {
    return [
      {
        what: 'master',
        effect: 'stopped',
        sentence: `No candidate is left: nothing is served. The metadata is still on ${listed(loggers.map(({ name }) => name))} (as fresh as they had followed the master); a new master has to be set up from it.`,
      },
    ];
  }
  return [
    {
      what: 'master',
      effect: 'data-lost',
      sentence:
        'No candidate and no metalogger is left: without metadata nobody knows which chunk belongs to which file. Keep a metalogger elsewhere.',
    },
  ];
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}
