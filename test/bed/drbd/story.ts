import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StampedEvent } from '../../../src/failover/events';
import { Run } from '../matrix/run-of-cli';
import type { DrbdBed, Server } from './bed';
import { longestGap, type Writer } from './writer';

/** What a run of the command line is asked for. */
export interface Wanted {
  /** Default `failover`. */
  readonly kind?: string;
  /** Default the bed's target, OST0000. */
  readonly target?: string;
  readonly to?: string;
  readonly confirm?: readonly string[];
  readonly file?: string;
}

/** The part of `status --format json` that the rows read. */
export interface Status {
  readonly nodes: readonly { readonly name: string; readonly liveness: string; readonly reason?: string }[];
  readonly primary: readonly { readonly what: string; readonly node: string }[];
  readonly mirrors: readonly {
    readonly resource: string;
    readonly connection: string;
    readonly roles: Readonly<Record<string, string>>;
    readonly disks: Readonly<Record<string, string>>;
    readonly splitBrain: boolean;
  }[];
  readonly rebuild: readonly {
    readonly what: string;
    readonly unit: string;
    readonly total?: number;
    readonly remaining: number;
    readonly state: string;
    readonly ratePerSecond?: number;
    readonly etaSeconds?: number;
  }[];
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly message: string;
  }[];
}

/** What a plan's JSON says, as far as the rows read it. */
export interface PlanAnswer {
  readonly refused?: string;
  readonly steps: readonly { readonly id: string; readonly command?: string }[];
}

/** One row being played. */
export class Story {
  readonly outcomes: string[] = [];
  readonly runs: Run[] = [];
  /** Whether the row says that writes may be gone, because a run said so before and somebody typed the name. */
  lossConfirmed = false;
  /** Words for the table. */
  remarks: string[] = [];
  /** The longest time without an acknowledged write during a planned switch or a failover, milliseconds. */
  outage: number | undefined;

  constructor(
    readonly bed: DrbdBed,
    readonly file: string,
    readonly writer: Writer,
  ) {}

  start(wanted: Wanted = {}): Run {
    const { kind = 'failover', target = 'OST0000', to, confirm = [], file = this.file } = wanted;
    const args = [
      ...['run', file, kind, target, '--yes'],
      ...(to === undefined ? [] : ['--to', to]),
      ...confirm.flatMap((name) => ['--confirm', name]),
    ];
    const run = Run.start(this.bed, 'ops', args, 420_000);
    this.runs.push(run);
    return run;
  }

  /** Runs to the end and writes down what became of it. */
  async run(wanted: Wanted = {}): Promise<Run> {
    const run = this.start(wanted);
    const code = await run.ended;
    const forced = run.events.filter(
      (event) => event.type === 'command-started' && /drbdadm[^\n;|]*--force/.test(event.command),
    );
    assert.deepEqual(forced, [], 'a command with --force was run');
    const { outcome = `exit ${code}`, message = '' } = run.end ?? {};
    const kind = wanted.kind ?? 'failover';
    this.outcomes.push(outcome === 'succeeded' ? kind : `${kind} ${outcome}: ${shortly(message)}`);
    return run;
  }

  /** A run that has to succeed. Notes the longest time without a write, from its start until writes go on. */
  async does(wanted: Wanted = {}): Promise<Run> {
    const from = Date.now();
    const run = await this.run(wanted);
    assert.equal(run.end?.outcome, 'succeeded', run.told);
    await this.writer.until(3);
    this.outage = Math.max(this.outage ?? 0, longestGap(await this.writer.acknowledged(), from, Date.now()));
    return run;
  }

  /** A run that must not happen: it says why, exits 1, and neither role nor mount changes. */
  async refuses(reason: RegExp, wanted: Wanted = {}): Promise<Run> {
    const before = await this.roles();
    const run = await this.run(wanted);
    assert.equal(await run.ended, 1, run.told);
    assert.match(run.told, reason);
    assert.equal(run.end?.outcome, 'refused', run.told);
    assert.equal(await this.roles(), before, 'a refused run changed a role or a mount');
    return run;
  }

  /** As `refuses`; checks of a run may refuse, too: it fails, and everything is where it was. */
  async doesNot(reason: RegExp, wanted: Wanted = {}): Promise<Run> {
    const before = await this.roles();
    const run = await this.run(wanted);
    assert.notEqual(run.end?.outcome, 'succeeded', run.told);
    assert.match(toldWholly(run), reason);
    assert.equal(await this.roles(), before, 'a run that did not succeed changed a role or a mount');
    return run;
  }

  /**
   * On a healthy cluster: the operator approves the commands of the consoles, and they are read while their nodes answer,
   * which proves them. The failover itself is refused, because nobody said where to.
   */
  async provesConsoles(file: string = this.file): Promise<void> {
    await this.status();
    await this.refuses(/--to/, { file, confirm: ['oss1', 'oss2'] });
    this.outcomes.pop();
  }

  /** Roles and mounts of the servers that are on. */
  async roles(): Promise<string> {
    const asked = await Promise.all(
      (['oss1', 'oss2'] as const).map(async (node) =>
        (await this.bed.isOn(node))
          ? `${node} ${(
              await this.bed.try(
                node,
                `sed -n 's/.* ro:\\([A-Za-z]*\\).*/\\1/p' /proc/drbd; sed -n 's/.* \\(\\/mnt\\/ost0\\) .*/\\1/p' /proc/mounts`,
              )
            ).stdout.replaceAll('\n', ' ')}`
          : `${node} off`,
      ),
    );
    return asked.join(', ');
  }

  async status(...more: readonly string[]): Promise<Status> {
    const { stdout, stderr } = await this.bed.cli(['status', this.file, '--format', 'json', ...more]);
    assert.notEqual(stdout, '', stderr);
    return JSON.parse(stdout) as Status;
  }

  async plan(args: readonly string[]): Promise<PlanAnswer> {
    const { stdout, stderr } = await this.bed.cli(['plan', this.file, ...args, '--format', 'json']);
    assert.notEqual(stdout, '', stderr);
    return JSON.parse(stdout) as PlanAnswer;
  }

  /** DRBD's own words on a server. */
  async proc(node: Server): Promise<string> {
    return this.bed.sh(node, 'cat /proc/drbd');
  }

  /** Waits until a server's /proc/drbd says something. */
  async untilProc(node: Server, says: RegExp, seconds = 60): Promise<void> {
    const end = Date.now() + seconds * 1000;
    for (let text = await this.proc(node); !says.test(text); text = await this.proc(node)) {
      if (Date.now() > end) throw new Error(`${node} does not say ${says} within ${seconds} s:\n${text}`);
      await sleep(500);
    }
  }

  /** Makes both servers know that their link is gone. */
  async cutReplication(): Promise<void> {
    await this.bed.cut('replication');
    for (const node of ['oss1', 'oss2'] as const) await this.untilProc(node, /cs:WFConnection/);
  }

  pause(seconds: number): Promise<void> {
    return sleep(seconds * 1000);
  }
}

/** Everything that a run said, a line an event with its time: its checks, commands and notes. */
export function toldWholly(run: Run): string {
  return [
    ...run.events.map(
      (event) =>
        `${event.time.slice(11, 23)} ${event.type}${'step' in event ? ` ${event.step}` : ''} ${saidBy(event)}`,
    ),
    run.told,
  ].join('\n');
}

function saidBy(event: StampedEvent): string {
  switch (event.type) {
    case 'check':
      return `${event.phase} ${event.holds ? 'holds' : 'does not hold'}: ${event.title} (${event.detail})`;
    case 'command-ended':
      return `${event.message}\n${event.output}`;
    case 'typed':
      return event.why;
    case 'waiting':
      return event.for;
    case 'step-started':
      return event.title;
    case 'step-ended':
      return `${event.outcome}: ${event.message}`;
    case 'lock':
      return `${event.node} ${event.state}: ${event.message}`;
    case 'note':
    case 'warning':
    case 'console-approved':
    case 'run-ended':
      return event.message;
    case 'command-started':
    case 'decision':
    case 'output':
    case 'run-started':
      return '';
  }
}

/** The first sentence of a message, without the number of the step. */
function shortly(text: string): string {
  const bare = text.replace(/^Step \d+ of \d+ \((.*?)\) failed: /, '$1: ');
  return /^.{0,160}?[.](?=\s|$)|^.{0,160}/s.exec(bare)?.[0].replaceAll('\n', ' ') ?? '';
}
