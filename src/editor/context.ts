import * as vscode from 'vscode';
import type { contextKeys } from './ids';

export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

/** Sets context keys for `when` clauses, and only those that changed: each is a message to the window. */
export class Context {
  readonly #now = new Map<ContextKey, boolean>();

  set(key: ContextKey, value: boolean): void {
    if ((this.#now.get(key) ?? false) === value) return;
    this.#now.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
