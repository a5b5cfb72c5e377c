import { observed } from '../heartbeat/observed';
import { systemClock } from '../heartbeat/clock';
import { look } from '../heartbeat/look';
import type { ClusterState } from '../heartbeat/state';
import { answerWhatIf, type WhatIfAnswer } from '../rebuild/what-if/answer';
import { awayOf } from '../rebuild/what-if/away';
import { lossOf } from '../rebuild/what-if/loss';
import type { TierOutcome } from '../rebuild/what-if/what-if';
import type { Cluster } from '../cluster/cluster';
import { check } from '../rules/check';
import { openConnections } from '../ssh/connections';
import { systemOf, systems } from '../systems/index';
import { chooseCluster, openClusterFile } from './cluster-file';
import type { Context } from './context';
import { Exit, UsageError, type ExitStatus } from './exit';
import type { Invocation } from './invocation';
import { toJson } from './json';
import { painter } from './output';
import { Prompts } from './prompts';
import { isAttended, sshOptions } from './ssh-options';

type Arguments = Extract<Invocation, { command: 'whatif' }>;

/** How long the nodes may take to say how full their disks are, milliseconds. */
const LIVE_LOOK = 20_000;

/** Says what comes of data, writes and the rebuild when some nodes are gone at once. Changes nothing. */
export async function whatif(args: Arguments, context: Context): Promise<ExitStatus> {
  const { output } = context;
  const file = await openClusterFile(args.file, output, true);
  const cluster = chooseCluster(file, args.cluster);
  const loss = lossOf(cluster, args.lose);
  if ('problem' in loss) throw new UsageError(`${file.name}: ${loss.problem}`);
  const seen = args.live ? await seenNow(cluster, args, context) : undefined;
  const { documents } = check(file.bytes, systems);
  const draft = documents.find((one) => one.cluster?.name === cluster.name)?.draft;
  if (!draft) throw new RangeError('A cluster without its document.');
  const { whatIf: consequencesOf } = systemOf(cluster);
  const answer = answerWhatIf(draft, cluster, loss.lost, {
    ...(seen ? { observed: observed(seen), away: awayOf(seen) } : {}),
    ...(args.bandwidth === undefined
      ? {}
      : { speed: { by: 'bandwidth', bytesPerSecond: args.bandwidth } as const }),
    ...(consequencesOf ? { consequencesOf } : {}),
  });
  output.answer(
    args.format === 'json' ? `${toJson(json(cluster, answer), 2)}\n` : text(cluster, answer, output.colour),
  );
  return answer.isBad ? Exit.badNews : Exit.fine;
}

async function seenNow(
  cluster: Cluster,
  args: Arguments,
  { output, signal }: Context,
): Promise<ClusterState> {
  const prompts = isAttended() ? new Prompts(signal) : undefined;
  const connections = openConnections(cluster, sshOptions(args, output, prompts));
  try {
    const { state } = await look({
      cluster,
      connections,
      probes: systemOf(cluster).probes,
      clock: systemClock,
      timeoutMs: LIVE_LOOK,
      signal,
      log: (line) => output.say(`standby: ${line}`),
    });
    return state;
  } finally {
    connections.dispose();
  }
}

function text(cluster: Cluster, { lost, sentences, isBad }: WhatIfAnswer, colour: boolean): string {
  const paint = painter(colour);
  const head = `${paint(cluster.name, 'bold')} (${cluster.system}) without ${lost.join(', ')}:`;
  const lines = sentences.map((sentence) => `  ${sentence}`);
  return `${[head, ...lines, isBad ? paint('  This is not safe.', 'red', 'bold') : paint('  This is survivable.', 'green')].join('\n')}\n`;
}

function json(cluster: Cluster, { lost, tiers, consequences, isBad, sentences }: WhatIfAnswer): unknown {
  return {
    cluster: cluster.name,
    system: cluster.system,
    lost,
    safe: !isBad,
    tiers: tiers.map(tierJson),
    consequences,
    sentences,
  };
}

function tierJson({
  tier,
  kind,
  pieces,
  data,
  domains,
  hit,
  left,
  worst,
  loss,
  blocked,
  rebuild,
  seconds,
  survivors,
}: TierOutcome & { readonly seconds?: number }): unknown {
  return {
    ...(tier === undefined ? {} : { tier }),
    failureDomain: kind,
    pieces,
    dataPieces: data,
    domains,
    lostDomains: hit,
    domainsLeft: left,
    worst,
    dataLost: loss === 'kept' ? 'no' : loss,
    writesBlocked: blocked === 'kept' ? 'no' : blocked,
    rebuild: { ...rebuild, ...(seconds === undefined ? {} : { seconds: Math.ceil(seconds) }) },
    survivors,
  };
}
