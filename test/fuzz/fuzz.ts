import type { Finding } from '../../src/cluster/finding';
import type { Position } from '../../src/cluster/place';
import { check, type Checked } from '../../src/rules/check';
import { fileFixes } from '../../src/rules/file-fixes';
import { systems } from '../../src/systems/index';
import { hugeMutations, mutations, type Input } from './mutations';
import { Random } from './random';
import { seedFiles } from './seeds';

/** Milliseconds that no input may take. */
export const longestCheck = 2000;

/** Something that must not happen, with what is needed to make it happen again. */
export interface Failure {
  readonly seed: number;
  readonly steps: readonly string[];
  readonly input: Input;
  readonly reason: string;
}

/** What a run did. `slowest` in milliseconds. */
export interface FuzzRun {
  readonly runs: number;
  readonly slowest: number;
  readonly slowestSeed: number;
  readonly failures: readonly Failure[];
}

/** Checks mutated files until the time is up; each has a seed of its own, counted up from the first. */
export function fuzz(firstSeed: number, milliseconds: number, hugeEvery = 200): FuzzRun {
  const end = performance.now() + milliseconds;
  const failures: Failure[] = [];
  let slowest = 0;
  let slowestSeed = firstSeed;
  let seed = firstSeed;
  for (; performance.now() < end && failures.length < 5; seed++) {
    const { input, steps } = mutated(seed, hugeEvery);
    const began = performance.now();
    // What seems slow is looked at again: the machine may have been busy with something else.
    const reason = wrongWith(input) === undefined ? undefined : wrongWith(input);
    const took = performance.now() - began;
    if (took > slowest) [slowest, slowestSeed] = [took, seed];
    if (reason !== undefined) failures.push({ seed, steps, input, reason });
  }
  return { runs: seed - firstSeed, slowest, slowestSeed, failures };
}

/** The input of one seed. */
export function mutated(seed: number, hugeEvery = 200): { input: Input; steps: readonly string[] } {
  const random = new Random(seed);
  let bytes: Uint8Array = new TextEncoder().encode(random.of(seedFiles));
  const steps: string[] = [];
  const apply = (from: typeof mutations) => {
    const [name, mutation] = random.of(Object.entries(from));
    steps.push(name);
    bytes = mutation(bytes, random);
  };
  for (let count = 1 + random.below(4); count > 0; count--) apply(mutations);
  if (random.below(hugeEvery) === 0) apply(hugeMutations);
  // An editor hands over text that was decoded leniently, unpaired surrogates included.
  const input = random.below(2) === 0 ? bytes : new TextDecoder().decode(bytes);
  return { input, steps };
}

/** What the checker does wrong with an input; undefined when nothing. */
export function wrongWith(input: Input): string | undefined {
  const began = performance.now();
  let findings: readonly Finding[];
  try {
    findings = withFileFixes(input, check(input, systems));
  } catch (error) {
    return `It threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}.`;
  }
  const took = performance.now() - began;
  if (took > longestCheck) return `It took ${Math.round(took)} ms.`;
  const lengths = lineLengths(input);
  const outside = findings.find(
    ({ range, related, fixes }) =>
      !isInside(range, lengths) ||
      related.some((one) => !isInside(one.range, lengths)) ||
      fixes.some(({ edits }) => edits.some((edit) => !isInside(edit.range, lengths))),
  );
  return outside && `A finding lies outside the file: ${JSON.stringify(outside)}.`;
}

/** What an editor offers besides for the first findings of each code; it hands over text without a BOM. */
function withFileFixes(input: Input, { documents, findings }: Checked): readonly Finding[] {
  if (typeof input !== 'string' || input.startsWith('\uFEFF')) return findings;
  const seen = new Map<string, number>();
  return findings.map((one) => {
    const count = (seen.get(one.code) ?? 0) + 1;
    seen.set(one.code, count);
    return count > 2 ? one : { ...one, fixes: [...one.fixes, ...fileFixes(one, documents, input)] };
  });
}

function lineLengths(input: Input): readonly number[] {
  const text = typeof input === 'string' ? input : new TextDecoder().decode(input);
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map(({ length }) => length);
}

function isInside({ start, end }: { start: Position; end: Position }, lengths: readonly number[]): boolean {
  const isPlace = ({ line, character }: Position) =>
    line >= 0 && character >= 0 && character <= (lengths[line] ?? -1);
  const isForward = start.line < end.line || (start.line === end.line && start.character <= end.character);
  return isPlace(start) && isPlace(end) && isForward;
}
