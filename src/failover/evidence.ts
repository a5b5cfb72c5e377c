import type { Cluster } from '../cluster/cluster';
import type { Clock } from '../heartbeat/clock';
import { consoleHash, consoleRecord } from '../heartbeat/console-record';
import type { ClusterHistory } from '../heartbeat/history';
import { ConsoleError, type ConsoleReading, type Consoles } from './console';
import { searchLife, type Life, type LifeSearch } from './life';
import type { Connections } from '../ssh/connection';
import { oneLine } from './plain';
import type { FirstLook, GoneCheck } from './plan';

/** Milliseconds between the two times that a console must say off (safety 4). */
export const CONSOLE_GAP = 5_000;
/** Milliseconds for which evidence counts before the command starts (safety 6). */
export const EVIDENCE_AGE = 10_000;
/** An older reading begins no pair: the machine could have been on since, and be off for a moment now. */
const PAIR_WITHIN = 60_000;
/** The search for life takes about as long at a dead address, so it starts that much before the second reading. */
const LIFE_AHEAD = 3_000;
/** What was read ahead counts only while enough of its time is left for the checks and the command's start. */
const AHEAD_AGE = 8_500;

/** Why there is no evidence; `console-contradicts` and `console-unproven` are as in safety 4. */
export type EvidenceReason =
  | 'no-console'
  | 'console-not-approved'
  | 'console-not-off'
  | 'console-failed'
  | 'console-contradicts'
  | 'console-unproven'
  | 'no-witness'
  | 'name-missing'
  | 'node-answers'
  | 'witness-reaches';

/** What is known about a node that must be gone. */
export interface Evidence {
  readonly holds: boolean;
  readonly detail: string;
  readonly reason?: EvidenceReason;
  /** Epoch milliseconds at which the last look began; evidence is as old as that. */
  readonly readAt: number;
}

/** What typing the node's name meant: that its console is its own (safety 4), or that the node is gone (safety 2). */
export interface Typed {
  readonly console: boolean;
  readonly gone: boolean;
}

/** Collaborators of the evidence. */
export interface EvidenceOptions {
  readonly cluster: Cluster;
  readonly connections: Connections;
  readonly consoles: Consoles;
  readonly clock: Clock;
  /** Which consoles were seen saying not-off while their node answered, and who reached whom. */
  readonly history: Pick<ClusterHistory, 'consoles' | 'contradictions'> &
    Partial<Pick<ClusterHistory, 'reached'>>;
  /** What the plan's making saw of them (`Plan.looks`). */
  readonly looks?: readonly FirstLook[];
  /** Called with a console that says not-off while its node answers: that proves it for later. */
  readonly onProven?: (node: string, hash: string, at: number) => void;
  /** Called with a console that says off while its node answers. */
  readonly onContradiction?: (node: string, hash: string, at: number) => void;
}

/** What a console said, or why it said nothing that could be weighed. */
type Said =
  ConsoleReading | { readonly silent: 'no-console' | 'console-not-approved'; readonly detail: string };

/** One search for life with, at the same time, one reading of the console. */
interface Look extends LifeSearch {
  readonly said: Said;
  readonly readAt: number;
}

/** A console's reading that said off while nothing answered. */
interface OffReading {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly output: string;
}

/** Consecutive readings that said off; any other answer ends the row. */
interface OffRow {
  readonly first: OffReading;
  readonly last: OffReading;
}

/**
 * Proves that a possible primary is gone (safety 1–6): its console says off twice, at least 5 s apart, or, where the
 * check allows it, a witness cannot reach it and its name was typed; and with each look neither SSH nor any witness
 * finds life at its address. Keeps the off readings of one run.
 */
export class EvidenceReader {
  private readonly rows = new Map<string, OffRow>();
  private readonly over = new AbortController();
  private readonly ahead = new Map<string, Promise<Look | undefined>>();
  /** What the plan's making saw of nodes whose console says nothing. */
  private readonly silences = new Map<string, FirstLook>();
  /** Consoles that said off in this run while their node answered. */
  private readonly contradicting = new Set<string>();

  constructor(private readonly options: EvidenceOptions) {
    for (const look of options.looks ?? []) {
      const { off, startedAt, endedAt } = look;
      if (off === undefined) this.silences.set(look.node, look);
      else this.rows.set(keyOf(look), pairOf({ startedAt, endedAt, output: off }));
    }
  }

  /** Whether the console of this check, the last time its node answered, said not-off (safety 4). */
  proven(check: GoneCheck): boolean {
    return !this.contradicts(check) && this.record(check) === 'proven';
  }

  /** Whether it said off the last time its node answered: nothing that it says counts (safety 4). */
  contradicts(check: GoneCheck): boolean {
    return this.contradicting.has(keyOf(check)) || this.record(check) === 'contradicts';
  }

  private record({ node, console: text }: GoneCheck) {
    return consoleRecord(this.options.history, node, text);
  }

  /**
   * Reads the evidence for one node. A check of the first reading alone is content with one; any other takes at
   * least 5 s when no earlier off reading exists. Rejects only with the signal's reason.
   */
  async read(check: GoneCheck, typed: Typed, signal: AbortSignal): Promise<Evidence> {
    const known = check.first ? this.planned(check, typed) : undefined;
    if (known) return known;
    for (;;) {
      const look = (await this.readAhead(check)) ?? (await this.look(check, signal));
      const failed = this.weigh(check, look);
      if (failed) {
        this.rows.delete(keyOf(check));
        return failed;
      }
      if ('silent' in look.said || look.said.problem !== undefined || this.contradicts(check))
        return witnessed(check, typed, silenceOf(check, look.said), look.notReachedBy, look.readAt);
      const row = this.note(check, look.said);
      if (check.first) return holds(look.readAt, firstSaid(check, row.last));
      if (row.last.startedAt - row.first.endedAt >= CONSOLE_GAP)
        return this.settle(check, typed, row, look.readAt);
    }
  }

  /**
   * Takes the next look as soon as it may count, while other steps go on; `read` uses it while it is young.
   */
  startAhead(check: GoneCheck, signal: AbortSignal): void {
    const key = keyOf(check);
    if (this.ahead.has(key)) return;
    // Nobody may wait for it: an abort ends the run, which says so itself.
    this.ahead.set(
      key,
      this.look(check, AbortSignal.any([signal, this.over.signal])).catch(() => undefined),
    );
  }

  /** Ends what was begun ahead; the run is over. */
  dispose(): void {
    this.over.abort(new Error('The run is over.'));
  }

  /** The first of the two looks, if the plan was made from it just now. */
  private planned(check: GoneCheck, typed: Typed): Evidence | undefined {
    const off = this.recent(check, EVIDENCE_AGE);
    if (off && !this.contradicts(check)) return holds(off.startedAt, firstSaid(check, off));
    const seen = this.silences.get(check.node);
    this.silences.delete(check.node);
    if (!check.witnessed || !seen || this.options.clock.now() - seen.startedAt > EVIDENCE_AGE)
      return undefined;
    const found = witnessed(check, typed, seen.silence, seen.notReachedBy, seen.startedAt);
    return found.holds ? found : undefined;
  }

  private async readAhead(check: GoneCheck): Promise<Look | undefined> {
    const key = keyOf(check);
    const look = await this.ahead.get(key);
    this.ahead.delete(key);
    if (!look || this.options.clock.now() - look.readAt <= AHEAD_AGE) return look;
    // Too old to prove anything; what it disproved stays disproved.
    if (this.weigh(check, look)) this.rows.delete(key);
    return undefined;
  }

  /** The latest off reading, if it is not older than that. */
  private recent(check: GoneCheck, ageMs: number): OffReading | undefined {
    const row = this.rows.get(keyOf(check));
    return row && this.options.clock.now() - row.last.endedAt <= ageMs ? row.last : undefined;
  }

  private note(check: GoneCheck, { startedAt, endedAt, output }: ConsoleReading): OffRow {
    const last = { startedAt, endedAt, output };
    const known = this.rows.get(keyOf(check));
    const goesOn = known && startedAt - known.last.endedAt <= PAIR_WITHIN;
    const row = goesOn ? { first: known.first, last } : pairOf(last);
    this.rows.set(keyOf(check), row);
    return row;
  }

  /** Why this look proves nothing, whatever else is known; undefined when it may count. */
  private weigh(check: GoneCheck, { life, said, readAt }: Look): Evidence | undefined {
    const { node } = check;
    const answered = 'silent' in said ? undefined : said;
    if (life) return this.lives(check, life, answered, readAt);
    if (answered?.off) {
      if (check.witnessed || !this.contradicts(check)) return undefined;
      return fails(readAt, 'console-contradicts', `${untrue(check)}. Mend the console line of ${node}.`);
    }
    if (answered && answered.problem === undefined) {
      return fails(
        readAt,
        'console-not-off',
        `The console of ${node} does not say off (“${oneLine(answered.output, 120)}”). Power ${node} off, then retry: Standby does not fence.`,
      );
    }
    if (check.witnessed) return undefined;
    if ('silent' in said) return fails(readAt, said.silent, said.detail);
    return fails(readAt, 'console-failed', consoleFailed(check, said));
  }

  private lives(
    { node, console: text }: GoneCheck,
    life: Life,
    said: ConsoleReading | undefined,
    readAt: number,
  ): Evidence {
    const { onContradiction, onProven } = this.options;
    if (said?.off) {
      if (life.isItself) {
        this.contradicting.add(keyOf({ node, console: text }));
        onContradiction?.(node, consoleHash(text), said.endedAt);
      }
      return fails(
        readAt,
        'console-contradicts',
        `${life.detail}, but its console says off (“${oneLine(said.output, 60)}”): that console counts for nothing, it may be wired to another machine.`,
      );
    }
    if (life.isItself && said && said.problem === undefined)
      onProven?.(node, consoleHash(text), said.endedAt);
    return fails(readAt, life.reason, `${life.detail}, so it is not gone.`);
  }

  /** The two readings are there; an unproven console still needs the name. */
  private settle(check: GoneCheck, typed: Typed, { first, last }: OffRow, readAt: number): Evidence {
    const apart = Math.round((last.startedAt - first.endedAt) / 1000);
    const said = `The console of ${check.node} said off twice, ${apart} s apart (“${oneLine(last.output, 60)}”), and nothing answers at its address`;
    if (this.proven(check)) return holds(readAt, `${said}.`);
    if (typed.console) return holds(readAt, `${said}; the console is unproven, and the name was typed.`);
    return fails(
      readAt,
      'console-unproven',
      `${said}. But it was never seen saying anything else while ${check.node} answered, so it may be wired to another machine: type the name of the node (or --confirm ${check.node}) to vouch for it.`,
    );
  }

  /** Waits until a second reading may count; the search for life begins a little before it. */
  private async look(check: GoneCheck, signal: AbortSignal): Promise<Look> {
    const { clock, cluster, connections, history } = this.options;
    const earlier = this.recent(check, PAIR_WITHIN) && this.rows.get(keyOf(check))?.first;
    const due = earlier ? earlier.endedAt + CONSOLE_GAP : clock.now();
    await pause(due - LIFE_AHEAD - clock.now(), clock, signal);
    const readAt = clock.now();
    const [found, said] = await Promise.all([
      searchLife({ cluster, connections, reached: history.reached ?? {}, check, signal }),
      pause(due - clock.now(), clock, signal).then(() => this.console(check, signal)),
    ]);
    signal.throwIfAborted();
    return { ...found, said, readAt };
  }

  private async console(check: GoneCheck, signal: AbortSignal): Promise<Said> {
    if (check.console.trim() === '') {
      return {
        silent: 'no-console',
        detail: `${check.node} has no console in the cluster file, and a witness and a typed name are not enough here: give it a console, or make it answer over SSH and end its process there.`,
      };
    }
    try {
      return await this.options.consoles.read(check.node, check.console, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      const detail = error instanceof Error ? error.message : String(error);
      if (error instanceof ConsoleError) return { silent: 'console-not-approved', detail };
      const now = this.options.clock.now();
      return { off: false, output: '', startedAt: now, endedAt: now, problem: detail };
    }
  }
}

/** Without a console that speaks: at least one witness, and all that count, cannot reach it, and the name was typed. */
function witnessed(
  { node }: GoneCheck,
  typed: Typed,
  silence: string,
  notReachedBy: readonly string[],
  readAt: number,
): Evidence {
  if (notReachedBy.length === 0) {
    return fails(
      readAt,
      'no-witness',
      `${silence}, and no other node could say whether it reaches ${node}: nothing proves that it is gone, whatever is typed.`,
    );
  }
  const seen = `${silence}. It does not answer, and ${notReachedBy.join(', ')} cannot reach it either`;
  if (typed.gone) return holds(readAt, `${seen}; its name was typed.`);
  return fails(
    readAt,
    'name-missing',
    `${seen}. Type its name (or --confirm ${node}) to vouch that it is off and stays off.`,
  );
}

function silenceOf(check: GoneCheck, said: Said): string {
  if (!('silent' in said)) return said.problem === undefined ? untrue(check) : consoleFailed(check, said);
  return said.silent === 'no-console'
    ? `${check.node} has no console`
    : `The console of ${check.node} is not approved`;
}

const pairOf = (reading: OffReading): OffRow => ({ first: reading, last: reading });

async function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  if (ms > 0) await clock.sleep(ms, signal);
}

function keyOf({ node, console: text }: Pick<GoneCheck, 'node' | 'console'>): string {
  return `${node}\n${text}`;
}

function firstSaid({ node }: GoneCheck, { output }: OffReading): string {
  return `The console of ${node} says off (“${oneLine(output, 60)}”), and nothing answers at its address. It is asked again right before the promotion.`;
}

/** The command itself may hold a password, and this goes into the journal. */
function consoleFailed({ node }: GoneCheck, { problem, output }: ConsoleReading): string {
  return `The console of ${node} gave no answer: ${problem}${output ? ` (“${oneLine(output, 120)}”)` : ''}. Run its command (\`console\` of ${node} in the cluster file) by hand`;
}

function untrue({ node }: GoneCheck): string {
  return `The console of ${node} said off while ${node} answered, so it may be wired to another machine and counts for nothing`;
}

const holds = (readAt: number, detail: string): Evidence => ({ holds: true, readAt, detail });
const fails = (readAt: number, reason: EvidenceReason, detail: string): Evidence => ({
  holds: false,
  reason,
  readAt,
  detail,
});
