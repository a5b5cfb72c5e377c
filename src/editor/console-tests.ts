import * as vscode from 'vscode';
import type { ConsoleQuestion } from '../failover/operator';
import { visible } from '../failover/plain';
import type { ConsoleOutcome, ConsoleTest } from '../failover/test-consoles';
import type { Log } from './log';
import { loadOperations } from './operations';
import { withProgress } from './progress';
import type { Session } from './session';
import { shownName } from './words';

/** Consoles whose texts fit into one question. */
const mostInQuestion = 6;

/** Reads every console of a cluster once, after each exact text was approved, and shows what they said. */
export async function runConsoleTests(session: Session, log: Log): Promise<void> {
  const name = shownName(session.cluster);
  if (!session.cluster.nodes.some((node) => node.console !== undefined)) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'No node of {0} has a console in the cluster file. A console settles whether a silent node is off.',
        name,
      ),
    );
    return;
  }
  const { testConsoles } = await import('../failover/test-consoles');
  const tests = await withProgress(vscode.l10n.t('{0}: reading the consoles', name), async (signal) => {
    const lease = await session.lease();
    try {
      const operations = await loadOperations(lease.cluster, log);
      return await testConsoles({
        cluster: lease.cluster,
        connections: lease.connections,
        consoles: operations.consoles,
        clock: operations.clock,
        signal,
        approve: (questions) => approve(questions, name),
        onProven: operations.onProven,
        onContradiction: operations.onContradiction,
      });
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      lease.release();
    }
  });
  if (tests) await show(tests, name, log);
}

/** The exact texts, a few at a time: what is approved has to be read (safety 19). */
async function approve(
  questions: readonly ConsoleQuestion[],
  cluster: string,
): Promise<readonly ConsoleQuestion[]> {
  const approved: ConsoleQuestion[] = [];
  for (let begin = 0; begin < questions.length; begin += mostInQuestion) {
    const some = questions.slice(begin, begin + mostInQuestion);
    const texts = some.map(
      ({ node, text, changed }) =>
        `${changed ? vscode.l10n.t('{0} (not the one that you approved before)', node) : node}:\n${visible(text)}`,
    );
    const run = some.length === 1 ? vscode.l10n.t('Run It') : vscode.l10n.t('Run Them');
    const chosen = await vscode.window.showWarningMessage(
      some.length === 1
        ? vscode.l10n.t('May the console command of {0} run on this machine?', some[0]?.node ?? '')
        : vscode.l10n.t('May these {0} console commands run on this machine?', some.length),
      {
        modal: true,
        detail: [
          ...texts,
          some.length === 1
            ? vscode.l10n.t(
                'The cluster file of {0} names it as the way to learn whether a node is off. It runs here, with your rights, without a shell. This exact text is not asked for again.',
                cluster,
              )
            : vscode.l10n.t(
                'The cluster file of {0} names them as the way to learn whether a node is off. They run here, with your rights, without a shell. These exact texts are not asked for again.',
                cluster,
              ),
        ].join('\n\n'),
      },
      run,
    );
    if (chosen === run) approved.push(...some);
  }
  return approved;
}

const icons: Readonly<Record<ConsoleOutcome, string>> = {
  proven: '$(pass)',
  contradicts: '$(error)',
  failed: '$(error)',
  off: '$(question)',
  'not-off': '$(question)',
  'not-approved': '$(circle-slash)',
};

async function show(tests: readonly ConsoleTest[], cluster: string, log: Log): Promise<void> {
  for (const { detail, outcome } of tests) {
    if (outcome === 'proven') log.info(detail);
    else log.warn(detail);
  }
  const proven = tests.filter(({ outcome }) => outcome === 'proven').length;
  await vscode.window.showQuickPick(
    tests.map(({ node, outcome, detail }) => ({
      label: `${icons[outcome]} ${node}`,
      description: outcome,
      detail,
    })),
    {
      title: vscode.l10n.t('Consoles of {0}: {1} of {2} proven', cluster, proven, tests.length),
      placeHolder: vscode.l10n.t('What each console said; the log keeps it'),
      matchOnDetail: true,
      ignoreFocusOut: true,
    },
  );
}
