import type { Cluster } from '../../cluster/cluster';
import { isStorage, type ClusterDraft } from '../../cluster/draft';
import type { Observed } from '../../rules/observed';
import { besides, type Away } from './away';
import type { Consequence } from './consequence';
import { rebuildSeconds, type Speed } from './duration';
import { holdingsOf, type Holdings } from './holdings';
import { whatIf, type Fate, type TierOutcome } from './what-if';
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
    away = { nodes: new Set(), isRebuilt: false },
    speed,
    consequencesOf,
  }: {
    readonly observed?: Observed;
    /** Who is gone already. */
    readonly away?: Away;
    readonly speed?: Speed;
    readonly consequencesOf?: Consequences;
  },
): WhatIfAnswer {
  const holdings = holdingsOf(draft, observed);
  const outcomes = holdings ? outcomesOf(holdings, away, lost) : [];
  const isWeak = away.isDegraded === true && outcomes.some(({ hit }) => hit.length > 0);
  const isUnknown = !holdings && draft.spec?.redundancy !== undefined && holdsData(draft, lost);
  const consequences = consequencesOf?.(cluster, new Set([...lost, ...away.nodes])) ?? [];
  const tiers = outcomes.map((outcome) => {
    const seconds = speed && rebuildSeconds(outcome, speed);
    return { ...outcome, ...(seconds === undefined ? {} : { seconds }) };
  });
  const sentences = [
    ...awaySentences(cluster, isWeak ? away : { ...away, isDegraded: false }, lost),
    ...(isUnknown
      ? [
          'Whether data would be lost is unknown: the file does not say in how many pieces, and across which domains, the data is spread.',
        ]
      : []),
    ...consequences.map(({ sentence }) => sentence),
    ...outcomes.flatMap((outcome) => outcomeSentences(outcome, speed)),
  ];
  return {
    lost: cluster.nodes.map(({ name }) => name).filter((name) => lost.has(name)),
    tiers,
    consequences,
    isBad:
      isUnknown ||
      outcomes.some(isBad) ||
      isWeak ||
      consequences.some(({ effect }) => effect === 'data-lost' || effect === 'stopped'),
    sentences: sentences.length > 0 ? sentences : ['Nothing that the file tells of depends on it.'],
  };
}

function holdsData({ spec, nodes }: ClusterDraft, lost: ReadonlySet<string>): boolean {
  return nodes.some((node) => isStorage(spec, node) && lost.has(node.name?.value ?? ''));
}

function outcomesOf(all: Holdings, away: Away, lost: ReadonlySet<string>): readonly TierOutcome[] {
  const { holdings, lost: together } = besides(all, away, lost);
  const outcomes = whatIf(holdings, together);
  if (away.nodes.size === 0 || away.isRebuilt) return outcomes;
  // Part of what they held has been rebuilt already, and nobody knows which: nothing is certain any more.
  const soften = (fate: Fate): Fate => (fate === 'certain' ? 'possible' : fate);
  return outcomes.map((one) => ({ ...one, loss: soften(one.loss), blocked: soften(one.blocked) }));
}

function awaySentences(
  { nodes }: Cluster,
  { nodes: gone, isRebuilt, isDegraded, unsure = [] }: Away,
  lost: ReadonlySet<string>,
): readonly string[] {
  const names = nodes.map(({ name }) => name).filter((name) => gone.has(name) && !lost.has(name));
  const open = unsure.filter((name) => !lost.has(name));
  const notes = [
    ...(isDegraded === true
      ? [
          'The cluster is rebuilding something, or waits to: chunks that lack a piece already stand less than is said here.',
        ]
      : []),
    ...(open.length > 0
      ? [
          `Whether ${few(open)} ${open.length === 1 ? 'is' : 'are'} there is not known: ${open.length === 1 ? 'it counts' : 'they count'} as there.`,
        ]
      : []),
  ];
  if (names.length === 0) return notes;
  return [
    ...notes,
    `${few(names)} ${names.length === 1 ? 'is' : 'are'} away already, ${isRebuilt ? 'and everything has been rebuilt since' : 'and not everything has been rebuilt: that counts as lost, too'}.`,
  ];
}

function few(names: readonly string[]): string {
  return names.length > 6 ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more` : names.join(', ');
}

function isBad({ loss, rebuild }: TierOutcome): boolean {
  return loss !== 'kept' || (rebuild.able !== 'yes' && rebuild.able !== 'nothing-lost');
}
