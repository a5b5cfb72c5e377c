import * as vscode from 'vscode';
import { withoutLinks } from './plain-markdown';

/**
 * Shows that something is under way, with a way to cancel it; the signal is aborted then. `report` tells how far it is,
 * with the hundredths that were added.
 */
export async function withProgress<T>(
  title: string,
  work: (signal: AbortSignal, report: (message: string, increment: number) => void) => Promise<T>,
): Promise<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const abort = new AbortController();
      const listener = token.onCancellationRequested(() => abort.abort(new Error('Cancelled.')));
      try {
        return await work(abort.signal, (message, increment) =>
          progress.report({ message: withoutLinks(message), increment }),
        );
      } finally {
        listener.dispose();
      }
    },
  );
}
