import type { RunOutcome, StampedEvent } from './events';
import { cut, elapsed, paints, wrap, type Paints } from './layout';
import { plain } from './plain';

/** How a run is drawn. */
export interface RenderOptions {
  /** Read for each line, since a terminal changes its width. */
  readonly columns: () => number;
  readonly colour: boolean;
}

/** Lines of a command that are shown before it is folded. */
const FOLDED = 6;
const LABEL = 8;

/**
 * Turns the events of one run into text, line by line: the same for a terminal, the editor's terminal and a
 * pipe. Lines end in \n; everything that came from a node or a file is stripped of control characters first.
 */
export class Renderer {
  private readonly paint: Paints;
  private readonly partial = { stdout: '', stderr: '' };
  private command = '';

  constructor(private readonly options: RenderOptions) {
    this.paint = paints(options.colour);
  }

  /** Text for one event; empty for those that a reader does not need. */
  render(event: StampedEvent): string {
    const { bold, dim, red, green, yellow } = this.paint;
    switch (event.type) {
      case 'run-started': {
        const goal = [event.kind, event.target, event.to === undefined ? undefined : `to ${event.to}`]
          .filter(Boolean)
          .join(' ');
        return (
          this.lines(`${goal} on ${event.cluster}`, '', bold) +
          this.lines(`run ${event.run}${event.resumed ? ', resumed' : ''} · ${event.steps} steps`, '', dim)
        );
      }
      case 'note':
        return this.lines(event.message, '· ', (text) => text);
      case 'warning':
        return this.lines(event.message, '! ', yellow);
      case 'lock': {
        const calm = event.state === 'taken' || event.state === 'released';
        return this.lines(event.message, calm ? '· ' : '! ', calm ? dim : yellow);
      }
      case 'step-started': {
        this.command = event.command;
        const title = `${event.number} of ${event.of}  ${plain(event.title)}`;
        return (
          `\n${dim('─'.repeat(Math.min(this.width(), 80)))}\n` +
          this.lines(title, '', bold) +
          (event.danger === 'data-loss' ? this.lines('DATA LOSS: it may lose writes', '  ! ', red) : '') +
          (event.danger === 'disruptive'
            ? this.lines('DISRUPTIVE: it may interrupt the service', '  ! ', yellow)
            : '') +
          this.field('where', event.node) +
          this.field('why', event.why) +
          this.commandText(false)
        );
      }
      case 'check':
        return this.check(event.holds, `${event.title} (${event.node})`, event.detail);
      case 'waiting':
        return this.lines(`waiting for: ${event.for} (at most ${elapsed(event.limitMs)})`, '  … ', dim);
      case 'typed':
        return this.lines(`${event.name} was given: ${event.why}`, '  ✓ ', dim);
      case 'console-approved':
        return this.lines(event.message, '  ✓ ', dim);
      case 'decision':
        return '';
      case 'command-started':
        return this.lines(`running on ${event.node}`, '  ▸ ', bold);
      case 'output':
        return this.output(event.stream, event.text);
      case 'command-ended': {
        const rest = this.flush();
        const took = elapsed(event.durationMs);
        if (event.outcome === 'ended' && event.exitCode === 0)
          return rest + this.lines(`ended well after ${took}`, '  ✓ ', green);
        if (event.outcome === 'unknown')
          return rest + this.lines(`unknown outcome after ${took}. ${event.message}`, '  ? ', yellow);
        return rest + this.lines(`${event.message} (${took})`, '  ✗ ', red);
      }
      case 'step-ended': {
        if (event.outcome === 'succeeded') return this.lines('step done', '  ✓ ', green);
        if (event.outcome === 'done') return this.lines(event.message, '  ✓ ', green);
        return this.lines(
          `${event.outcome}${event.message ? `: ${event.message}` : ''}`,
          '  ! ',
          event.outcome === 'skipped' ? yellow : red,
        );
      }
      case 'run-ended': {
        const good = event.outcome === 'succeeded' || event.outcome === 'nothing-to-do';
        return (
          `\n${dim('─'.repeat(Math.min(this.width(), 80)))}\n` +
          this.lines(OUTCOMES[event.outcome], '', (text) => bold(good ? green(text) : red(text))) +
          this.lines(event.message, '  ', (text) => text) +
          event.next.map((sentence) => this.lines(sentence, '  → ', (text) => text)).join('')
        );
      }
    }
  }

  /** The command of the present step; folded to its last lines, which say what it is about, unless `whole`. */
  commandText(whole: boolean): string {
    if (this.command === '') return this.field('run', 'nothing: this step only checks');
    const lines = cut(plain(this.command), this.width() - LABEL - 2);
    const shown = whole || !this.isFolded() ? lines : lines.slice(-FOLDED);
    const left = lines.length - shown.length;
    const above = left === 0 ? [] : [this.paint.dim(`… ${left} lines before these (v shows all)`)];
    const label = (index: number) => `  ${(index === 0 ? 'run' : '').padEnd(LABEL)}`;
    return [...above, ...shown].map((line, index) => `${this.paint.dim(label(index))}${line}\n`).join('');
  }

  /** Whether the present step's command is longer than what is shown of it. */
  isFolded(): boolean {
    return cut(plain(this.command), this.width() - LABEL - 2).length > FOLDED + 1;
  }

  /** A message of several sentences or lines, indented under its mark. */
  lines(text: string, mark: string, paint: (text: string) => string): string {
    return wrap(plain(text), this.width() - mark.length)
      .map((line, index) => `${paint(`${index === 0 ? mark : ' '.repeat(mark.length)}${line}`)}\n`)
      .join('');
  }

  private field(label: string, text: string): string {
    const before = `  ${label.padEnd(LABEL)}`;
    return wrap(plain(text), this.width() - before.length)
      .map((line, index) => `${this.paint.dim(index === 0 ? before : ' '.repeat(before.length))}${line}\n`)
      .join('');
  }

  private check(holds: boolean, title: string, detail: string): string {
    const { green, red, dim } = this.paint;
    const head = this.lines(title, holds ? '  ✓ ' : '  ✗ ', holds ? green : red);
    return detail === '' ? head : head + this.lines(detail, '      ', holds ? dim : (text) => text);
  }

  /** Whole lines only: two streams must not mix within one, and an escape sequence may come in two pieces. */
  private output(stream: 'stdout' | 'stderr', text: string): string {
    const lines = (this.partial[stream] + text).split('\n');
    this.partial[stream] = lines.pop() ?? '';
    // A program that never ends its line is shown all the same.
    if (this.partial[stream].length > 4096) {
      lines.push(this.partial[stream]);
      this.partial[stream] = '';
    }
    return lines.map((line) => this.outputLine(line)).join('');
  }

  private flush(): string {
    const rest = [this.partial.stdout, this.partial.stderr].filter((line) => line !== '');
    this.partial.stdout = this.partial.stderr = '';
    return rest.map((line) => this.outputLine(line)).join('');
  }

  private outputLine(line: string): string {
    const text = plain(line.replace(/\r$/, ''));
    return cut(text, this.width() - 4)
      .map((piece) => `${this.paint.dim('  │ ')}${piece}\n`)
      .join('');
  }

  private width(): number {
    // One column stays free: some terminals wrap when the last one is written.
    return Math.max(40, (this.options.columns() || 80) - 1);
  }
}

const OUTCOMES: Record<RunOutcome, string> = {
  succeeded: 'Done.',
  'nothing-to-do': 'Nothing to do.',
  failed: 'The run failed.',
  aborted: 'The run was aborted.',
  refused: 'The plan must not run now.',
  locked: 'Another run holds the cluster.',
};
