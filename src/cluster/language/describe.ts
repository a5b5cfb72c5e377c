import type { KeySpec, SystemSpec, ValueSpec } from '../spec';
import { expectation } from '../values';

/** What a key means, what belongs behind it and what holds without it; Markdown. */
export function keyDoc(key: KeySpec): string {
  // That a text is a text needs no words.
  const facts = [
    isMapLike(key.value) || key.value.type === 'text' ? undefined : valueText(key.value),
    key.defaultText === undefined ? undefined : `Default: ${key.defaultText}.`,
    key.required ? 'Required.' : undefined,
  ];
  const rest = facts.filter((fact) => fact !== undefined).join(' ');
  return rest === '' ? key.doc : `${key.doc}\n\n${rest}`;
}

/** What belongs there is then said by its own keys. */
function isMapLike(spec: ValueSpec): boolean {
  if (spec.type === 'list') return isMapLike(spec.item);
  return spec.type === 'map' || spec.type === 'parameters';
}

/** What belongs in a place, as a sentence. */
export function valueText(spec: ValueSpec): string {
  if (spec.type === 'integer') {
    return spec.max === Number.MAX_SAFE_INTEGER
      ? `A whole number of at least ${spec.min}.`
      : `A whole number from ${spec.min} to ${spec.max}.`;
  }
  if (spec.type === 'size') {
    return 'A size with its unit: kB, MB, GB, TB, PB, EB, or KiB, MiB, GiB, TiB, PiB, EiB.';
  }
  if (spec.type === 'duration') return 'A duration with its unit: ms, s, m, h or d.';
  if (spec.type !== 'list') return `${expectation(spec)}.`;
  return `A list; of each item: ${valueText(spec.item).replace(/^./, (first) => first.toLowerCase())}`;
}

/** The default of a timing, which the system gives: for `heartbeat.interval` and its neighbours. */
export function timingDefault(key: string, system: SystemSpec | undefined): number | undefined {
  const timing: Readonly<Record<string, number>> | undefined = system?.timing;
  return timing && Object.hasOwn(timing, key) ? timing[key] : undefined;
}
