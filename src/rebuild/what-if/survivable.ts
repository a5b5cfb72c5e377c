import type { Holdings } from './holdings';
import { whatIf } from './what-if';

/**
 * How many more failure domains may go at once without loss of data while the nodes of `gone` are away. `isWhole`:
 * everything has been rebuilt, so that what is gone holds nothing any more that is needed. In the worst tier.
 */
export function survivable(holdings: Holdings, gone: ReadonlySet<string>, isWhole: boolean): number {
  const tolerance = holdings.pieces - holdings.data;
  const tiers = whatIf(holdings, isWhole ? new Set() : gone);
  return Math.max(0, Math.min(tolerance, ...tiers.map(({ worst }) => tolerance - worst)));
}
