import type { Cluster } from '../../cluster/cluster';
import type { ClusterDraft } from '../../cluster/draft';
import type { Observed } from '../../rules/observed';
import type { Consequence } from './consequence';
import { rebuildSeconds, type Speed } from './duration';
import { holdingsOf } from './holdings';
import { whatIf, type TierOutcome } from './what-if';
import { outcomeSentences } from './words';

/** What comes of a cluster when some of its nodes are gone at once. */
export interface WhatIfAnswer {
  /** In the order of the file. */
  readonly lost: readonly string[];
  readonly tiers: readonly (TierOutcome & { readonly seconds?: number })[];
  readonly consequences: readonly Consequence[];
  /** Data would be lost, or might be, or the cluster could not rebuild itself, or would stop. */
  readonly isBad: boolean;
  /** Everything above for people. */
  readonly sentences: readonly string[];
}

/** Says what a system's roles mean for a loss; supplied by the system. */
export type Consequences = (cluster: Cluster, lost: ReadonlySet<string>) => readonly Consequence[];

/** The answer to “what if”: pure, from the file and, where nodes reported, from what they hold. */
export function answerWhatIf(
  draft: ClusterDraft,
  cluster: Cluster,
  lost: ReadonlySet<string>,
  {
    observed,
    speed,
    consequencesOf,
  }: { readonly observed?: Observed; readonly speed?: Speed; readonly consequencesOf?: Consequences },
): WhatIfAnswer {
  const holdings = holdingsOf(draft, observed);
  const outcomes = holdings ? whatIf(holdings, lost) : [];
  const consequences = consequencesOf?.(cluster, lost) ?? [];
  const tiers = outcomes.map((outcome) => {
    const seconds = speed && rebuildSeconds(outcome, speed);
    return { ...outcome, ...(seconds === undefined ? {} : { seconds }) };
  });
  const sentences = [
    ...consequences.map(({ sentence }) => sentence),
    ...outcomes.flatMap((outcome) => outcomeSentences(outcome, speed)),
  ];
  return {
    lost: cluster.nodes.map(({ name }) => name).filter((name) => lost.has(name)),
    tiers,
    consequences,
    isBad:
      outcomes.some(isBad) ||
      consequences.some(({ effect }) => effect === 'data-lost' || effect === 'stopped'),
    sentences: sentences.length > 0 ? sentences : ['Nothing that the file tells of depends on it.'],
  };
}

function isBad({ loss, rebuild }: TierOutcome): boolean {
  return loss !== 'kept' || (rebuild.able !== 'yes' && rebuild.able !== 'nothing-lost');
}
