import * as vscode from 'vscode';
import type { SecretQuestion } from '../ssh/options';
import { withoutLinks } from './plain-markdown';
import { SecretKeeper, type Kept } from './secret-keeper';

/** The secrets in the editor's own storage. They never reach a setting, the log or a journal. */
export class Secrets extends SecretKeeper {
  constructor(storage: vscode.SecretStorage) {
    super(storage, { ask, offerToKeep });
  }
}

function ask(question: SecretQuestion, signal?: AbortSignal): Thenable<string | undefined> {
  if (question.kind === 'dialogue') return lead(question, signal);
  return vscode.window.showInputBox({
    title: titleOf(question),
    prompt: question.again
      ? vscode.l10n.t('The last one was wrong. Escape leaves the node without.')
      : vscode.l10n.t('Escape leaves the node without.'),
    password: true,
    ignoreFocusOut: true,
  });
}

/** The server's question in its own words, and nothing of it a link. */
async function lead(
  question: Exclude<SecretQuestion, Kept>,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { node, user, host, prompt, instructions, echo, again } = question;
  const words = withoutLinks([instructions, prompt].filter((text) => text !== '').join(' — '));
  const ending = new vscode.CancellationTokenSource();
  const end = () => ending.cancel();
  signal?.addEventListener('abort', end, { once: true });
  try {
    return await vscode.window.showInputBox(
      {
        title: vscode.l10n.t('Standby: login of {0} on {1}, node {2}', user, host, node),
        prompt: again
          ? vscode.l10n.t(
              'The last answer was refused. The server asks: “{0}”. Escape leaves the node.',
              words,
            )
          : vscode.l10n.t('The server asks: “{0}”. The answer is used once. Escape leaves the node.', words),
        password: !echo,
        ignoreFocusOut: true,
      },
      ending.token,
    );
  } finally {
    signal?.removeEventListener('abort', end);
    ending.dispose();
  }
}

async function offerToKeep(question: Kept): Promise<boolean> {
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

function titleOf(question: Kept): string {
  return question.kind === 'passphrase'
    ? vscode.l10n.t('Standby: passphrase of {0}, for node {1}', question.keyFile, question.node)
    : vscode.l10n.t('Standby: password of {0} on {1}, node {2}', question.user, question.host, question.node);
}
