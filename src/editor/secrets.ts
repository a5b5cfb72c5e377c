import * as vscode from 'vscode';
import type { SecretQuestion } from '../ssh/options';
import { SecretKeeper } from './secret-keeper';

/** The secrets in the editor's own storage. They never reach a setting, the log or a journal. */
export class Secrets extends SecretKeeper {
  constructor(storage: vscode.SecretStorage) {
    super(storage, { ask, offerToKeep });
  }
}

function ask(question: SecretQuestion): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: `Standby: ${titleOf(question)}`,
    prompt: question.again
      ? 'The last one was wrong. Escape leaves the node without.'
      : 'Escape leaves the node without.',
    password: true,
    ignoreFocusOut: true,
  });
}

async function offerToKeep(question: SecretQuestion): Promise<boolean> {
  const keep = 'Keep';
  const what =
    question.kind === 'passphrase'
      ? `the passphrase of ${question.keyFile}`
      : `the password of ${question.user} on ${question.host}`;
  const chosen = await vscode.window.showInformationMessage(
    `Keep ${what} in the editor's secret storage, so that it is not asked for again?`,
    keep,
    'Not Now',
  );
  return chosen === keep;
}

function titleOf(question: SecretQuestion): string {
  return question.kind === 'passphrase'
    ? `passphrase of ${question.keyFile}, for node ${question.node}`
    : `password of ${question.user} on ${question.host}, node ${question.node}`;
}
