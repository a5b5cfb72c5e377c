import { spawn } from 'node:child_process';
import { isAbsolute } from 'node:path';
import type { Clock } from '../heartbeat/clock';
import { consoleHash } from '../heartbeat/console-record';
import type { Approvals } from './approval';
import { plain } from './plain';
import { splitWords } from './words';

/** What a console command on the operator's machine said. Times are epoch milliseconds. */
export interface ConsoleReading {
  readonly off: boolean;
  readonly output: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Why it is no answer at all: it failed, hung or could not be started. `off` is false then. */
  readonly problem?: string;
}

/** How a program on the operator's machine ended. */
export interface ProgramResult {
  readonly exitCode: number | null;
  readonly output: string;
  readonly problem?: string;
}

/** Runs a program without a shell; resolves whatever happens, rejects only when `signal` is aborted. */
export type RunProgram = (
  words: readonly string[],
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
) => Promise<ProgramResult>;

/** Milliseconds that a console command may take (cluster-file page, `console`). */
export const CONSOLE_LIMIT = 10_000;
const OUTPUT_LIMIT = 64 * 1024;

/** A console that may not run, or a command line that is none. `message` is for people. */
export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';
  constructor(
    readonly reason: 'not-approved' | 'changed',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Whether a console's output holds `off` as a whole word, in any case. Colours do not hide it. A word goes on at
 * a hyphen: `ipmitool chassis status` says `Power Restore Policy : always-off` of a machine that runs.
 */
export function saysOff(output: string): boolean {
  return /(?<![\p{L}\p{N}_-])off(?![\p{L}\p{N}_-])/iu.test(plain(output));
}

/** The consoles of one cluster: read only when their exact text was approved (safety 19). */
export class Consoles {
  constructor(
    private readonly cluster: string,
    private readonly approvals: Approvals,
    private readonly clock: Clock,
    private readonly runProgram: RunProgram = runOnThisMachine,
  ) {}

  /** Whether this user approved the exact text: `never` saw one for the node, or approved another (`changed`). */
  approval(node: string, text: string): Promise<'approved' | 'never' | 'changed'> {
    return this.approvals.state(this.cluster, node, consoleHash(text));
  }

  /** Keeps the approval of the exact text. */
  approve(node: string, text: string): Promise<void> {
    return this.approvals.approve(this.cluster, node, consoleHash(text));
  }

  /**
   * Runs the console's command once. Rejects with `ConsoleError` when its text is not approved, and with
   * the signal's reason; every other failure is a reading with a `problem`.
   */
  async read(node: string, text: string, signal?: AbortSignal): Promise<ConsoleReading> {
    const state = await this.approval(node, text);
    if (state !== 'approved')
      throw new ConsoleError(state === 'never' ? 'not-approved' : 'changed', unapproved(node, state));
    const startedAt = this.clock.now();
    const reading = (result: ProgramResult): ConsoleReading => ({
      off: result.problem === undefined && result.exitCode === 0 && saysOff(result.output),
      output: plain(result.output).trim(),
      startedAt,
      endedAt: this.clock.now(),
      ...(result.problem !== undefined
        ? { problem: result.problem }
        : result.exitCode === 0
          ? {}
          : { problem: `it ended with status ${result.exitCode ?? 'unknown'}` }),
    });
    let words: string[];
    try {
      words = splitWords(text);
    } catch (error) {
      return reading({ exitCode: null, output: '', problem: (error as Error).message });
    }
    if (isRelative(words[0] ?? '')) return reading({ exitCode: null, output: '', problem: RELATIVE });
    return reading(await this.runProgram(words, { timeoutMs: CONSOLE_LIMIT, ...(signal ? { signal } : {}) }));
  }
}

const RELATIVE =
  'it names its program by a relative path, which means another one in another folder. Write the whole path, or a name from PATH';

/** A path that is not whole: what runs would hang on the folder, and a cloned repository brings its own. */
const isRelative = (program: string) => /[\\/]/.test(program) && !isAbsolute(program);

/** Why a console's text may not run. */
export function unapproved(node: string, state: 'never' | 'changed'): string {
  return state === 'never'
    ? `The console command of ${node} was never approved on this machine, so it was not run. Start the run in a terminal and approve it, or vouch for it with --yes --confirm ${node}.`
    : `The console command of ${node} is not the one that was approved on this machine: the cluster file changed. Look at it, then start the run in a terminal and approve it.`;
}

/** Spawns the words as they are: no shell, no input, a process group of its own that dies as a whole. */
export const runOnThisMachine: RunProgram = (words, { timeoutMs, signal }) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const [program = '', ...args] = words;
    const ownGroup = process.platform !== 'win32';
    const child = spawn(program, args, {
      shell: false,
      detached: ownGroup,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
    });
    const kept = { stdout: '', stderr: '' };
    const keep = (stream: 'stdout' | 'stderr') => (piece: string) => {
      if (kept[stream].length < OUTPUT_LIMIT) kept[stream] += piece;
    };
    child.stdout.setEncoding('utf8').on('data', keep('stdout'));
    child.stderr.setEncoding('utf8').on('data', keep('stderr'));

    const kill = () => {
      try {
        if (ownGroup && child.pid) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // It ended by itself in the meantime.
      }
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const finish = (act: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      act();
    };
    const answer = (exitCode: number | null, problem?: string) =>
      finish(() =>
        resolve({
          exitCode,
          output: `${kept.stdout}\n${kept.stderr}`,
          ...(problem === undefined ? {} : { problem }),
        }),
      );
    const timer = setTimeout(() => {
      kill();
      answer(null, `it gave no answer within ${timeoutMs / 1000} s`);
    }, timeoutMs);
    const stop = () => {
      kill();
      finish(() => reject(signal?.reason as Error));
    };
    signal?.addEventListener('abort', stop, { once: true });
    child.on('error', (error) => answer(null, `it could not be started (${error.message})`));
    child.on('close', (code, by) => answer(code, by ? `it was ended by ${by}` : undefined));
  });
