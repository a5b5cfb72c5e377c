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
  const trust = 'Store Key and Connect';
  const others = question.otherKnownTypes;
  const warning =
    others.length === 0
      ? ''
      : `\n\nA key of another type is known for this host (${others.join(', ')}), but the server did not show it. That can mean that another machine answers.`;
  const chosen = await vscode.window.showWarningMessage(
    `The host key of node ${question.node} is unknown.`,
    {
      modal: true,
      detail:
        `${question.host} shows this ${question.keyType} key:\n${question.fingerprint}\n\n` +
        `Compare it with the node's own: ssh-keygen -lf /etc/ssh/ssh_host_…_key.pub at its console. ` +
        `When you store it, it goes to ${question.file}.${warning}`,
    },
    trust,
  );
  return chosen === trust;
}
