import * as vscode from 'vscode';
import type { ConsoleQuestion } from '../failover/operator';
import { visible } from '../failover/plain';

/** Asks whether a console's exact text may run on this machine, now and later (safety 19). */
export async function askApproval(question: ConsoleQuestion, cluster: string): Promise<boolean> {
  const approve = vscode.l10n.t('Run It');
  const chosen = await vscode.window.showWarningMessage(
    question.changed
      ? vscode.l10n.t('The console command of {0} is not the one that you approved before.', question.node)
      : vscode.l10n.t('May the console command of {0} run on this machine?', question.node),
    {
      modal: true,
      detail: `${visible(question.text)}\n\n${vscode.l10n.t(
        'The cluster file of {0} names it as the way to learn whether {1} is off. It runs here, with your rights, without a shell. This exact text is not asked for again.',
        cluster,
        question.node,
      )}`,
    },
    approve,
  );
  return chosen === approve;
}
