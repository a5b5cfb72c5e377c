/**
 * What the extension and the page of the rebuild panel say to each other. Every message to the page is a
 * whole snapshot, so that one that comes late or twice does no harm.
 */
import type { RebuildProgress } from '../rebuild/progress';

/** One kind of recovery, with how it went: pairs of epoch milliseconds and what remained then. */
export interface RebuildView {
  readonly progress: RebuildProgress;
  readonly points: readonly (readonly [at: number, remaining: number])[];
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
}

export type ToPage = { readonly type: 'snapshot'; readonly snapshot: RebuildSnapshot };

export type FromPage =
  /** The page listens: send it the first snapshot. */
  | { readonly type: 'ready' }
  | { readonly type: 'choose'; readonly cluster: string }
  | { readonly type: 'connect' }
  | { readonly type: 'show-log' };

/** What the page keeps over a reload of the window. */
export interface PageState {
  readonly cluster?: string;
}

/** Whether something that came from the page is a message of this protocol. */
export function isFromPage(value: unknown): value is FromPage {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  switch (value.type) {
    case 'ready':
    case 'connect':
    case 'show-log':
      return true;
    case 'choose':
      return 'cluster' in value && typeof value.cluster === 'string';
    default:
      return false;
  }
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
  if (typeof value !== 'object' || value === null || !('cluster' in value)) return {};
  return typeof value.cluster === 'string' ? { cluster: value.cluster } : {};
}
