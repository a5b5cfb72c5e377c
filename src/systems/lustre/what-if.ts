import type { Cluster } from '../../cluster/cluster';
import type { Consequence } from '../../rebuild/what-if/consequence';
import { lustreSection, serversOf, type LustreTarget } from './section';

/** What the loss of servers means for each target: it goes with its last server, else its partner takes it. */
export function lustreWhatIf(cluster: Cluster, lost: ReadonlySet<string>): readonly Consequence[] {
  return lustreSection(cluster).targets.flatMap((target) => consequence(target, lost) ?? []);
}

function consequence(target: LustreTarget, lost: ReadonlySet<string>): Consequence | undefined {
  const servers = serversOf(target);
  const left = servers.filter((name) => !lost.has(name));
  if (left.length === servers.length) return undefined;
  const { name: what, primary } = target;
  const [survivor] = left;
  if (survivor === undefined) return withoutServers(target, servers);
  const mirror =
    target.drbd === undefined
      ? ''
      : ` Its only copy is then on ${survivor}: the mirror ${target.drbd} is resynced when the other comes back.`;
  return lost.has(primary)
    ? {
        what,
        effect: 'failover',
        sentence: `${what} fails over from ${primary} to ${survivor}; until then what clients do with it waits.${mirror}`,
      }
    : {
        what,
        effect: 'weaker',
        sentence: `${what} stays on ${survivor}, which has nobody to fail over to.${mirror}`,
      };
}

function withoutServers({ name: what, drbd }: LustreTarget, servers: readonly string[]): Consequence {
  const all = servers.join(' and ');
  const stops = what.startsWith('OST')
    ? 'files with objects on it cannot be read or written'
    : 'the file system stops';
  return drbd === undefined
    ? {
        what,
        effect: 'stopped',
        sentence: `${what} has no server left (${all}): ${stops} until one is back. Its data is on storage outside of them.`,
      }
    : {
        what,
        effect: 'data-lost',
        sentence: `${what} is lost with ${all}, ${servers.length === 1 ? 'the only node that has it' : 'which hold both of its copies'}: ${stops}.`,
      };
}
