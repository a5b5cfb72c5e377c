import * as vscode from 'vscode';
import type { SecretQuestion } from '../ssh/options';

/**
 * Passphrases and passwords: from the editor's secret storage, else from the person, who may keep them
 * there. They never reach a setting, the log or a journal.
 */
export class Secrets {
  #queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly storage: vscode.SecretStorage) {}

  /** `mayAsk` false: only what is stored. undefined: there is none, or the person gave none. */
  answer(question: SecretQuestion, mayAsk: () => boolean): Promise<string | undefined> {
    const answer = this.#queue.then(() => this.#find(question, mayAsk()));
    this.#queue = answer.catch(() => undefined);
    return answer;
  }

  async #find(question: SecretQuestion, mayAsk: boolean): Promise<string | undefined> {
    const key = keyOf(question);
    if (question.again) await this.storage.delete(key);
    const stored = await this.storage.get(key);
    if (stored !== undefined || !mayAsk) return stored;
    const secret = await vscode.window.showInputBox({
      title: `Standby: ${titleOf(question)}`,
      prompt: question.again
        ? 'The last one was wrong. Escape leaves the node without.'
        : 'Escape leaves the node without.',
      password: true,
      ignoreFocusOut: true,
    });
    if (secret === undefined) return undefined;
    await this.storage.store(key, secret);
    return secret;
  }
}

function keyOf(question: SecretQuestion): string {
  return question.kind === 'passphrase'
    ? `passphrase:${question.keyFile}`
    : `password:${question.user}@${question.host}`;
}

function titleOf(question: SecretQuestion): string {
  return question.kind === 'passphrase'
    ? `passphrase of ${question.keyFile}, for node ${question.node}`
    : `password of ${question.user} on ${question.host}, node ${question.node}`;
}
