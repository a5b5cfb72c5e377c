import * as vscode from 'vscode';
import { commands } from './ids';

/** Where Standby writes what it does. Secrets never get here: those who hold them do not log. */
export type Log = vscode.LogOutputChannel;

export function createLog(): Log {
  return vscode.window.createOutputChannel('Standby', { log: true });
}

const showLog = 'Show Log';

/** Tells a person what went wrong, once, with the way to the log; `remedy` is a further button. */
export async function tell(
  log: Log,
  message: string,
  options: { readonly modal?: boolean; readonly remedies?: readonly string[] } = {},
): Promise<string | undefined> {
  log.error(message);
  const chosen = await vscode.window.showErrorMessage(
    message,
    { modal: options.modal ?? false },
    ...(options.remedies ?? []),
    showLog,
  );
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
