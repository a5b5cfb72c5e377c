import { decodeText } from '../cluster/bytes';
import { compare } from '../discovery/compare';
import { discover } from '../discovery/discover';
import type { Discovery } from '../discovery/discovery';
import type { Comparison, Drift } from '../discovery/drift';
import { plainLine } from '../discovery/words';
import { openConnections } from '../ssh/connections';
import { systemOf } from '../systems/index';
import { chooseCluster, openClusterFile } from './cluster-file';
import type { Context } from './context';
import { Exit, UsageError, type ExitStatus } from './exit';
import type { Invocation } from './invocation';
import { toJson } from './json';
import { painter } from './output';
import { Prompts } from './prompts';
import { isAttended, sshOptions } from './ssh-options';

type Arguments = Extract<Invocation, { command: 'compare' }>;

/** Says where a cluster file differs from its nodes. Changes neither. */
export async function compareFile(args: Arguments, context: Context): Promise<ExitStatus> {
  const { output, signal } = context;
  const file = await openClusterFile(args.file, output, true);
  const cluster = chooseCluster(file, args.cluster);
  const { spec, discovery: discoverer } = systemOf(cluster);
  if (!discoverer) throw new UsageError(`${spec.title} cannot be compared with its nodes.`);
  const prompts = isAttended() ? new Prompts(signal) : undefined;
  const connections = openConnections(cluster, sshOptions(args, output, prompts));
  try {
    const { timeoutMs } = args;
    const discovery = await discover({ spec, discoverer, cluster, connections, timeoutMs, signal });
    const { text } = decodeText(file.bytes);
    const comparison = compare({ text, spec, cluster, discovery });
    output.answer(
      args.format === 'json'
        ? `${toJson(json(cluster.name, discovery, comparison), 2)}\n`
        : pretty(args.file, discovery, comparison, output.colour),
    );
    const isSame = comparison.drifts.length === 0 && discovery.nodes.every(({ answered }) => answered);
    return isSame ? Exit.fine : Exit.badNews;
  } finally {
    connections.dispose();
  }
}

function json(cluster: string, { nodes }: Discovery, { drifts, unknown }: Comparison) {
  return {
    cluster,
    nodes: nodes.map(({ name, answered, reason }) => ({ name, answered, reason })),
    drifts: drifts.map(({ range, fix: _fix, ...drift }) => ({ ...placeOf(range), ...drift })),
    unknown,
  };
}

/** Lines and columns from 1, the end exclusive, as `validate` has them. */
function placeOf({ start, end }: Drift['range']) {
  return {
    line: start.line + 1,
    column: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}

function pretty(
  file: string,
  { nodes }: Discovery,
  { drifts, unknown }: Comparison,
  colour: boolean,
): string {
  const paint = painter(colour);
  const heard = nodes.filter(({ answered }) => answered).length;
  const lines = drifts.map(
    ({ range, sentence }) =>
      `${file}:${range.start.line + 1}:${range.start.character + 1}: ${paint('differs', 'yellow')} ${plainLine(sentence, 1000)}`,
  );
  const unsaid = unknown.map(({ sentence }) => `${paint('unknown', 'dim')} ${plainLine(sentence, 1000)}`);
  const count =
    drifts.length === 0
      ? 'Nothing differs'
      : `${drifts.length} ${drifts.length === 1 ? 'difference' : 'differences'}`;
  return `${[...lines, ...unsaid, `${count}; ${heard} of ${nodes.length} nodes answered.`].join('\n')}\n`;
}
