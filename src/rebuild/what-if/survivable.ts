import { besides, type Away } from './away';
import type { Holdings } from './holdings';
import { whatIf } from './what-if';

/** How many more failure domains may go at once without loss of data, in the worst tier. */
export function survivable(all: Holdings, away: Away): number {
  const tolerance = all.pieces - all.data;
  const { holdings, lost } = besides(all, away, new Set());
  const worst = whatIf(holdings, lost).map((outcome) => outcome.worst);
  return Math.max(0, Math.min(tolerance, ...worst.map((pieces) => tolerance - pieces)));
}
