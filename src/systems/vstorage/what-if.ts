import { nodesWithRole, type Cluster } from '../../cluster/cluster';
import type { Consequence } from '../../rebuild/what-if/consequence';

/** What the loss of metadata services means: a majority of them has to live. */
export function vstorageWhatIf(cluster: Cluster, lost: ReadonlySet<string>): readonly Consequence[] {
  const services = nodesWithRole(cluster, 'mds');
  const left = services.filter(({ name }) => !lost.has(name)).length;
  if (left === services.length) return [];
  const majority = Math.floor(services.length / 2) + 1;
  const what = 'MDS majority';
  if (left < majority) {
    return [
      {
        what,
        effect: 'stopped',
        sentence: `${left} of ${services.length} MDS are left, and ${majority} are needed: the whole cluster stops until ${majority - left} more ${majority - left === 1 ? 'is' : 'are'} back. Nothing is rebuilt meanwhile.`,
      },
    ];
  }
  const spare = left - majority;
  return [
    {
      what,
      effect: 'weaker',
      sentence: `${left} of ${services.length} MDS are left, and ${majority} are needed: ${spare === 0 ? 'none more may fail' : `${spare} more may fail`}.`,
    },
  ];
}
