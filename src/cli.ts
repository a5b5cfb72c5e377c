import { version } from '../package.json';
import { commandHelp, help } from './cli/help';
import { Exit, UsageError, type ExitStatus } from './cli/exit';
import { Interrupted, onInterrupt } from './cli/interrupt';
import { readInvocation, type Invocation } from './cli/invocation';
import type { Context } from './cli/context';
import { processOutput } from './cli/output';
import { systems } from './systems/index';

/** Runs one command. What a command needs is loaded with it, so that `validate` never loads ssh2. */
async function perform(invocation: Invocation, context: Context): Promise<ExitStatus> {
  const { output, version } = context;
  switch (invocation.command) {
    case 'help':
      output.answer(invocation.about === undefined ? help : commandHelp(invocation.about, kinds()));
      return Exit.fine;
    case 'version':
      output.answer(`${version}\n`);
      return Exit.fine;
    case 'validate':
      return (await import('./cli/validate')).validate(invocation, output, version);
    case 'status':
      return (await import('./cli/status')).status(invocation, context);
    case 'plan':
      return (await import('./cli/plan')).plan(invocation, context);
    case 'run':
      return (await import('./cli/run')).run(invocation, context);
    case 'whatif':
      return (await import('./cli/whatif')).whatif(invocation, context);
    case 'discover':
      return (await import('./cli/discover')).discoverCluster(invocation, context);
    case 'compare':
      return (await import('./cli/compare')).compareFile(invocation, context);
    case 'demo':
      return (await import('./cli/demo')).demo(invocation, context);
  }
}

function kinds() {
  return systems.flatMap(({ spec, planners }) =>
    planners.map(({ kind, title, target, targetForm }) => ({
      system: spec.id,
      kind,
      title,
      target: target === 'cluster' ? '' : (targetForm ?? target.toUpperCase()),
    })),
  );
}

async function main(words: readonly string[]): Promise<number> {
  const interrupt = onInterrupt((status) => process.exit(status));
  const output = processOutput(() => interrupt.stop());
  try {
    const context = {
      output,
      signal: interrupt.signal,
      insisted: interrupt.insisted,
      env: process.env,
      version,
    };
    return await perform(readInvocation(words), context);
  } catch (error) {
    if (interrupt.signal.aborted || error instanceof Interrupted) return interrupt.exitStatus ?? Exit.badNews;
    if (error instanceof UsageError) {
      output.say(`standby: ${error.message}`);
      output.say("Try 'standby --help'.");
      return Exit.wrongQuestion;
    }
    output.say(
      `standby: an error of Standby itself, please report it: ${(error as Error).stack ?? String(error)}`,
    );
    return Exit.badNews;
  } finally {
    interrupt.dispose();
  }
}

void main(process.argv.slice(2)).then((status) => {
  // Not process.exit: what was written to a pipe would be cut off. A connection that lingers may not hold
  // the command up either, so the process ends as soon as both streams are empty.
  process.exitCode = status;
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
});
