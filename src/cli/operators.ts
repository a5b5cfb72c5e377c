import { systemClock } from '../heartbeat/clock';
import { UnattendedOperator, type Operator } from '../failover/operator';
import { Renderer } from '../failover/render';
import { Terminal } from '../failover/terminal';
import { toJson } from './json';
import type { Output } from './output';

/** Whoever decides the run, and when it has the keyboard. */
export interface Attendance {
  readonly operator: Operator;
  /** The plan is made, the run begins. */
  begin(): void;
  /** Gives the keyboard back; safe to call at any time. */
  end(): void;
}

interface Wishes {
  readonly confirm: readonly string[];
  readonly format: 'pretty' | 'json';
}

/** Whether a person sits at both ends of the conversation. */
export function isAtTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}

/** `--yes`: continues by itself and prints events, as text or one JSON line each. */
export function unattended({ confirm, format }: Wishes, output: Output): Attendance {
  const renderer = new Renderer({ columns: () => output.columns, colour: output.colour });
  const operator = new UnattendedOperator(confirm, (event) =>
    output.answer(format === 'json' ? `${toJson(event)}\n` : renderer.render(event)),
  );
  return { operator, begin: () => undefined, end: () => undefined };
}

/**
 * A person at this process's terminal. Keys come one by one (raw mode) while the operator is asked something;
 * `taking` is called when the keyboard is taken for good.
 */
export function attend({ confirm }: Wishes, output: Output, taking: () => void): Attendance {
  const { stdin } = process;
  const terminal = new Terminal({
    write: (text) => output.answer(text),
    columns: () => process.stdout.columns,
    colour: output.colour,
    clock: systemClock,
    // In raw mode Ctrl-C is a key like others (termios(3), ISIG).
    onInterrupt: () => process.kill(process.pid, 'SIGINT'),
    confirmed: confirm,
  });
  const feed = (data: string) => terminal.feed(data);
  let listening = false;
  const listen = () => {
    if (listening) return;
    listening = true;
    taking();
    stdin.setRawMode(true).setEncoding('utf8').on('data', feed).resume();
  };
  const operator: Operator = {
    unattended: false,
    tell: (event) => terminal.tell(event),
    decide: (question, signal) => terminal.decide(question, signal),
    typeName: (question, signal) => terminal.typeName(question, signal),
    approveConsole: (question, signal) => {
      listen();
      return terminal.approveConsole(question, signal);
    },
  };
  return {
    operator,
    begin: listen,
    end: () => {
      terminal.dispose();
      if (!listening) return;
      listening = false;
      stdin.off('data', feed).setRawMode(false).pause();
    },
  };
}
