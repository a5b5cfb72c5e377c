import type { Cluster } from '../../cluster/cluster';
import { formatSize } from '../../cluster/size';
import { scale, type Space } from '../../rules/space';
import { remedyText, type Mode } from './advice';
import type { ChunkService } from './observation';
import { fit, shares, sizeOf, takesPart, tiersOf, type PlacedDomain } from './placement';
import type { Situation } from './survey';

/** What comes of it when some chunk services go: why they must not, and what the reader should know. */
export interface Leaving {
  readonly refused?: string;
  readonly notes: readonly string[];
}

const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;

/** The mode of a cluster, as far as its file tells. */
export function modeOf(cluster: Cluster): Mode | undefined {
  const { redundancy } = cluster;
  if (!redundancy) return undefined;
  const data = redundancy.pieces - redundancy.tolerance;
  return { data, parity: redundancy.tolerance, isEncoded: data > 1 };
}

/** Whether the rest still satisfies mode and space when these are taken away, and where their data goes. */
export function withoutServices(
  cluster: Cluster,
  { observation, vinfra }: Pick<Situation, 'observation' | 'vinfra'>,
  leaving: readonly ChunkService[],
  who: string,
): Leaving {
  const mode = modeOf(cluster);
  if (!mode) return { refused: 'The cluster file does not say which redundancy the cluster has.', notes: [] };
  const margin = observation.thresholds.fillMargin.value;
  const ids = new Set(leaving.map(({ id }) => id));
  const staying = observation.chunkServices.filter((cs) => takesPart(cs) && !ids.has(cs.id));
  const all = tiersOf(cluster, staying, vinfra?.disks, margin);
  if (!all) {
    return {
      refused: `It is not known to which failure domain each chunk service belongs. Give every node the name or address by which vstorage stat prints it.`,
      notes: [],
    };
  }
  const notes: string[] = [];
  for (const tier of new Set(leaving.map((cs) => cs.tier ?? 0))) {
    const moved = sizes(
      leaving.filter((cs) => takesPart(cs) && (cs.tier ?? 0) === tier),
      vinfra?.disks,
    );
    const domains = all.find((one) => one.tier === tier)?.domains ?? [];
    const unknown =
      domains.find(({ space }) => space === undefined)?.name ?? (moved === undefined ? who : undefined);
    if (unknown !== undefined || moved === undefined)
      return {
        refused: `How full the disks of ${unknown ?? who} are is unknown: nobody can say whether the rest has room.`,
        notes: [],
      };
    const where = all.length > 1 ? ` in tier ${tier}` : '';
    const refused = judge({ cluster, mode, domains, moved, who, where });
    if (refused !== undefined) return { refused, notes: [] };
    notes.push(...whereItGoes({ cluster, mode, domains, moved, margin, where }));
  }
  return { notes };
}

/** Bytes on some chunk services; undefined while one is unknown. */
function sizes(services: readonly ChunkService[], disks: Parameters<typeof sizeOf>[1]): bigint | undefined {
  let sum = 0n;
  for (const cs of services) {
    const size = sizeOf(cs, disks);
    if (!size) return undefined;
    sum += size.used;
  }
  return sum;
}

interface Question {
  readonly cluster: Cluster;
  readonly mode: Mode;
  readonly domains: readonly PlacedDomain[];
  readonly moved: bigint;
  readonly where: string;
}

const kindOf = ({ redundancy }: Cluster) => redundancy?.failureDomain ?? 'host';

function judge({
  cluster,
  mode,
  domains,
  moved,
  who,
  where,
}: Question & { who: string }): string | undefined {
  const pieces = mode.data + mode.parity;
  const spaces = domains.flatMap(({ space }): Space[] => (space ? [space] : []));
  const stored = spaces.reduce((sum, { used }) => sum + used, 0n) + moved * scale;
  const shortage = { spaces, stored, mode, kind: kindOf(cluster) };
  if (domains.length < pieces) {
    return `The ${pieces} pieces of each chunk need ${count(pieces, kindOf(cluster))}${where}; without ${who}, ${domains.length} ${domains.length === 1 ? 'is' : 'are'} left.${remedyText(shortage)}`;
  }
  const { missing } = fit(spaces, stored, { pieces });
  if (missing === 0n) return undefined;
  return `Without ${who}, room for ${formatSize(missing)} is missing${where} on the ${count(domains.length, kindOf(cluster))} that are left: they hold ${formatSize((stored - moved * scale) / scale)}, would have to take ${formatSize(moved)} more, and keep ${pieces} pieces of each chunk apart.${remedyText(shortage)}`;
}

function whereItGoes({
  cluster,
  mode,
  domains,
  moved,
  margin,
  where,
}: Question & { margin: number }): string[] {
  const pieces = mode.data + mode.parity;
  const kind = kindOf(cluster);
  const spare = domains.length - pieces;
  const parts = shares(domains, moved, margin);
  const list = parts.map(
    ({ name, more, percent }) => `${name} +${formatSize(more)} (then ${percent} % full)`,
  );
  const fullest = Math.max(0, ...parts.map(({ percent }) => percent));
  return [
    moved === 0n
      ? `Nothing is left to be moved${where}: what stood there has been rebuilt on the others.`
      : `${formatSize(moved)} would move${where}, by free space about so: ${list.join(', ')}.`,
    ...(fullest > 90
      ? [
          `Afterwards disks are ${fullest} % full: at about 95 % nothing more can be written. Add capacity soon.`,
        ]
      : []),
    spare === 0
      ? `Then ${count(domains.length, kind)} ${domains.length === 1 ? 'is' : 'are'} left${where}, as many as the mode needs: after the next failure the cluster cannot rebuild itself until that ${kind} is back. One more than the mode needs is advised.`
      : `Then ${count(domains.length, kind)} are left${where}, ${spare} more than the mode needs.`,
  ];
}
