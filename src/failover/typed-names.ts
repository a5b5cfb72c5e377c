import { consoleHash } from '../heartbeat/console-record';
import { unapproved } from './console';
import type { RunEvent } from './events';
import type { Typed } from './evidence';
import type { GoneCheck, Step, TypedName } from './plan';
import type { RunEnvironment } from './run-environment';

/** Asks a person for the names and approvals that a run needs, and remembers what was given in this run. */
export class TypedNames {
  /** By meaning, so that a retry does not ask again. */
  private readonly given = new Set<string>();

  constructor(
    private readonly environment: RunEnvironment,
    private readonly tell: (event: RunEvent) => Promise<void>,
  ) {}

  /**
   * Everything of a step that a person has to answer, before any check is asked, so that no human pause makes the
   * checks old. Resolves with why the step may not go on, else undefined.
   */
  async askAll(step: Step, gone: readonly GoneCheck[]): Promise<string | undefined> {
    return (await this.approveConsoles(gone)) ?? (await this.askNames(step, gone));
  }

  /**
   * The first of these steps whose name nobody gives and nobody can be asked for: known before anything is moved in vain,
   * while clients wait. undefined: there is none, or a person is there.
   */
  async lacking(
    steps: readonly Step[],
  ): Promise<{ readonly step: Step; readonly message: string } | undefined> {
    const { operator, signal } = this.environment;
    if (!operator.unattended) return undefined;
    for (const step of steps) {
      if (!this.isWanted(step) || step.done || step.optional) continue;
      const { name, why } = step.typed;
      if (await operator.typeName({ step, name, why }, signal)) continue;
      return { step, message: wanted(name, why) };
    }
    return undefined;
  }

  /** Asks for the name of a node that only witnesses call gone (safety 2). */
  vouch(step: Step, check: GoneCheck): Promise<boolean> {
    return this.typed(step, check.node, goneWhy(check), goneKey(check));
  }

  /** What was typed for this node so far. */
  of(check: GoneCheck): Typed {
    return { console: this.given.has(consoleKey(check)), gone: this.given.has(goneKey(check)) };
  }

  /** What nobody confirmed in this run of a step that wants a name; undefined when there is nothing. */
  untold(step: Step): string | undefined {
    if (!this.isWanted(step)) return undefined;
    const { name, why } = step.typed;
    return this.given.has(stepKey(step, name, why)) ? undefined : why;
  }

  /** Whether the step has a name that a person must type now. */
  private isWanted(step: Step): step is Step & { readonly typed: TypedName } {
    return step.typed !== undefined && (step.typed.after ?? 0) < this.environment.clock.now();
  }

  private async approveConsoles(checks: readonly GoneCheck[]): Promise<string | undefined> {
    const { consoles, operator, signal } = this.environment;
    for (const { node, console: text, witnessed = false } of checks) {
      if (text.trim() === '') continue;
      const state = await consoles.approval(node, text);
      if (state === 'approved') continue;
      const agreed = await operator.approveConsole({ node, text, changed: state === 'changed' }, signal);
      signal.throwIfAborted();
      if (!agreed && witnessed) continue;
      if (!agreed) return unapproved(node, state);
      await consoles.approve(node, text);
      await this.tell({
        type: 'console-approved',
        node,
        message: `The console command of ${node} is approved from now on (SHA-256 ${consoleHash(text).slice(0, 12)}…).`,
      });
    }
    return undefined;
  }

  private async askNames(step: Step, gone: readonly GoneCheck[]): Promise<string | undefined> {
    const { cluster, consoles, evidence, operator } = this.environment;
    if (step.unconfirmed !== undefined) {
      if (operator.unattended) return unattended(step.unconfirmed);
      const why = unconfirmedWhy(step.unconfirmed, cluster.name);
      if (!(await this.typed(step, cluster.name, why, unconfirmedKey(why))))
        return `${why} The name was not given: nothing was run.`;
    }
    if (this.isWanted(step) && !(await this.typed(step, step.typed.name, step.typed.why)))
      return wanted(step.typed.name, step.typed.why);
    if (cluster.isProtected && step.danger !== 'none') {
      const why = `The cluster ${cluster.name} is protected, and this step may interrupt it.`;
      if (!(await this.typed(step, cluster.name, why))) return wanted(cluster.name, why);
    }
    for (const check of gone) {
      const { node, console: text } = check;
      const isSilent = text.trim() === '' || (await consoles.approval(node, text)) !== 'approved';
      if (isSilent || evidence.contradicts(check)) {
        if (check.witnessed) await this.vouch(step, check);
        continue;
      }
      if (evidence.proven(check)) continue;
      // A wrong answer is not the end: the check itself fails then, and says why.
      await this.typed(step, node, unprovenWhy(check), consoleKey(check));
    }
    return undefined;
  }

  private async typed(
    step: Step,
    name: string,
    why: string,
    key = stepKey(step, name, why),
  ): Promise<boolean> {
    if (this.given.has(key)) return true;
    const { operator, signal } = this.environment;
    const given = await operator.typeName({ step, name, why }, signal);
    signal.throwIfAborted();
    if (!given) return false;
    this.given.add(key);
    await this.tell({ type: 'typed', step: step.id, name, why });
    return true;
  }
}

function wanted(name: string, why: string): string {
  return `${why} The name ${name} was not given: type it, or name it with --confirm ${name}.`;
}

function unattended(why: string): string {
  return `${why} A command that nobody has confirmed never runs unattended, whatever --confirm says: run this plan without --yes, and read each step before it.`;
}

function unconfirmedWhy(why: string, cluster: string): string {
  return `Unconfirmed: ${why} Typing ${cluster} says that you have read the command and know your edition's guide.`;
}

function unprovenWhy({ node }: GoneCheck): string {
  return `The console of ${node} was never seen saying anything but off while ${node} answered, so it may be wired to another machine. Typing ${node} vouches for it.`;
}

function goneWhy({ node }: GoneCheck): string {
  return `${node} does not answer, the witnesses cannot reach it, and no console that counts says that it is off. Typing ${node} vouches that it is off and will not come back as the master.`;
}

/** A dangerous step is confirmed by itself. */
function stepKey(step: Step, name: string, why: string): string {
  return JSON.stringify(['step', step.id, name, why]);
}

/** Who knows what one such command does, knows it for all of the same kind. */
function unconfirmedKey(why: string): string {
  return JSON.stringify(['unconfirmed', why]);
}

/** How a console is wired does not change during a run: one answer counts for all steps. */
function consoleKey({ node, console: text }: GoneCheck): string {
  return JSON.stringify(['console', node, text]);
}

/** That a node is gone is vouched for once in a run; the witnesses are asked before each step that needs it. */
function goneKey({ node }: GoneCheck): string {
  return JSON.stringify(['gone', node]);
}
