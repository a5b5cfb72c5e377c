import { findNode, type Cluster } from '../cluster/cluster';
import type { Clock } from '../heartbeat/clock';
import { consoleHash, consoleRecord } from '../heartbeat/console-record';
import type { ClusterHistory } from '../heartbeat/history';
import { dial } from '../heartbeat/witness';
import type { Connections } from '../ssh/connection';
import { SshError } from '../ssh/error';
import { ConsoleError, type ConsoleReading, type Consoles } from './console';
import { oneLine } from './plain';
import type { GoneCheck } from './plan';

/** Milliseconds between the two times that a console must say off (safety 4). */
export const CONSOLE_GAP = 5_000;
/** Milliseconds for which evidence counts before the command starts (safety 6). */
export const EVIDENCE_AGE = 10_000;
/** An older first reading proves nothing: the machine could have been on since, and be off for a moment now. */
const PAIR_WITHIN = 60_000;
const ASK_LIMIT = 3_000;

/** Why there is no evidence; `console-contradicts` and `console-unproven` are as in safety 4. */
export type EvidenceReason =
  | 'no-console'
  | 'console-not-approved'
  | 'console-not-off'
  | 'console-failed'
  | 'console-contradicts'
  | 'console-unproven'
  | 'node-answers'
  | 'witness-reaches';

/** What is known about a node that must be gone. */
export interface Evidence {
  readonly holds: boolean;
  readonly detail: string;
  readonly reason?: EvidenceReason;
  /** Epoch milliseconds at which the last reading began; evidence is as old as that. */
  readonly readAt: number;
}

/** Collaborators of the evidence. */
export interface EvidenceOptions {
  readonly cluster: Cluster;
  readonly connections: Connections;
  readonly consoles: Consoles;
  readonly clock: Clock;
  /** Which consoles were seen saying not-off while their node answered. */
  readonly history: Pick<ClusterHistory, 'consoles' | 'contradictions'>;
  /** Called with a console that says not-off while its node answers: that proves it for later. */
  readonly onProven?: (node: string, hash: string, at: number) => void;
  /** Called with a console that says off while its node answers. */
  readonly onContradiction?: (node: string, hash: string, at: number) => void;
}

/** Something that lives at the node's address, in words, or undefined when nothing answers. */
interface Life {
  readonly reason: 'node-answers' | 'witness-reaches';
  readonly detail: string;
}

/**
 * Proves that a possible primary is gone (safety 1–6): its console says off twice, at least 5 s apart, and
 * with each reading neither SSH nor any witness finds life at its address. Keeps the off readings of one run.
 */
export class EvidenceReader {
  /** The latest reading of an unbroken row that said off, by node and console. */
  private readonly lastOff = new Map<string, ConsoleReading>();

  constructor(private readonly options: EvidenceOptions) {}

  /** Whether the console of this check, the last time its node answered, said not-off (safety 4). */
  proven(check: GoneCheck): boolean {
    return consoleRecord(this.options.history, check.node, check.console) === 'proven';
  }

  /**
   * Reads the evidence for one node; takes at least 5 s when no earlier off reading exists. `typed` says that
   * the operator typed the node's name, which an unproven console needs besides. Rejects only with the signal's reason.
   */
  async read(check: GoneCheck, typed: boolean, signal: AbortSignal): Promise<Evidence> {
    const key = `${check.node}\n${check.console}`;
    const readAt = this.options.clock.now();
    if (check.console.trim() === '') {
      return {
        holds: false,
        reason: 'no-console',
        readAt,
        detail: `${check.node} has no console in the cluster file. A witness and a typed name are not accepted as evidence by this version: give it a console, or make it answer over SSH and end its process there.`,
      };
    }
    let first = this.lastOff.get(key);
    if (first && readAt - first.endedAt > PAIR_WITHIN) first = undefined;
    for (;;) {
      if (first) {
        const wait = first.endedAt + CONSOLE_GAP - this.options.clock.now();
        if (wait > 0) await this.options.clock.sleep(wait, signal);
      }
      const look = await this.look(check, signal);
      if ('holds' in look) {
        this.lastOff.delete(key);
        return look;
      }
      this.lastOff.set(key, look);
      if (first) return this.settle(check, typed, first, look);
      first = look;
    }
  }

  /** The two readings are there; an unproven console still needs the name. */
  private settle(check: GoneCheck, typed: boolean, first: ConsoleReading, last: ConsoleReading): Evidence {
    const apart = Math.round((last.startedAt - first.endedAt) / 1000);
    const said = `The console of ${check.node} said off twice, ${apart} s apart (“${oneLine(last.output, 60)}”), and nothing answers at its address`;
    if (this.proven(check)) return { holds: true, readAt: last.startedAt, detail: `${said}.` };
    if (typed)
      return {
        holds: true,
        readAt: last.startedAt,
        detail: `${said}; the console is unproven, and the name was typed.`,
      };
    return {
      holds: false,
      reason: 'console-unproven',
      readAt: last.startedAt,
      detail: `${said}. But it was never seen saying anything else while ${check.node} answered, so it may be wired to another machine: type the name of the node (or --confirm ${check.node}) to vouch for it.`,
    };
  }

  /** One reading of the console with, at the same time, the search for life. */
  private async look(check: GoneCheck, signal: AbortSignal): Promise<ConsoleReading | Evidence> {
    const readAt = this.options.clock.now();
    const [life, said] = await Promise.all([this.life(check, signal), this.console(check, signal)]);
    signal.throwIfAborted();
    if (life) {
      if ('off' in said && said.off) {
        if (life.reason === 'node-answers')
          this.options.onContradiction?.(check.node, consoleHash(check.console), said.endedAt);
        return {
          holds: false,
          reason: 'console-contradicts',
          readAt,
          detail: `${life.detail}, but its console says off (“${oneLine(said.output, 60)}”): that console counts for nothing, it may be wired to another machine.`,
        };
      }
      if (life.reason === 'node-answers' && 'off' in said && !said.problem) {
        this.options.onProven?.(check.node, consoleHash(check.console), said.endedAt);
      }
      return { holds: false, reason: life.reason, readAt, detail: `${life.detail}, so it is not gone.` };
    }
    if ('holds' in said) return { ...said, readAt };
    if (said.problem) {
      return {
        holds: false,
        reason: 'console-failed',
        readAt,
        detail: `The console of ${check.node} gave no answer: ${said.problem}${said.output ? ` (“${oneLine(said.output, 120)}”)` : ''}. Run its command by hand (${oneLine(check.console, 120)}).`,
      };
    }
    if (!said.off) {
      return {
        holds: false,
        reason: 'console-not-off',
        readAt,
        detail: `The console of ${check.node} does not say off (“${oneLine(said.output, 120)}”). Power ${check.node} off, then retry: Standby does not fence.`,
      };
    }
    return said;
  }

  private async console(
    check: GoneCheck,
    signal: AbortSignal,
  ): Promise<ConsoleReading | { holds: false; reason: 'console-not-approved'; detail: string }> {
    try {
      return await this.options.consoles.read(check.node, check.console, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      const detail = error instanceof Error ? error.message : String(error);
      if (error instanceof ConsoleError) return { holds: false, reason: 'console-not-approved', detail };
      const now = this.options.clock.now();
      return { off: false, output: '', startedAt: now, endedAt: now, problem: detail };
    }
  }

  private async life(check: GoneCheck, signal: AbortSignal): Promise<Life | undefined> {
    const found = await Promise.all([
      this.answers(check.node, signal),
      ...check.witnesses
        .filter((witness) => witness !== check.node)
        .map((witness) => this.reaches(witness, check.node, signal)),
    ]);
    return found.find((life) => life !== undefined);
  }

  /** Any answer at all over SSH is life, also a refused login: something speaks there (safety 3, 4). */
  private async answers(node: string, signal: AbortSignal): Promise<Life | undefined> {
    const alive = (how: string): Life => ({ reason: 'node-answers', detail: `${node} ${how}` });
    for (let attempt = 1; ; attempt++) {
      try {
        await this.options.connections.to(node).exec(':', { timeoutMs: ASK_LIMIT, signal });
        return alive('answers over SSH');
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof SshError)) return alive(`could not be asked (${oneLine(String(error))})`);
        if (error.denied) return alive('answers over SSH, though it refuses this login');
        if (error.reason === 'refused') return alive('refuses the SSH connection, so its host is up');
        // A connection that broke just now says nothing yet: the next attempt makes a fresh one.
        if (error.reason === 'closed' && attempt === 1) continue;
        if (error.reason === 'protocol' || error.reason === 'closed')
          return alive('accepts connections at its SSH port');
        return undefined;
      }
    }
  }

  private async reaches(witness: string, node: string, signal: AbortSignal): Promise<Life | undefined> {
    const target = findNode(this.options.cluster, node);
    if (!target) return undefined;
    try {
      const reach = await dial(this.options.connections.to(witness), target, ASK_LIMIT, signal);
      if (reach === 'open') return { reason: 'witness-reaches', detail: `${witness} reaches ${node}` };
      if (reach === 'refused') {
        return {
          reason: 'witness-reaches',
          detail: `${witness} reaches ${node} (its SSH port refuses, so its host is up)`,
        };
      }
    } catch {
      // A witness that cannot say anything objects to nothing: the proof is the console's.
      signal.throwIfAborted();
    }
    return undefined;
  }
}
