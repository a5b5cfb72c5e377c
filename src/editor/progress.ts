import * as vscode from 'vscode';

/** Shows that something is under way, with a way to cancel it; the signal is aborted then. */
export async function withProgress<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_, token) => {
      const abort = new AbortController();
      const listener = token.onCancellationRequested(() => abort.abort(new Error('Cancelled.')));
      try {
        return await work(abort.signal);
      } finally {
        listener.dispose();
      }
    },
  );
}
