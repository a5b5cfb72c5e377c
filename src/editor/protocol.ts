/**
 * What the extension and the page of the rebuild panel say to each other. Every message to the page is a
 * whole snapshot, so that one that comes late or twice does no harm.
 */
import type { Headline } from '../rebuild/headline';
import type { MapDomain } from '../rebuild/map';
import type { RebuildProgress } from '../rebuild/progress';

/** One kind of recovery, with how it went: epoch milliseconds, what remained then, units a second where known. */
export interface RebuildView {
  readonly progress: RebuildProgress;
  /** How much faster than the world's the cluster's time runs, in a demo. */
  readonly timeFactor?: number;
  readonly points: readonly (readonly [at: number, remaining: number, rate?: number])[];
}

/** A question of “what if” with its answer, or with the problem of the question. */
export interface WhatIfView {
  /** As it was asked. */
  readonly lose: string;
  readonly bandwidth: string;
  readonly problem?: string;
  readonly lost: readonly string[];
  readonly isBad: boolean;
  readonly sentences: readonly string[];
  /** The fullest first, percent of their capacity; only the first few of many. */
  readonly survivors: readonly { readonly domain: string; readonly now: number; readonly after: number }[];
}

/** Everything that the page shows. */
export interface RebuildSnapshot {
  readonly clusters: readonly { readonly key: string; readonly name: string }[];
  /** The chosen cluster's key; absent when there is no cluster. */
  readonly chosen?: string;
  /** Epoch milliseconds of the state shown; absent when none was seen yet. */
  readonly at?: number;
  readonly watched: boolean;
  readonly observerLost: boolean;
  /** Nodes that are not active, with their liveness: why a rebuild may run or wait. */
  readonly troubled: readonly { readonly name: string; readonly liveness: string }[];
  readonly rebuild: readonly RebuildView[];
  /** All recoveries in one sentence; absent before the first state. */
  readonly headline?: Headline;
  readonly map: readonly MapDomain[];
  /** What was asked last of the chosen cluster. */
  readonly whatIf?: WhatIfView;
}

export type ToPage = { readonly type: 'snapshot'; readonly snapshot: RebuildSnapshot };

export type FromPage =
  /** The page listens: send it the first snapshot. */
  | { readonly type: 'ready' }
  | { readonly type: 'choose'; readonly cluster: string }
  | { readonly type: 'connect' }
  | { readonly type: 'show-log' }
  /** Shows a node in the tree and its line in the file. */
  | { readonly type: 'reveal'; readonly node: string }
  /** Puts the progress into the clipboard, as Markdown. */
  | { readonly type: 'copy' }
  /** Saves the history as CSV. */
  | { readonly type: 'export' }
  /** Empty `lose`: nothing is asked any more. */
  | { readonly type: 'what-if'; readonly lose: string; readonly bandwidth: string };

/** What the page keeps over a reload of the window. */
export interface PageState {
  readonly cluster?: string;
  readonly range?: PlotRange;
  readonly lose?: string;
  readonly bandwidth?: string;
}

/** How much of the past the charts show. */
export type PlotRange = 'hour' | 'day' | 'all';

/** The texts that each message of the page carries. */
const texts: Readonly<Record<FromPage['type'], readonly string[]>> = {
  ready: [],
  choose: ['cluster'],
  connect: [],
  'show-log': [],
  reveal: ['node'],
  copy: [],
  export: [],
  'what-if': ['lose', 'bandwidth'],
};

/** Whether something that came from the page is a message of this protocol. */
export function isFromPage(value: unknown): value is FromPage {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const { type } = value;
  if (typeof type !== 'string' || !Object.hasOwn(texts, type)) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  return texts[type as FromPage['type']].every((key) => typeof fields[key] === 'string');
}

/** Whether something that came to the page is a message of this protocol. */
export function isToPage(value: unknown): value is ToPage {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'snapshot' &&
    'snapshot' in value &&
    typeof value.snapshot === 'object'
  );
}

/** The state that a page of an earlier window left; nothing in it is trusted. */
export function pageState(value: unknown): PageState {
  if (typeof value !== 'object' || value === null) return {};
  const { cluster, range, lose, bandwidth } = value as Readonly<Record<string, unknown>>;
  return {
    ...(typeof cluster === 'string' ? { cluster } : {}),
    ...(range === 'hour' || range === 'day' || range === 'all' ? { range } : {}),
    ...(typeof lose === 'string' ? { lose } : {}),
    ...(typeof bandwidth === 'string' ? { bandwidth } : {}),
  };
}
