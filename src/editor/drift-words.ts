import type { Discovery } from '../discovery/discovery';
import type { Comparison } from '../discovery/drift';
import * as l10n from './l10n';
import { plural } from './l10n';

/** What a comparison came to, for the person who asked for it. */
export function comparisonText(
  cluster: string,
  { drifts, unknown }: Comparison,
  { nodes }: Pick<Discovery, 'nodes'>,
): string {
  const answered = nodes.filter((node) => node.answered).length;
  const silent = nodes.filter((node) => !node.answered).map(({ name }) => name);
  return [
    drifts.length === 0
      ? l10n.t(
          '{0}: the file says what its nodes say ({1} of {2} answered).',
          cluster,
          answered,
          nodes.length,
        )
      : plural(
          drifts.length,
          l10n.t('{0}: the file and its nodes differ in one thing.', cluster),
          l10n.t('{0}: the file and its nodes differ in {1} things.', cluster, drifts.length),
        ),
    ...(silent.length === 0
      ? []
      : [l10n.t('Not compared, because they did not answer: {0}.', silent.join(', '))]),
    ...(unknown.length === 0
      ? []
      : [
          plural(
            unknown.length,
            l10n.t('One thing could not be compared; the log says what.'),
            l10n.t('{0} things could not be compared; the log says what.', unknown.length),
          ),
        ]),
  ].join(' ');
}

/** The quick fix that takes everything over at once. */
export function takeAllTitle(fixes: number): string {
  return l10n.t('Take over all {0} live values', fixes);
}
