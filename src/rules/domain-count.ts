import { count, inTierText, layout, type Layout, type Tier } from './domains';
import { finding } from './finding';
import type { Rule } from './rule';

/** `too-few-domains`, `no-spare-domain`, `spare-domains`: whether the pieces of a chunk find a place. */
export const domainCount: Rule = (draft, observed) => {
  const pieces = draft.redundancy?.pieces;
  const found = layout(draft, observed);
  if (!pieces || !found) return [];
  return found.tiers
    .flatMap((tier) => judge(tier, found, pieces.value) ?? [])
    .map(({ code, severity, message }) => finding(code, severity, pieces.range, message));
};

type Judgement = { code: string; severity: 'error' | 'warning' | 'information'; message: string };

function judge(
  tier: Tier,
  { kind }: Layout,
  { pieces, tolerance }: { pieces: number; tolerance: number },
): Judgement | undefined {
  const domains = tier.count;
  const spare = domains - pieces;
  const where = inTierText(tier);
  if (spare < 0) {
    return {
      code: 'too-few-domains',
      severity: 'error',
      message: `The ${pieces} pieces of each chunk need ${count(pieces, kind)}, but ${count(domains, kind)} ${hold(domains)} data${where}: it cannot be placed at all. Add ${count(-spare, kind)}, or use fewer pieces.`,
    };
  }
  if (tolerance === 0) return undefined;
  if (spare === 0) {
    return {
      code: 'no-spare-domain',
      severity: 'warning',
      message: `The ${pieces} pieces of each chunk need every one of the ${count(domains, kind)}${where}: no data is lost when ${tolerance} fail${tolerance === 1 ? 's' : ''}, but the cluster cannot rebuild itself until one comes back. Add a ${kind}.`,
    };
  }
  return {
    code: 'spare-domains',
    severity: 'information',
    message: `${count(spare, kind)} of ${domains}${where} may be gone and the cluster can still rebuild itself; ${tolerance} may fail at once without loss of data.`,
  };
}

function hold(domains: number): string {
  return domains === 1 ? 'holds' : 'hold';
}
