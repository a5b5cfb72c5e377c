import type * as vscode from 'vscode';
import type { ClusterDraft } from '../../cluster/draft';
import type { TierFacts } from '../../rules/facts';
import type { Observed } from '../../rules/observed';
import type { Checks } from '../checks';
import type { Session } from '../session';
import type { Sessions } from '../sessions';
import type { LanguageCore } from './core';

/** What is known of the cluster of a document besides its text. */
export interface Known {
  readonly draft: ClusterDraft;
  /** Present while the cluster is watched. */
  readonly session?: Session;
  /** Undefined where domains cannot be counted. */
  readonly facts?: readonly TierFacts[];
  /** The same as if every node answered. */
  readonly whole?: readonly TierFacts[];
  /** What would make its redundancy better, as sentences. */
  readonly advice: readonly string[];
}

interface Reckoned {
  readonly asOf: string;
  readonly observed: Observed | undefined;
  readonly facts: readonly TierFacts[] | undefined;
  readonly whole: readonly TierFacts[] | undefined;
  readonly advice: readonly string[];
}

/** Finds the checked cluster, the session and the facts that belong to a place in a document. */
export class Live {
  /** Sums of a large cluster take a while, and the same ones are asked for by each hover. */
  readonly #reckoned = new WeakMap<ClusterDraft, Reckoned>();

  constructor(
    private readonly checks: Checks,
    private readonly sessions: Sessions,
  ) {}

  /** All clusters of a file as it was checked last. */
  of(uri: vscode.Uri, core: LanguageCore): readonly Known[] {
    return (this.checks.get(uri)?.checked.documents ?? []).map(({ draft }) => this.#known(uri, draft, core));
  }

  #known(uri: vscode.Uri, draft: ClusterDraft, core: LanguageCore): Known {
    const name = draft.name?.value;
    const session = name === undefined ? undefined : this.sessions.get(`${uri.toString()}#${name}`);
    const watched = session?.watched && session.state ? session : undefined;
    const observed = watched && name !== undefined ? this.checks.observedFor(name) : undefined;
    const gone = silent(watched);
    const asOf = [...gone].join(' ');
    const before = this.#reckoned.get(draft);
    const reckoned =
      before?.asOf === asOf && before.observed === observed
        ? before
        : reckon(asOf, draft, observed, gone, core);
    this.#reckoned.set(draft, reckoned);
    const { facts, whole, advice } = reckoned;
    return {
      draft,
      ...(watched ? { session: watched } : {}),
      ...(facts ? { facts } : {}),
      ...(whole ? { whole } : {}),
      advice,
    };
  }
}

function reckon(
  asOf: string,
  draft: ClusterDraft,
  observed: Observed | undefined,
  gone: ReadonlySet<string>,
  { facts: { facts }, advise }: LanguageCore,
): Reckoned {
  const whole = facts(draft, observed);
  return {
    asOf,
    observed,
    whole,
    facts: gone.size === 0 ? whole : facts(draft, observed, gone),
    advice: advise(draft, observed),
  };
}

/** Nodes that do not answer, by name. Those that refuse a login are there all the same. */
function silent(session: Session | undefined): ReadonlySet<string> {
  const nodes = session?.state?.observerLost ? [] : (session?.state?.nodes ?? []);
  return new Set(
    nodes.flatMap(({ name, liveness }) => (liveness === 'offline' || liveness === 'inactive' ? [name] : [])),
  );
}
