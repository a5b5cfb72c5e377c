import { parameter, parameterEntry, type ClusterDraft } from '../cluster/draft';
import { formatPercent } from '../cluster/percent';
import { finding } from './finding';
import type { Rule } from './rule';

/** The part of a disk that the system keeps free, in hundredths of a percent; undefined when written wrongly. */
export function fillMargin(draft: ClusterDraft): bigint | undefined {
  const { redundancy, spec } = draft;
  if (redundancy?.isFillMarginBroken) return undefined;
  if (redundancy?.fillMargin) return redundancy.fillMargin.value;
  const name = spec?.redundancy?.fillMarginParameter;
  if (name === undefined || !parameterEntry(draft, name)) return 0n;
  const written = parameter(draft, name);
  return written && BigInt(written.value) * 100n;
}

/** `margin-mismatch`: the file says one margin for Standby and another for the system. */
export const marginMismatch: Rule = (draft) => {
  const name = draft.spec?.redundancy?.fillMarginParameter;
  const own = draft.redundancy?.fillMargin;
  const theirs = name === undefined ? undefined : parameter(draft, name);
  if (!own || !theirs || own.value === BigInt(theirs.value) * 100n) return [];
  return [
    finding(
      'margin-mismatch',
      'warning',
      theirs.range,
      `${name} is ${theirs.value} %, but redundancy.fillMargin is ${formatPercent(own.value)}. Make them equal; free space is reckoned with fillMargin.`,
      { related: [{ range: own.range, message: `fillMargin: ${formatPercent(own.value)}` }] },
    ),
  ];
};
