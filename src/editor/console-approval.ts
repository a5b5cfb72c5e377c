import * as vscode from 'vscode';
import type { ConsoleQuestion } from '../failover/operator';
import { visible } from '../failover/plain';

/** Asks whether a console's exact text may run on this machine, now and later (safety 19). */
export async function askApproval(question: ConsoleQuestion, cluster: string): Promise<boolean> {
  const approve = 'Run It';
  const chosen = await vscode.window.showWarningMessage(
    question.changed
      ? `The console command of ${question.node} is not the one that you approved before.`
      : `May the console command of ${question.node} run on this machine?`,
    {
      modal: true,
      detail:
        `${visible(question.text)}\n\nThe cluster file of ${cluster} names it as the way to learn whether ${question.node} is off. ` +
        'It runs here, with your rights, without a shell. This exact text is not asked for again.',
    },
    approve,
  );
  return chosen === approve;
}
