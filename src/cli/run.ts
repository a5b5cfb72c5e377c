import { join } from 'node:path';
import { Journals, JournalError } from '../failover/journal';
import { exitStatus } from '../failover/runner';
import { prepare } from '../failover/prepare';
import { startRun } from '../failover/start';
import { look } from '../heartbeat/look';
import { stateFolder } from '../heartbeat/state-folder';
import { openConnections } from '../ssh/connections';
import { systemOf } from '../systems/index';
import { chooseCluster, openClusterFile } from './cluster-file';
import type { Context } from './context';
import { Exit, UsageError, type ExitStatus } from './exit';
import type { Invocation, PlanArguments } from './invocation';
import { attend, isAtTerminal, unattended } from './operators';
import { requestOf } from './plan';
import { plannerFor, planningParts } from './planning';
import { Prompts } from './prompts';
import { sshOptions } from './ssh-options';

/** Milliseconds for the look after a run: the node that is gone is not waited for longer. */
const LAST_LOOK = 8_000;

type Arguments = Extract<Invocation, { command: 'run' }>;

/** Runs a plan step by step under the cluster's lock, with a person at the terminal or with `--yes`. */
export async function run(args: Arguments, context: Context): Promise<ExitStatus> {
  const { output, signal, insisted } = context;
  if (!args.yes && (args.format === 'json' || !isAtTerminal())) {
    throw new UsageError(
      args.format === 'json'
        ? 'run --format json asks nobody, so it needs --yes (and --confirm NAME for steps that want a typed name).'
        : 'run asks before each step, and this is no terminal. Start it in one, or write --yes (and --confirm NAME for steps that want a typed name).',
    );
  }
  const file = await openClusterFile(args.file, output);
  const asked = await resumed(args, context);
  const cluster = chooseCluster(file, asked.cluster);
  const request = requestOf(asked);
  const planner = plannerFor(cluster, request);
  const { store, clock, consoles, onProven, onContradiction, folder } = planningParts(cluster, context);
  const prompts = args.yes ? undefined : new Prompts(signal);
  const connections = openConnections(cluster, sshOptions(args, output, prompts));
  // The keyboard belongs to the questions about keys and passwords first, then to the run.
  const operator = args.yes ? unattended(args, output) : attend(args, output, () => prompts?.close());
  try {
    const common = {
      cluster,
      connections,
      history: await store.read(cluster),
      consoles,
      clock,
      signal,
      onProven,
      onContradiction,
    };
    // The next plan compares with what was last seen, and that is another master now.
    const rememberTheNewState = () =>
      look({
        cluster,
        probes: systemOf(cluster).probes,
        connections,
        clock,
        historyStore: store,
        timeoutMs: LAST_LOOK,
        signal,
      }).catch((error: unknown) =>
        output.say(
          `standby: the new state was not remembered: ${error instanceof Error ? error.message : String(error)}. Run status once.`,
        ),
      );
    const plan = await prepare({
      ...common,
      planner,
      request,
      unattended: args.yes,
      approveConsole: (question) => operator.operator.approveConsole(question, signal),
      log: (line) => output.say(line),
      ...(args.resume === undefined ? {} : { run: args.resume }),
    });
    operator.begin();
    const summary = await startRun(plan, {
      ...common,
      insisted,
      operator: operator.operator,
      journals: new Journals(args.journal ?? join(folder, 'runs')),
      file: args.file,
      confirmed: args.confirm,
      ...(args.resume === undefined ? {} : { resume: args.resume }),
    });
    if (summary.outcome === 'succeeded') await rememberTheNewState();
    return exitStatus(summary);
  } catch (error) {
    if (error instanceof JournalError) {
      output.say(`standby: ${error.message}`);
      return Exit.badNews;
    }
    if (!signal.aborted) throw error;
    output.say('standby: aborted before anything was changed.');
    return Exit.badNews;
  } finally {
    operator.end();
    connections.dispose();
  }
}

/** With `--resume`, what the journal says was asked for; the plan itself is computed anew (safety 20). */
async function resumed(args: Arguments, { env, output }: Context): Promise<PlanArguments> {
  if (args.resume === undefined) return args;
  const folder = args.journal ?? join(stateFolder(env), 'runs');
  try {
    const { kind, cluster, target, to } = await new Journals(folder).header(args.resume);
    if (args.cluster !== undefined && args.cluster !== cluster) {
      throw new UsageError(
        `The run ${args.resume} is about the cluster '${cluster}', not '${args.cluster}'.`,
      );
    }
    output.say(`standby: resuming ${[kind, target].filter(Boolean).join(' ')} on ${cluster}.`);
    return {
      file: args.file,
      kind,
      cluster,
      ...(target === undefined ? {} : { target }),
      ...(to === undefined ? {} : { to }),
    };
  } catch (error) {
    if (error instanceof JournalError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
