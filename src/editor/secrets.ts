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
    title: titleOf(question),
    prompt: question.again
      ? vscode.l10n.t('The last one was wrong. Escape leaves the node without.')
      : vscode.l10n.t('Escape leaves the node without.'),
    password: true,
    ignoreFocusOut: true,
  });
}

async function offerToKeep(question: SecretQuestion): Promise<boolean> {
  const keep = vscode.l10n.t('Keep');
  const chosen = await vscode.window.showInformationMessage(
    question.kind === 'passphrase'
      ? vscode.l10n.t(
          "Keep the passphrase of {0} in the editor's secret storage, so that it is not asked for again?",
          question.keyFile,
        )
      : vscode.l10n.t(
          "Keep the password of {0} on {1} in the editor's secret storage, so that it is not asked for again?",
          question.user,
          question.host,
        ),
    keep,
    vscode.l10n.t('Not Now'),
  );
  return chosen === keep;
}

function titleOf(question: SecretQuestion): string {
  return question.kind === 'passphrase'
    ? vscode.l10n.t('Standby: passphrase of {0}, for node {1}', question.keyFile, question.node)
    : vscode.l10n.t('Standby: password of {0} on {1}, node {2}', question.user, question.host, question.node);
}
