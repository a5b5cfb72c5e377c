import { rebuildLeft } from './chunks';
import type { CsSample, ProcessSample } from './process';

/** A failure domain of one tier. */
export interface ProcessDomain {
  readonly name: string;
  /** Absent where only one tier is used, or nobody can tell. */
  readonly tier?: number;
}

/** Why a rebuild does not happen, or would not, in numbers. */
export type Obstacle =
  | {
      readonly kind: 'suppressed';
      /** Hosts (or services, in old editions) that are offline; absent when only the cluster's own word says so. */
      readonly offline?: number;
      readonly limit: number;
      readonly by: 'hosts' | 'cs';
      /** Names of nodes or hosts. */
      readonly hosts: readonly string[];
    }
  | {
      readonly kind: 'too-few-domains';
      readonly needed: number;
      readonly alive: number;
      readonly tier?: number;
    }
  | { readonly kind: 'no-room'; readonly marginPercent: number }
  | {
      readonly kind: 'needs-cs';
      readonly chunks: number;
      /** Ids of the chunk services that are gone: the missing pieces are on some of them. */
      readonly services: readonly number[];
    };

/** What stands in the way of a rebuild, the worst first. */
export function obstaclesOf(sample: ProcessSample): readonly Obstacle[] {
  return [...needsCs(sample), ...suppressed(sample), ...tooFewDomains(sample), ...noRoom(sample)];
}

/** Holds its data where clients and the rebuild can reach it. */
function serves({ state, answers }: CsSample): boolean {
  return (
    state === 'active' ||
    state === 'ill' ||
    state === 'releasing' ||
    (state === 'maintenance' && answers === true)
  );
}

const isGone = (cs: CsSample) =>
  ['inactive', 'offline', 'failed'].includes(cs.state) || (cs.state === 'maintenance' && !serves(cs));

function needsCs({ chunks, services }: ProcessSample): Obstacle[] {
  const number = chunks.offline ?? 0;
  if (number === 0) return [];
  return [{ kind: 'needs-cs', chunks: number, services: services.filter(isGone).map(({ id }) => id) }];
}

function suppressed({ services, thresholds, saysSuppressed }: ProcessSample): Obstacle[] {
  const { value: limit, by } = thresholds.maxOffline;
  const offline = services.filter(({ state }) => state === 'offline');
  const hosts = [...new Set(offline.map(({ id, node, host }) => node ?? host ?? `CS ${id}`))];
  const number = by === 'hosts' ? hosts.length : offline.length;
  if (number > limit) return [{ kind: 'suppressed', offline: number, limit, by, hosts }];
  return saysSuppressed === true ? [{ kind: 'suppressed', limit, by, hosts }] : [];
}

function tooFewDomains({ services, pieces }: ProcessSample): Obstacle[] {
  if (pieces === undefined || !services.some(isGone)) return [];
  const counted = services.filter(({ state }) => state !== 'dropped' && state !== 'released');
  // One service of which nobody knows the domain or the state may be the one that is missing.
  if (counted.some(({ domain, state }) => !domain || state === 'unknown')) return [];
  const tiers = [...new Set(counted.map(({ domain }) => domain?.tier))];
  return tiers.flatMap((tier): Obstacle[] => {
    const inTier = counted.filter(({ domain }) => domain?.tier === tier);
    const alive = new Set(inTier.filter(serves).map(({ domain }) => domain?.name)).size;
    if (alive >= pieces) return [];
    return [
      {
        kind: 'too-few-domains',
        needed: pieces,
        alive,
        ...(tier === undefined || tiers.length === 1 ? {} : { tier }),
      },
    ];
  });
}

function noRoom({ services, chunks, thresholds }: ProcessSample): Obstacle[] {
  const takers = services.filter(({ state }) => state === 'active');
  if ((rebuildLeft(chunks) ?? 0) === 0 || takers.length === 0) return [];
  return takers.every(({ isFull }) => isFull === true)
    ? [{ kind: 'no-room', marginPercent: thresholds.fillMargin.value }]
    : [];
}
