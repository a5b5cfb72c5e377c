import { open } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import type { Cluster } from '../cluster/cluster';
import { nearMiss } from '../cluster/near';
import { readName } from '../cluster/name';
import { AddressProblem, clusterToAsk } from '../discovery/address';
import { discover } from '../discovery/discover';
import type { Discovery } from '../discovery/discovery';
import { openConnections } from '../ssh/connections';
import { systems } from '../systems/index';
import type { System } from '../systems/system';
import type { Context } from './context';
import { Exit, UsageError, type ExitStatus } from './exit';
import type { Invocation } from './invocation';
import { toJson } from './json';
import { Prompts } from './prompts';
import { isAttended, sshOptions } from './ssh-options';

type Arguments = Extract<Invocation, { command: 'discover' }>;

/** Asks nodes what runs on them and writes the cluster file that says so. Changes nothing on them. */
export async function discoverCluster(args: Arguments, context: Context): Promise<ExitStatus> {
  const { output, signal } = context;
  const { spec, discovery: discoverer } = systemNamed(args.system);
  if (!discoverer) throw new UsageError(`${spec.title} cannot be discovered.`);
  const name = args.name === undefined ? undefined : readName(args.name);
  if (name && 'problem' in name) throw new UsageError(`discover: --name: ${name.problem}`);
  // Also said before anybody is asked; what counts is how the file is opened.
  if (args.output !== undefined && existsSync(args.output)) throw taken(args.output);
  const cluster = asked(args, spec);
  const prompts = isAttended() ? new Prompts(signal) : undefined;
  const connections = openConnections(cluster, sshOptions(args, output, prompts));
  try {
    const found = await discover({
      spec,
      discoverer,
      cluster,
      connections,
      timeoutMs: args.timeoutMs,
      signal,
      ...(args.name === undefined ? {} : { name: args.name }),
    });
    for (const { sentence } of found.unknown) output.say(`standby: ${sentence}`);
    if (!found.live.nodes.some(({ roles }) => roles !== undefined && roles.length > 0)) {
      output.say(
        `standby: nothing of ${spec.title} was found, so no file is written. Check --system and the addresses.`,
      );
      if (args.format === 'json') output.answer(json(found));
      return Exit.badNews;
    }
    if (args.output !== undefined) {
      await write(args.output, found.text);
      output.say(`standby: wrote ${args.output}. Look at each TODO, then: standby status ${args.output}`);
    }
    if (args.format === 'json') output.answer(json(found));
    else if (args.output === undefined) output.answer(found.text);
    return found.nodes.every(({ answered }) => answered) ? Exit.fine : Exit.badNews;
  } finally {
    connections.dispose();
  }
}

function systemNamed(name: string): System {
  const found = systems.find(({ spec }) => spec.id === name);
  if (found) return found;
  const ids = systems.map(({ spec }) => spec.id);
  const near = nearMiss(name, ids);
  throw new UsageError(
    `There is no storage system '${name}'. ${near ? `Did you mean '${near}'?` : `It is one of ${ids.join(', ')}.`}`,
  );
}

function asked({ addresses, become }: Arguments, spec: System['spec']): Cluster {
  try {
    return clusterToAsk(spec, addresses, { become });
  } catch (error) {
    if (error instanceof AddressProblem) throw new UsageError(`discover: ${error.message}`, { cause: error });
    throw error;
  }
}

function taken(file: string): UsageError {
  return new UsageError(
    `${file} exists already and is not overwritten. Choose another --output, or compare it: standby compare ${file}`,
  );
}

/** Never over another file, and never through a link to one. Throws `UsageError`. */
async function write(file: string, text: string): Promise<void> {
  try {
    const handle = await open(file, 'wx', 0o644);
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw taken(file);
    throw new UsageError(`${file} cannot be written (${code ?? message}). Check the folder.`, {
      cause: error,
    });
  }
}

function json({ text, live, nodes, unknown }: Discovery): string {
  const rolesOf = (name: string) => live.nodes.find((node) => node.name === name)?.roles;
  return `${toJson(
    {
      text,
      nodes: nodes.map(({ name, address, answered, reason, problems }) => ({
        name,
        address,
        answered,
        roles: rolesOf(name),
        reason,
        problems,
      })),
      unasked: live.unasked,
      unknown,
    },
    2,
  )}\n`;
}
