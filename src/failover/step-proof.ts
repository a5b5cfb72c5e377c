import type { RunEvent } from './events';
import { EVIDENCE_AGE, type Evidence } from './evidence';
import { LockError } from './lock';
import type { NodeWatches } from './node-watches';
import { failures, type Obstacle } from './obstacle';
import type { GoneCheck, ScriptCheck, Step } from './plan';
import type { RunEnvironment } from './run-environment';
import { askWatched, checkEvent, isLoss } from './step-checks';
import type { TypedNames } from './typed-names';

/** Rounds in which evidence may grow too old before the command starts; more means that the console is too slow. */
export const EVIDENCE_ROUNDS = 3;

/** Either what is missing, or when the oldest thing that was checked was asked: undefined, nothing was. */
export type Proof =
  { readonly obstacle: Obstacle } | { readonly obstacle?: undefined; readonly provenAt: number | undefined };

/** Proves right before a step's command that it may run: the lock, the checks, the evidence (safety 6, 14). */
export class StepProof {
  constructor(
    private readonly environment: RunEnvironment,
    private readonly tell: (event: RunEvent) => Promise<void>,
    private readonly names: TypedNames,
    private readonly watches: NodeWatches,
  ) {}

  /** When only a name is missing to the evidence, it is asked for and everything begins anew. */
  async prove(step: Step, gone: readonly GoneCheck[]): Promise<Proof> {
    for (;;) {
      const proof = await this.once(step, gone);
      const { nameless = [] } = proof.obstacle ?? {};
      if (nameless.length === 0) return proof;
      for (const check of nameless) if (!(await this.names.vouch(step, check))) return proof;
    }
  }

  /** The second look of the evidence is taken while the steps between go on: clients wait. */
  lookAhead(gone: readonly GoneCheck[]): void {
    const { evidence, signal } = this.environment;
    for (const check of gone) if (check.first) evidence.startAhead(check, signal);
  }

  private async once(step: Step, gone: readonly GoneCheck[]): Promise<Proof> {
    // The lock first: a node that is slow to confirm it must not make the checks old.
    const unheld = await this.lock(step);
    const checkedAt = this.environment.clock.now();
    const obstacle = unheld ?? (await this.scripts(step));
    if (obstacle) return { obstacle };
    return step.checks.length === 0 ? { provenAt: undefined } : this.evidence(step, gone, checkedAt);
  }

  private async lock({ node, script }: Step): Promise<Obstacle | undefined> {
    const { lock, signal } = this.environment;
    try {
      // A step without a command may be about a node that is to be gone.
      const nodes = script === '' ? [] : [node];
      const { loss } = await this.watches.during(nodes, signal, (either) => lock.verify(either));
      this.watches.end();
      return loss && { about: 'lock', message: `${loss.message}.`, lost: node };
    } catch (error) {
      // Somebody else drives now: that is no question for the operator.
      if (!(error instanceof LockError) || error.reason === 'lost') throw error;
      return { about: 'lock', message: error.message };
    }
  }

  private async scripts(step: Step): Promise<Obstacle | undefined> {
    const { connections, signal } = this.environment;
    const checks = step.checks.filter((check): check is ScriptCheck => check.type === 'script');
    const answers = await askWatched(checks, connections, this.watches, signal);
    if (isLoss(answers)) return { about: 'check', message: `${answers.message}.`, lost: answers.node };
    for (const answer of answers) await this.tell(checkEvent(step.id, 'before', answer));
    const message = failures(
      answers.filter(({ holds }) => !holds).map(({ check, detail }) => `${check.title}: ${detail}`),
    );
    return message === undefined ? undefined : { about: 'check', message };
  }

  /**
   * The last thing before the command; read again while it is older than 10 s (safety 6). It takes its time: what
   * the nodes that answer said before it, at `checkedAt`, is evidence too and must not have grown older meanwhile,
   * be it by a slow node or a slow lock alone.
   */
  private async evidence(step: Step, gone: readonly GoneCheck[], checkedAt: number): Promise<Proof> {
    const { clock } = this.environment;
    for (let round = 1; round <= EVIDENCE_ROUNDS; round++) {
      const read = await this.read(step, gone);
      const missing = lacking(read);
      if (missing) return { obstacle: missing };
      if (clock.now() - checkedAt > EVIDENCE_AGE) {
        const unheld = await this.lock(step);
        checkedAt = clock.now();
        const obstacle = unheld ?? (await this.scripts(step));
        if (obstacle) return { obstacle };
      }
      const oldest = Math.min(checkedAt, ...read.map(([, { readAt }]) => readAt));
      if (clock.now() - oldest <= EVIDENCE_AGE) return { provenAt: oldest };
    }
    return {
      obstacle: {
        about: 'check',
        message:
          'What was checked was older than 10 s each time the command was about to start: a node, or a console command, takes too long to answer. Make it faster, then retry.',
      },
    };
  }

  private async read(step: Step, gone: readonly GoneCheck[]): Promise<readonly Read[]> {
    const { evidence, signal } = this.environment;
    for (const check of gone) {
      await this.tell({
        type: 'waiting',
        step: step.id,
        for: `proof that ${check.node} is gone`,
        limitMs: 30_000,
      });
    }
    const read = await Promise.all(
      gone.map(async (check): Promise<Read> => [
        check,
        await evidence.read(check, this.names.of(check), signal),
      ]),
    );
    for (const [{ title, node }, { holds, detail, reason }] of read) {
      await this.tell({
        type: 'check',
        step: step.id,
        phase: 'before',
        title,
        node,
        holds,
        detail,
        ...(reason ? { reason } : {}),
      });
    }
    return read;
  }
}

type Read = readonly [GoneCheck, Evidence];

function lacking(read: readonly Read[]): Obstacle | undefined {
  const failed = read.filter(([, { holds }]) => !holds);
  const message = failures(failed.map(([check, { detail }]) => `${check.title}: ${detail}`));
  if (message === undefined) return undefined;
  const nameless = failed.every(([, { reason }]) => reason === 'name-missing')
    ? failed.map(([check]) => check)
    : [];
  return { about: 'check', message, nameless };
}
