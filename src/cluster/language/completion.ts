import type { SystemSpec, ValueSpec } from '../spec';
import { bracketItem, itemSnippets, keyCompletions } from './complete-keys';
import { valueCompletions } from './complete-values';
import { newFileCompletions } from './new-file';
import type { Outline, Span } from './entry';
import { specOfRoot, valueSpecs } from './specs';
import { spotAt, type Spot } from './spot';

/** One proposal, for the editor to show. */
export interface Completion {
  readonly label: string;
  readonly kind: 'key' | 'value' | 'node' | 'unit' | 'snippet';
  /** A few words behind the label. */
  readonly detail?: string;
  /** Markdown. */
  readonly doc?: string;
  /** In the editor's syntax of snippets. */
  readonly insert: string;
  readonly replace: Span;
  /** Lower ones first. */
  readonly rank: number;
  /** What is put in is followed by something that can be proposed as well. */
  readonly asksAgain: boolean;
}

/** A proposal without its place. */
export type Proposal = Omit<Completion, 'replace'>;

/** What may stand at an offset. Never throws, whatever the text. */
export function complete(
  outline: Outline,
  offset: number,
  specs: readonly SystemSpec[],
): readonly Completion[] {
  const spot = spotAt(outline, offset);
  if (!spot) return [];
  const before = outline.text.slice(0, spot.typed.start);
  const root = specOfRoot(spot.entry, specs);
  const shapes = valueSpecs(spot.entry, root);
  const proposals = [
    ...shapes.flatMap((spec) => ofShape(outline, spot, spec, specs)),
    ...(isBare(spot) && /(^|\n)\uFEFF?$/.test(before) ? newFileCompletions(specs) : []),
  ];
  const known = new Set<string>();
  return proposals
    .filter(({ label }) => !known.has(label) && known.add(label))
    .map((one) => ({ ...one, replace: spot.typed }));
}

/** A document in which nothing is written yet but the word at the cursor. */
function isBare({ entry, present }: Spot): boolean {
  return !entry.parent && entry.children.every((child) => child === present && !child.key);
}

function ofShape(
  outline: Outline,
  spot: Spot,
  spec: ValueSpec,
  specs: readonly SystemSpec[],
): readonly Proposal[] {
  const { kind, entry, isInBrackets } = spot;
  const isList = spec.type === 'list';
  const isMap = spec.type === 'map' || spec.type === 'parameters';
  if (kind === 'inside') {
    if (isMap) return keyCompletions(outline, spot, spec);
    if (!isList) return [];
    if (!isInBrackets) return itemSnippets(spec.item);
    return spec.item.type === 'map' ? [bracketItem(spec.item)] : valueCompletions(entry, spec.item, specs);
  }
  // On the line of a dash, a map begins with its first key.
  if (isMap && entry.isItem && !isInBrackets) return keyCompletions(outline, spot, spec);
  if (isMap && entry.isItem && spec.type === 'map') return [bracketItem(spec)];
  if (isMap) return [];
  if (!isList) return valueCompletions(entry, spec, specs);
  if (spec.item.type === 'map') return [];
  return valueCompletions(entry, spec.item, specs).map((one) => ({
    ...one,
    label: `[${one.label}]`,
    insert: `[${one.insert}$0]`,
  }));
}
