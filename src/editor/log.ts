import * as vscode from 'vscode';
import { commands } from './ids';
import type { LogTail } from './log-tail';
import { withoutLinks } from './plain-markdown';

/** Where Standby writes what it does. Secrets never get here: those who hold them do not log. */
export type Log = Pick<vscode.LogOutputChannel, Level | 'show' | 'dispose'>;

type Level = 'debug' | 'info' | 'warn' | 'error';

/** The log, whose last lines `tail` keeps for a report, whatever the level at which the editor shows them. */
export function createLog(tail: LogTail): Log {
  const channel = vscode.window.createOutputChannel('Standby', { log: true });
  const write = (level: Level) => (message: string | Error) => {
    tail.add(level, String(message), Date.now());
    channel[level](String(message));
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    show: () => channel.show(),
    dispose: () => channel.dispose(),
  };
}

/** What else is said with an error. */
export interface Telling {
  readonly modal?: boolean;
  /** Of a modal dialogue, below the message. */
  readonly detail?: string;
  /** Further buttons. */
  readonly remedies?: readonly string[];
}

/**
 * Tells a person what went wrong, with the way to the log; the one place that shows an error. Resolves with the remedy
 * that was chosen. Call it for what a person has asked for, or once for a trouble: it shows whatever it is given.
 */
export async function tell(
  log: Log,
  message: string,
  { modal = false, detail, remedies = [] }: Telling = {},
): Promise<string | undefined> {
  log.error(detail === undefined ? message : `${message} ${detail}`);
  const showLog = vscode.l10n.t('Show Log');
  // What went wrong is often told in a node's own words.
  const options = { modal, ...(detail === undefined ? {} : { detail }) };
  const chosen = await vscode.window.showErrorMessage(withoutLinks(message), options, ...remedies, showLog);
  if (chosen !== showLog) return chosen;
  await vscode.commands.executeCommand(commands.showLog);
  return undefined;
}

/** The sentence of an error, and its stack in the log. */
export function sentence(error: unknown, log: Log): string {
  if (!(error instanceof Error)) return String(error);
  if (error.stack !== undefined) log.debug(error.stack);
  return error.message;
}
