import { constants } from 'node:fs';
import { open, readdir, readFile, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent, StampedEvent } from './events';
import { isDriven, thisProcess } from './driver';
import { privateFolder } from './private-file';
import { isRunId } from './run-id';

/** What a run was started with; `--resume` computes a new plan from it and trusts nothing else (safety 20). */
export interface RunHeader {
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly kind: string;
  readonly cluster: string;
  readonly target?: string;
  readonly to?: string;
  readonly file?: string;
}

/** One line of a list of runs. */
export interface RunEntry extends RunHeader {
  /** Absent: it was interrupted, or is still running. */
  readonly outcome?: string;
  /** The process that writes it is alive on this machine. */
  readonly isRunning?: boolean;
}

/** A journal that cannot be read or written. `message` names the file and says what to do. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  constructor(
    readonly reason: 'unknown-run' | 'unreadable' | 'unwritable' | 'in-use',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Where a run's events go. */
export interface Journal {
  /** Resolves when the event is on the disk. */
  write(event: StampedEvent): Promise<void>;
  close(): Promise<void>;
}

/** The journals of one folder, `<state>/runs` unless told otherwise: one file a run, one JSON line an event. */
export class Journals {
  constructor(readonly folder: string) {}

  /** Opens a new run's journal, or continues that of an interrupted run. */
  async open(run: string): Promise<FileJournal> {
    if (!isRunId(run)) throw unknownRun(run, this.folder);
    const path = this.path(run);
    if (await isDriven(this.driverPath(run))) {
      throw new JournalError(
        'in-use',
        `The run ${run} is still going on in another window or terminal of this machine. Look there first.`,
      );
    }
    try {
      await privateFolder(this.folder);
      const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
      const file = await open(path, flags, 0o600);
      await syncFolder(this.folder);
      await writeFile(this.driverPath(run), await thisProcess(), { mode: 0o600 });
      return new FileJournal(file, path, await endsInMidLine(file), this.driverPath(run));
    } catch (error) {
      throw new JournalError(
        'unwritable',
        `The journal ${path} cannot be written (${(error as Error).message}), and no run starts without one. Free some space, mend its rights, or name another folder with --journal.`,
        { cause: error },
      );
    }
  }

  /** What the run was started with. Rejects with `JournalError`. */
  async header(run: string): Promise<RunHeader> {
    const first = (await this.events(run))[0];
    if (first?.type !== 'run-started') {
      throw new JournalError(
        'unreadable',
        `The journal ${this.path(run)} has no first line that can be read. Start a new run instead.`,
      );
    }
    return headerOf(first);
  }

  /** All events that can be read; a torn last line is left out. */
  async events(run: string): Promise<readonly StampedEvent[]> {
    if (!isRunId(run)) throw unknownRun(run, this.folder);
    let text: string;
    try {
      text = await readFile(this.path(run), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw unknownRun(run, this.folder);
      throw new JournalError(
        'unreadable',
        `The journal ${this.path(run)} cannot be read: ${(error as Error).message}`,
        { cause: error },
      );
    }
    return text.split('\n').flatMap((line) => parsedEvent(line, run));
  }

  /** The runs in the folder, the newest first; files that are no journals are left out. */
  async list(): Promise<readonly RunEntry[]> {
    let names: string[];
    try {
      names = await readdir(this.folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new JournalError(
        'unreadable',
        `The folder ${this.folder} cannot be read: ${(error as Error).message}`,
        { cause: error },
      );
    }
    const runs = names.flatMap((name) =>
      name.endsWith('.jsonl') && isRunId(name.slice(0, -6)) ? [name.slice(0, -6)] : [],
    );
    const entries = await Promise.all(
      runs
        .sort()
        .reverse()
        .map((run) => this.entry(run)),
    );
    return entries.filter((entry) => entry !== undefined);
  }

  private async entry(run: string): Promise<RunEntry | undefined> {
    try {
      const events = await this.events(run);
      const first = events[0];
      if (first?.type !== 'run-started') return undefined;
      const last = events.at(-1);
      return {
        ...headerOf(first),
        ...(last?.type === 'run-ended'
          ? { outcome: last.outcome }
          : (await isDriven(this.driverPath(run))) && { isRunning: true }),
      };
    } catch (error) {
      if (error instanceof JournalError) return undefined;
      throw error;
    }
  }

  /** Names the process that writes the journal, for as long as it does. */
  private driverPath(run: string): string {
    return join(this.folder, `${run}.pid`);
  }

  private path(run: string): string {
    return join(this.folder, `${run}.jsonl`);
  }
}

/** One run's journal. Every line is synced before `write` resolves, so that a crash loses none. */
export class FileJournal implements Journal {
  private queue: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly file: FileHandle,
    readonly path: string,
    private midLine: boolean,
    private readonly driver: string,
  ) {}

  write(event: StampedEvent): Promise<void> {
    // Streamed output is kept as the tail in `command-ended`, not piece by piece.
    if (event.type === 'output' || this.closed) return Promise.resolve();
    const line = `${this.midLine ? '\n' : ''}${JSON.stringify(event)}\n`;
    this.midLine = false;
    const written = this.queue.then(async () => {
      await this.file.appendFile(line);
      await this.file.datasync();
    });
    this.queue = written.catch(() => undefined);
    return written.catch((error: unknown) => {
      throw new JournalError(
        'unwritable',
        `The journal ${this.path} cannot be written: ${(error as Error).message}`,
        { cause: error },
      );
    });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.queue;
    await this.file.close();
    await rm(this.driver, { force: true });
  }
}

function headerOf(event: StampedEvent & { type: 'run-started' }): RunHeader {
  const { run, time, kind, cluster, target, to, file } = event;
  return {
    run,
    time,
    kind,
    cluster,
    ...(target === undefined ? {} : { target }),
    ...(to === undefined ? {} : { to }),
    ...(file === undefined ? {} : { file }),
  };
}

const TYPES: Record<RunEvent['type'], true> = {
  'run-started': true,
  note: true,
  warning: true,
  lock: true,
  'step-started': true,
  check: true,
  waiting: true,
  decision: true,
  typed: true,
  'console-approved': true,
  'command-started': true,
  output: true,
  'command-ended': true,
  'step-ended': true,
  'run-ended': true,
};

/** A line that a crash tore, or that belongs to another run, is none. */
function parsedEvent(line: string, run: string): StampedEvent[] {
  if (!line.startsWith('{')) return [];
  try {
    const event = JSON.parse(line) as Partial<StampedEvent>;
    const fits =
      event.run === run && typeof event.time === 'string' && Object.hasOwn(TYPES, event.type ?? '');
    return fits ? [event as StampedEvent] : [];
  } catch {
    return [];
  }
}

async function endsInMidLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}

/** So that the new file's name survives a crash as well (open(2), NOTES on fsync of the folder). */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function unknownRun(run: string, folder: string): JournalError {
  return new JournalError(
    'unknown-run',
    `There is no run ${run} in ${folder}. Its journal may lie elsewhere (--journal).`,
  );
}
