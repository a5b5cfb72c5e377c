import { hostname, userInfo } from 'node:os';
import type { Cluster } from '../cluster/cluster';
import type { Clock } from '../heartbeat/clock';
import type { ClusterHistory } from '../heartbeat/history';
import type { Connections } from '../ssh/connection';
import type { Consoles } from './console';
import { EvidenceReader } from './evidence';
import type { Journals } from './journal';
import { ClusterLock } from './lock';
import type { Operator } from './operator';
import type { Plan } from './plan';
import { newRunId } from './run-id';
import { run, type RunSummary } from './runner';

/** What whoever starts a run hands over; the connections stay theirs. */
export interface StartOptions {
  readonly cluster: Cluster;
  readonly connections: Connections;
  readonly operator: Operator;
  readonly clock: Clock;
  readonly history: ClusterHistory;
  readonly consoles: Consoles;
  readonly journals: Journals;
  readonly signal: AbortSignal;
  /** What ends the way back as well; see `RunEnvironment`. */
  readonly insisted?: AbortSignal;
  /** The cluster file, for the journal. */
  readonly file?: string;
  /** The id of an interrupted run that goes on with a plan computed anew. */
  readonly resume?: string;
  /** Names of `--confirm`; an owner among them may have its stale lock broken. */
  readonly confirmed?: readonly string[];
  /** Called with a console that proved itself; see `EvidenceOptions`. */
  readonly onProven?: (node: string, hash: string, at: number) => void;
  /** Called with a console that contradicts what can be seen; see `EvidenceOptions`. */
  readonly onContradiction?: (node: string, hash: string, at: number) => void;
}

/** Runs a plan with the real lock, evidence and journal. Rejects with `JournalError` when no journal can be written. */
export async function startRun(plan: Plan, options: StartOptions): Promise<RunSummary> {
  const {
    cluster,
    connections,
    operator,
    clock,
    history,
    consoles,
    journals,
    signal,
    insisted,
    file,
    resume,
    confirmed,
    onProven,
    onContradiction,
  } = options;
  const id = resume ?? newRunId(clock.now());
  const journal = await journals.open(id);
  return run(plan, {
    run: id,
    resumed: resume !== undefined,
    ...(file === undefined ? {} : { file }),
    cluster,
    connections,
    operator,
    journal,
    clock,
    reached: history.reached,
    consoles,
    signal,
    ...(insisted ? { insisted } : {}),
    evidence: new EvidenceReader({
      cluster,
      connections,
      consoles,
      clock,
      history,
      ...(plan.looks ? { looks: plan.looks } : {}),
      ...(onProven ? { onProven } : {}),
      ...(onContradiction ? { onContradiction } : {}),
    }),
    lock: new ClusterLock({
      cluster: plan.cluster,
      nodes: plan.lockNodes,
      owner: id,
      who: whoAmI(),
      ...(confirmed ? { confirmed } : {}),
      connections,
      clock,
    }),
  });
}

function whoAmI(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // No entry in the password file (os.userInfo): the machine alone must do.
    return hostname();
  }
}
