import { parameterEntry, type ClusterDraft } from '../cluster/draft';
import type { Located, Range } from '../cluster/place';

/** The times of `heartbeat` in the order in which they have to grow. */
export const timings = ['interval', 'inactiveAfter', 'offlineAfter', 'maintenanceOfflineAfter'] as const;
export type Timing = (typeof timings)[number];

/** A time in effect. */
export interface Effective {
  /** The key or parameter that it comes from. */
  readonly name: string;
  /** Milliseconds. */
  readonly value: number;
  /** The value in the text; absent for the system's default. */
  readonly range?: Range;
}

/** A written parameter that means a time of `heartbeat`. */
export interface TimingParameter {
  readonly timing: 'offlineAfter' | 'maintenanceOfflineAfter';
  readonly name: string;
  readonly written: Located<number>;
  /** So small that it was probably meant as seconds or minutes: nothing may be concluded from it. */
  readonly isDoubtful: boolean;
}

/** The parameters of the system that mean a time, as far as they are written and can be read. */
export function timingParameters(draft: ClusterDraft): readonly TimingParameter[] {
  return (draft.spec?.timingParameters ?? []).flatMap(({ timing, parameter: name, atLeast }) => {
    const value = parameterEntry(draft, name)?.value;
    if (value?.kind !== 'scalar' || typeof value.value !== 'number') return [];
    const written = { value: value.value, range: value.range };
    return [{ timing, name, written, isDoubtful: written.value < atLeast }];
  });
}

/**
 * The time in effect: the key of `heartbeat`, else the parameter, else the system's default. undefined
 * where what is written cannot be read, which has been reported.
 */
export function effective(draft: ClusterDraft, timing: Timing): Effective | undefined {
  if (draft.heartbeat.broken?.has(timing)) return undefined;
  const own = draft.heartbeat[timing];
  if (own) return { name: timing, ...own };
  const source = draft.spec?.timingParameters?.find((one) => one.timing === timing);
  const entry = source && parameterEntry(draft, source.parameter);
  if (entry && !entry.value) return undefined;
  const parameter = timingParameters(draft).find((one) => one.timing === timing);
  if (parameter && !parameter.isDoubtful) return { name: parameter.name, ...parameter.written };
  return draft.spec && { name: timing, value: draft.spec.timing[timing] };
}
