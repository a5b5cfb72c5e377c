import type { ExecResult } from '../ssh/connection';

/** none: changes nothing that serves data; disruptive: may interrupt service; data-loss: may lose writes. */
export type Danger = 'none' | 'disruptive' | 'data-loss';

/** What an answer means: whether the check holds, and a sentence for people. */
export interface Judgement {
  readonly holds: boolean;
  readonly detail: string;
}

/** A question to a node that changes nothing. */
export interface ScriptCheck {
  readonly type: 'script';
  readonly title: string;
  readonly node: string;
  readonly script: string;
  readonly timeoutMs: number;
  /** A question to another node at the same time, where the answer means nothing by itself. */
  readonly beside?: { readonly node: string; readonly script: string };
  /** Pure. `beside` is the other node's answer. */
  judge(result: ExecResult, beside?: ExecResult): Judgement;
  /** What the planner already knows from its survey. */
  readonly holds?: boolean;
}

/**
 * Proof that a possible primary is gone (safety 1–6). The runner reads it by itself: the console twice, at least 5 s
 * apart and the second time right before the command; no witness may reach the node.
 */
export interface GoneCheck {
  readonly type: 'gone';
  readonly title: string;
  /** The node that must be gone. */
  readonly node: string;
  /** The console's command line as the cluster file has it. */
  readonly console: string;
  /** Nodes that are asked whether they reach it. */
  readonly witnesses: readonly string[];
  /** Where the console says nothing: witnesses that cannot reach it and its typed name prove it, too (safety 2). */
  readonly witnessed?: boolean;
  /** Content with the first of two looks; a later check of the same node takes the second. */
  readonly first?: boolean;
  readonly holds?: boolean;
}

export type Check = ScriptCheck | GoneCheck;

/** A name that a person must type, and what typing it means, as a sentence. */
export interface TypedName {
  readonly name: string;
  readonly why: string;
  /** Wanted only once this moment is past, epoch milliseconds: what the planner knew is true until then. */
  readonly after?: number;
}

export interface Step {
  readonly id: string;
  readonly title: string;
  readonly node: string;
  readonly why: string;
  /** Each must hold right before the script runs; a skip of an earlier step waives none of them. */
  readonly checks: readonly Check[];
  /** Runs on `node`; empty for a step that only checks. */
  readonly script: string;
  readonly timeoutMs: number;
  /** Polled until all hold or `verifyForMs` is over. Says what happened after an interruption, too. */
  readonly verify: readonly ScriptCheck[];
  readonly verifyForMs: number;
  readonly danger: Danger;
  readonly typed?: TypedName;
  /**
   * Why nobody has confirmed that this command does what it should on a live cluster, as a sentence. A person types the
   * cluster's name before it; unattended (`--yes`) it never runs.
   */
  readonly unconfirmed?: string;
  /** When all of these hold, the step has already happened and is not repeated. Empty: never done. */
  readonly doneWhen: readonly ScriptCheck[];
  /** What the planner already knows from its survey. */
  readonly done?: boolean;
  /** A failure of this step does not stop the plan. */
  readonly optional?: boolean;
  /** What takes it back when the run ends early after it; the latest step's comes first. */
  readonly undo?: readonly Step[];
  /** Once it has succeeded there is no way back: neither it nor a step before it is taken back. */
  readonly final?: boolean;
}

export interface Plan {
  readonly kind: string;
  readonly cluster: string;
  readonly target?: string;
  readonly to?: string;
  /** Why it must not run now: a sentence with its remedy. */
  readonly refused?: string;
  /** It is refused while another run is at work on the cluster: what was seen may be that one's doing. */
  readonly underWay?: boolean;
  /** Already where it should be: a sentence. There are no steps then. */
  readonly nothingToDo?: string;
  /** Sentences for the reader: who was chosen and why, what is promised and what is not. */
  readonly notes: readonly string[];
  readonly steps: readonly Step[];
  /** Nodes on which the cluster's lock must be taken. */
  readonly lockNodes: readonly string[];
  /** For the run's evidence: what was seen of silent nodes just now. */
  readonly looks?: readonly FirstLook[];
}

/** What was seen of a node that did not answer while the plan was made: the first of the two looks of its evidence. */
export interface FirstLook {
  readonly node: string;
  /** The console's command line; empty without one. */
  readonly console: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** What the console said when it said off. */
  readonly off?: string;
  /** Why it said nothing, as the beginning of a sentence. */
  readonly silence: string;
  /** Witnesses that count and could not reach it. */
  readonly notReachedBy: readonly string[];
}

/** What a person asked for. */
export interface PlanRequest {
  readonly kind: string;
  readonly target?: string;
  readonly to?: string;
}
