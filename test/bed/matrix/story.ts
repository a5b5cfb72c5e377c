import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StampedEvent } from '../../../src/failover/events';
import type { Bed } from '../bed';
import { eventually } from '../suite';
import type { Writer } from '../writer';
import { Run } from './run-of-cli';
import type { Watcher } from './watcher';

/** What a run of the command line is asked for. */
export interface Wanted {
  /** Default `failover`; with `resume` the journal knows it. */
  readonly kind?: string;
  /** The node that the kind is about. */
  readonly target?: string;
  readonly to?: string;
  readonly confirm?: readonly string[];
  readonly resume?: string;
  readonly operator?: string;
}

/** One row being played: the bed, its writer, and every run so far, for the table. */
export class Story {
  /** What became of each run, in order. */
  readonly outcomes: string[] = [];
  /** Whether a run said beforehand that writes may be lost, and somebody vouched for the winner by name. */
  lossConfirmed = false;
  /** A loss is what this row measures: MooseFS's own asynchronous window. */
  lossMeasured = false;
  /** When the fault struck, epoch milliseconds. */
  brokenAt: number | undefined;
  /** A word about what else was seen, for the table. */
  remark = '';
  readonly runs: Run[] = [];

  constructor(
    readonly bed: Bed,
    readonly file: string,
    readonly writer: Writer,
    readonly watcher: Watcher,
  ) {}

  /** Starts a run and does not wait for it. */
  start(wanted: Wanted = {}): Run {
    const { kind = 'failover', target, to, confirm = [], resume, operator = 'ops' } = wanted;
    const run = Run.start(this.bed, operator, [
      ...['run', this.file, ...(resume === undefined ? [kind] : ['--resume', resume])],
      ...(target === undefined ? [] : [target]),
      '--yes',
      ...(to === undefined ? [] : ['--to', to]),
      ...confirm.flatMap((name) => ['--confirm', name]),
    ]);
    this.runs.push(run);
    return run;
  }

  /** Waits for the end of a run and writes down what became of it. */
  async finish(run: Run): Promise<Run> {
    const code = await run.ended;
    this.outcomes.push(outcomeOf(run, code));
    if (run.events.some((event) => event.type === 'typed' && event.why.includes('may lack writes'))) {
      this.lossConfirmed = true;
    }
    return run;
  }

  /** Runs to the end. */
  async run(wanted: Wanted = {}): Promise<Run> {
    return this.finish(this.start(wanted));
  }

  /** A run of another kind that has to succeed. */
  async does(wanted: Wanted): Promise<void> {
    const run = await this.run(wanted);
    assert.equal(run.end?.outcome, 'succeeded', run.told);
  }

  /** A failover that has to succeed. Whoever was named with `confirm` is vouched for. */
  async promotes(wanted: Wanted = {}): Promise<Run> {
    const run = await this.run(wanted);
    assert.equal(run.end?.outcome, 'succeeded', run.told);
    return run;
  }

  /** The process alone died: it has to come back where it was. */
  async restarts(): Promise<void> {
    await this.does({ kind: 'restart-master' });
  }

  /**
   * A failover so long after the last write that nobody may know any more whether the candidate was in step: it goes,
   * or it says so and goes once somebody names the node to be promoted.
   */
  async promotesWhenNamed(wanted: Wanted): Promise<Run> {
    const run = await this.run(wanted);
    if (/^(succeeded|nothing-to-do)$/.test(run.end?.outcome ?? '')) return run;
    assert.match(run.told, /may lack writes/, run.told);
    return this.promotes({ ...wanted, confirm: [...(wanted.confirm ?? []), await this.winner(run)] });
  }

  /** A run that must not happen: it says why, exits 1, and moves neither address nor master. */
  async refuses(reason: RegExp, wanted: Wanted = {}): Promise<Run> {
    const place = () => JSON.stringify(this.watcher.look().map(({ node, master }) => ({ node, master })));
    const before = place();
    const addressBefore = this.addressOn();
    const run = await this.run(wanted);
    // On a machine that is busy enough ucarp may miss its advertisements and move the address by itself: another story.
    const moved = `the address was on ${addressBefore}, and is on ${this.addressOn()}`;
    assert.equal(await run.ended, 1, `${run.told}\n${moved}`);
    assert.match(run.told, reason);
    assert.equal(place(), before, 'a refused run started or ended a master');
    return run;
  }

  /** The moment at which a run is in the middle of a step, named by the beginning of its id. */
  async inStep(run: Run, step: string): Promise<void> {
    const event = await run.until((seen) => 'step' in seen && seen.step.startsWith(step) && isMiddle(seen));
    assert(event, `the run never came to ${step}: ${run.told}`);
  }

  /** Who is to take over, as the run says. */
  async winner(run: Run): Promise<string> {
    const event = await run.until(({ type }) => type === 'run-started');
    assert(event?.type === 'run-started' && event.to !== undefined, `no winner: ${run.told}`);
    return event.to;
  }

  /** The node comes back and starts what a careless installation starts at boot. */
  async startsEverythingAtBoot(node: string): Promise<void> {
    await this.bed.sh(
      node,
      `printf '#!/bin/sh\\nmfsmaster -a start\\nucarp-start\\n' >/etc/node-boot; chmod 755 /etc/node-boot`,
    );
  }

  /** Signals a process inside a node; after KILL its port is closed. */
  async signal(node: string, signal: 'KILL' | 'STOP' | 'CONT', process = 'mfsmaster'): Promise<void> {
    await this.bed.sh(node, `kill -${signal} $(pidof ${process})`);
    if (signal !== 'KILL') return;
    // The kernel closes its sockets a moment later.
    await eventually(30_000, () => {
      assert(!this.watcher.look().some((seen) => seen.node === node && seen.master));
      return Promise.resolve();
    });
  }

  /**
   * Waits until exactly one reachable node is a master with the address, and the client's writes go on: after two minutes
   * where the metalogger never got the end of a write (docs/fault-matrix.md).
   */
  async settles(timeoutMs = 180_000): Promise<string> {
    const master = await eventually(timeoutMs, () => {
      const reachable = this.watcher.look().filter((seen) => seen.reachable);
      const holders = reachable.filter(({ address }) => address).map(({ node }) => node);
      const serving = reachable.filter((seen) => seen.address && seen.master).map(({ node }) => node);
      assert.equal(serving.length, 1, `masters with the address: ${serving.join(' and ') || 'none'}`);
      assert.equal(holders.length, 1, `the address is on ${holders.join(' and ')}`);
      return Promise.resolve(serving[0] ?? '');
    });
    await this.writer.until(3, timeoutMs);
    return master;
  }

  /** Waits until another node than this one has the address: ucarp needs three advertisements to find its master gone. */
  async addressLeaves(node: string): Promise<void> {
    await eventually(60_000, () => {
      const holders = this.watcher.look().filter((seen) => seen.address && seen.node !== node);
      assert.notEqual(holders.length, 0, `the address is on no other node than ${node}`);
      return Promise.resolve();
    });
  }

  private addressOn(): string {
    const holders = this.watcher.look().filter(({ address }) => address);
    return holders.map(({ node }) => node).join(' and ') || 'none';
  }

  pause(seconds: number): Promise<void> {
    return sleep(seconds * 1000);
  }
}

/** A step is in the middle when its command runs; one that has none, when it waits for its proof. */
function isMiddle(event: StampedEvent & { readonly step: string }): boolean {
  if (event.type === 'waiting') return event.step.startsWith('prove');
  return event.type === 'command-started' || event.type === 'step-ended';
}

function outcomeOf(run: Run, code: number | null): string {
  const { end } = run;
  const first = run.events[0];
  const started = first?.type === 'run-started' ? first : undefined;
  if (code === 3) return 'exit 3';
  if (!end) {
    const step = run.events.findLast((event) => event.type === 'step-started');
    return `killed in ${step?.type === 'step-started' ? step.step : 'no step'}`;
  }
  if (end.outcome !== 'succeeded') return `${end.outcome}: ${firstSentence(end.message)}`;
  const what =
    started?.kind === 'failover' ? `promoted ${started.to ?? '?'}` : (started?.kind ?? 'succeeded');
  return started?.resumed ? `resumed, ${what}` : what;
}

function firstSentence(text: string): string {
  return /^.{0,90}?[.:](?=\s|$)|^.{0,90}/s.exec(text)?.[0].replaceAll('\n', ' ') ?? '';
}
