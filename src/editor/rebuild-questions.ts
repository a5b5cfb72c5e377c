import type { ClusterDraft } from '../cluster/draft';
import type { Away } from '../rebuild/what-if/away';
import type { Observed } from '../rules/observed';
import type { Checks } from './checks';
import * as l10n from './l10n';
import { loadReckoning, type Reckoning } from './reckoning';
import type { WhatIfView } from './protocol';
import type { Reckoned } from './rebuild-snapshot';
import type { Session } from './session';

interface Question {
  readonly lose: string;
  readonly bandwidth: string;
}

interface Answered {
  readonly draft: ClusterDraft;
  readonly observed: Observed | undefined;
  readonly asked: string;
  readonly reckoned: Reckoned;
}

/** How full the survivors get is said of so many of them. */
const MOST_SURVIVORS = 12;

/** Answers the panel's questions about a session: how much more may fail, and “what if”. */
export class RebuildQuestions {
  readonly #questions = new Map<string, Question>();
  /** Sums over a large cluster are made again only when something that they are made of has changed. */
  readonly #answered = new Map<string, Answered>();
  #reckoning: Reckoning | undefined;
  #loading: Promise<void> | undefined;

  constructor(
    private readonly checks: Checks,
    private readonly ready: () => void,
  ) {}

  /** An empty `lose` takes the question back. */
  ask(key: string, lose: string, bandwidth: string): void {
    if (lose.trim() === '') this.#questions.delete(key);
    else this.#questions.set(key, { lose, bandwidth });
  }

  of(session: Session): Reckoned {
    const roles = session.system.spec.roles.filter(({ storage }) => storage).map(({ role }) => role);
    const stores: Reckoned['stores'] = (node) => node.roles.some((role) => roles.includes(role));
    const draft = this.#draftOf(session);
    if (!draft) return { stores };
    if (!this.#reckoning) {
      this.#load();
      return { stores };
    }
    const observed = session.watched ? this.checks.observedFor(session.cluster.name) : undefined;
    const away = this.#reckoning.awayOf(session.state);
    const question = this.#questions.get(session.key);
    const asked = JSON.stringify([
      [...away.nodes],
      away.isRebuilt,
      away.isDegraded,
      away.unsure,
      question,
      rateOf(session),
    ]);
    const before = this.#answered.get(session.key);
    if (before?.draft === draft && before.observed === observed && before.asked === asked)
      return before.reckoned;
    const { holdingsOf, survivable } = this.#reckoning;
    const holdings = holdingsOf(draft, observed);
    const reckoned: Reckoned = {
      stores,
      // While a disk's pieces are missing nobody knows how many more chunks can do without.
      ...(holdings && session.state && away.isDegraded !== true
        ? { survivable: survivable(holdings, away) }
        : {}),
      ...(question
        ? { whatIf: this.#answer(this.#reckoning, session, draft, observed, away, question) }
        : {}),
    };
    this.#answered.set(session.key, { draft, observed, asked, reckoned });
    return reckoned;
  }

  #answer(
    { lossOf, answerWhatIf, readBandwidth, bandwidthUnits }: Reckoning,
    session: Session,
    draft: ClusterDraft,
    observed: Observed | undefined,
    away: Away,
    { lose, bandwidth }: Question,
  ): WhatIfView {
    const { cluster, system } = session;
    const asked = { lose, bandwidth };
    const nothing = { ...asked, lost: [], isBad: true, sentences: [], survivors: [] };
    const words = lose.split(/[\s,]+/).filter((word) => word !== '');
    const loss = lossOf(cluster, words);
    if ('problem' in loss) return { ...nothing, problem: loss.problem };
    const bytesPerSecond = bandwidth.trim() === '' ? undefined : readBandwidth(bandwidth.trim());
    if (bandwidth.trim() !== '' && bytesPerSecond === undefined)
      return {
        ...nothing,
        problem: l10n.t(
          '‘{0}’ is not a bandwidth. Write it like 10Gbit; units are {1}.',
          bandwidth,
          bandwidthUnits,
        ),
      };
    const measured = rateOf(session);
    const speed =
      bytesPerSecond !== undefined
        ? ({ by: 'bandwidth', bytesPerSecond } as const)
        : measured !== undefined
          ? ({ by: 'measured', bytesPerSecond: measured } as const)
          : undefined;
    const { lost, isBad, sentences, tiers } = answerWhatIf(draft, cluster, loss.lost, {
      ...(observed ? { observed } : {}),
      away,
      ...(speed ? { speed } : {}),
      ...(system.whatIf ? { consequencesOf: system.whatIf } : {}),
    });
    const survivors = tiers.flatMap(({ tier, survivors: left }) =>
      left.map(({ domain, capacity, used, after }) => ({
        domain: tier === undefined ? domain : l10n.t('{0} (tier {1})', domain, tier),
        now: percent(used, capacity),
        after: percent(after, capacity),
      })),
    );
    return {
      ...asked,
      lost,
      isBad,
      sentences,
      survivors: survivors.toSorted((a, b) => b.after - a.after).slice(0, MOST_SURVIVORS),
    };
  }

  #draftOf({ key, cluster }: Session): ClusterDraft | undefined {
    const file = this.checks.all.find(({ file: { uri } }) => key === `${uri.toString()}#${cluster.name}`);
    return file?.checked.documents.find(({ draft }) => draft.name?.value === cluster.name)?.draft;
  }

  #load(): void {
    this.#loading ??= loadReckoning().then((reckoning) => {
      this.#reckoning = reckoning;
      this.ready();
    });
  }
}

/** What the cluster was seen to rebuild, bytes a second. */
function rateOf({ state }: Session): number | undefined {
  const rates = (state?.rebuild ?? []).flatMap(({ unit, ratePerSecond }) =>
    unit === 'bytes' && ratePerSecond !== undefined && ratePerSecond > 0 ? [ratePerSecond] : [],
  );
  return rates.length === 0 ? undefined : rates.reduce((sum, rate) => sum + rate, 0);
}

function percent(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 100n + whole / 2n) / whole);
}
