import * as vscode from 'vscode';
import type { ConsoleQuestion } from '../failover/operator';
import { visible } from '../failover/plain';
import type { ConsoleOutcome, ConsoleTest } from '../failover/test-consoles';
import type { Log } from './log';
import { loadOperations } from './operations';
import { withProgress } from './progress';
import type { Session } from './session';
import { count } from './words';

/** Consoles whose texts fit into one question. */
const mostInQuestion = 6;

/** Reads every console of a cluster once, after each exact text was approved, and shows what they said. */
export async function runConsoleTests(session: Session, log: Log): Promise<void> {
  const { name } = session.cluster;
  if (!session.cluster.nodes.some((node) => node.console !== undefined)) {
    void vscode.window.showInformationMessage(
      `No node of ${name} has a console in the cluster file. A console settles whether a silent node is off.`,
    );
    return;
  }
  const { testConsoles } = await import('../failover/test-consoles');
  const tests = await withProgress(`${name}: reading the consoles`, async (signal) => {
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
        `${node}${changed ? ' (not the one that you approved before)' : ''}:\n${visible(text)}`,
    );
    const run = some.length === 1 ? 'Run It' : 'Run Them';
    const chosen = await vscode.window.showWarningMessage(
      some.length === 1
        ? `May the console command of ${some[0]?.node ?? ''} run on this machine?`
        : `May these ${some.length} console commands run on this machine?`,
      {
        modal: true,
        detail: `${texts.join('\n\n')}\n\nThe cluster file of ${cluster} names ${some.length === 1 ? 'it' : 'them'} as the way to learn whether a node is off. They run here, with your rights, without a shell. These exact texts are not asked for again.`,
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
      title: `Consoles of ${cluster}: ${proven} of ${count(tests.length, 'console')} proven`,
      placeHolder: 'What each console said; the log keeps it',
      matchOnDetail: true,
      ignoreFocusOut: true,
    },
  );
}
