import { SshError } from '../ssh/error';
import type { CommandOutcome, RunEvent } from './events';
import { EVIDENCE_AGE } from './evidence';
import type { NodeWatches } from './node-watches';
import { JournalError } from './journal';
import type { Obstacle } from './obstacle';
import { tail } from './plain';
import type { Step } from './plan';
import type { RunEnvironment } from './run-environment';
import { RunStopped } from './run-stopped';

const TAIL = 64 * 1024;

/** The commands of one step: its attempts, and what became of them together (safety 16). */
export class StepCommand {
  private last: CommandOutcome | undefined;
  /** An attempt broke off: it may go on on the node, whatever came of a later one. */
  private brokeOff = false;

  constructor(
    private readonly environment: RunEnvironment,
    private readonly tell: (event: RunEvent) => Promise<void>,
    private readonly step: Step,
    private readonly watches: NodeWatches,
  ) {}

  /** undefined: none was started yet. Nothing is taken back on a guess. */
  get outcome(): CommandOutcome | undefined {
    return this.brokeOff ? 'unknown' : this.last;
  }

  /**
   * Runs the step's script. An obstacle about `verify` means that only the verification can say what happened.
   * `provenAt`: epoch milliseconds of the oldest thing that was checked; undefined, nothing was.
   */
  async run(provenAt: number | undefined): Promise<Obstacle | undefined> {
    const { connections, clock, signal, insisted } = this.environment;
    const { id, node, script, timeoutMs } = this.step;
    await this.tell({ type: 'command-started', step: id, node, command: script });
    signal.throwIfAborted();
    this.last = 'unknown';
    const startedAt = clock.now();
    let output = '';
    // Output is shown as it comes; the journal gets its tail with the end, so nothing waits here.
    const onOutput = (text: string, stream: 'stdout' | 'stderr') => {
      output = (output + text).slice(-TAIL);
      void this.tell({ type: 'output', step: id, node, stream, text }).catch(() => undefined);
    };
    const report = (outcome: CommandOutcome, exitCode: number | null, message: string) => {
      this.last = outcome;
      return this.tell({
        type: 'command-ended',
        step: id,
        node,
        outcome,
        exitCode,
        message,
        durationMs: clock.now() - startedAt,
        output: tail(output),
      });
    };
    // A connection that stalls, or has to be made anew, must not let it begin with an old proof (safety 6).
    const begin = provenAt === undefined ? {} : { beginWithinMs: provenAt + EVIDENCE_AGE - startedAt };
    const broken = async (why: string): Promise<Obstacle> => {
      const message = `Nobody knows yet whether the command on ${node} was completed: ${why}`;
      this.brokeOff = true;
      await report('unknown', null, message);
      return { about: 'verify', message };
    };
    // Nobody could tell what came of a command that is cut off, so the first Ctrl-C lets it end.
    const cut = insisted ?? signal;
    const wait = () =>
      void this.tell({
        type: 'warning',
        message: `The command on ${node} runs, and is waited for; then what was done is taken back. Ctrl-C again ends the run at once and leaves everything as it is.`,
      }).catch(() => undefined);
    if (insisted) signal.addEventListener('abort', wait, { once: true });
    try {
      // A dead node would be waited for as long as the command may take, and clients hang meanwhile.
      const ran = await this.watches.during([node], cut, (either) =>
        connections.to(node).exec(script, { timeoutMs, signal: either, onOutput, ...begin }),
      );
      if (ran.loss) return { ...(await broken(`${ran.loss.message}.`)), lost: node };
      this.watches.heard(node);
      const { exitCode, signal: endedBy } = ran.result;
      if (exitCode === 0) {
        await report('ended', 0, '');
        return undefined;
      }
      const how =
        exitCode === null ? `was ended by ${endedBy ?? 'a signal'}` : `ended with status ${exitCode}`;
      const message = `The command on ${node} ${how}.`;
      await report('ended', exitCode, message);
      return { about: 'command', message };
    } catch (error) {
      if (error instanceof JournalError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      if (error instanceof SshError && neverStarted(error)) {
        await report('not-started', null, why);
        return {
          about: 'command',
          message: `The command was not started. ${why}`,
          isLate: error.reason === 'busy',
        };
      }
      const obstacle = await broken(why);
      if (cut.aborted) {
        throw new RunStopped(
          'aborted',
          `Interrupted while the command ran on ${node}: it may go on there. Look at ${node}, or resume, before anybody starts anew.`,
        );
      }
      return obstacle;
    } finally {
      signal.removeEventListener('abort', wait);
    }
  }
}

/** These say that no session existed; every other failure leaves open what the command did. */
function neverStarted({ reason, denied }: SshError): boolean {
  return denied || ['unknown-host', 'configuration', 'refused', 'busy'].includes(reason);
}
