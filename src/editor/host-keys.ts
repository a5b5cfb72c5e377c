import * as vscode from 'vscode';
import type { HostKeyQuestion } from '../ssh/options';
import { Questions } from './questions';

/** Asks whether an unknown host key may be stored: one question at a time, the fingerprint in full. */
export class HostKeyDialog {
  readonly #questions = new Questions<boolean>();

  /** A host of two clusters is asked about once. */
  ask(question: HostKeyQuestion): Promise<boolean> {
    const { host, keyType, fingerprint, file } = question;
    return this.#questions.put([host, keyType, fingerprint, file].join(' '), () => show(question));
  }
}

async function show(question: HostKeyQuestion): Promise<boolean> {
  const trust = vscode.l10n.t('Store Key and Connect');
  const others = question.otherKnownTypes;
  const warning =
    others.length === 0
      ? []
      : [
          vscode.l10n.t(
            'A key of another type is known for this host ({0}), but the server did not show it. That can mean that another machine answers.',
            others.join(', '),
          ),
        ];
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('The host key of node {0} is unknown.', question.node),
    {
      modal: true,
      detail: [
        `${vscode.l10n.t('{0} shows this {1} key:', question.host, question.keyType)}\n${question.fingerprint}`,
        vscode.l10n.t(
          "Compare it with the node's own: ssh-keygen -lf {0} at its console. When you store it, it goes to {1}.",
          '/etc/ssh/ssh_host_…_key.pub',
          question.file,
        ),
        ...warning,
      ].join('\n\n'),
    },
    trust,
  );
  return chosen === trust;
}
