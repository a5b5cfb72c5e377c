import type { Cluster } from '../../cluster/cluster';
import { formatDuration } from '../../cluster/duration';
import { formatSize } from '../../cluster/size';
import type { ClusterState } from '../../heartbeat/state';
import type { SystemRow, Tone } from '../system-row';
import { chunkMeaning, chunkTotal, rebuildLeft } from './chunks';
import { vstorageClusterFacts, type Silence, type VstorageClusterFacts } from './facts';
import { chunkKinds, type ChunkKind, type ChunkService, type VstorageObservation } from './observation';
import { healthyShare, plural, processSentences, silenceSentence, waitOf, type Told } from './process-text';
import type { CsProcess, Process, Stage } from './process';
import { parameterNames, sourceText } from './thresholds';

const stageTone: Readonly<Record<Stage, Tone>> = {
  unknown: 'unknown',
  stable: 'good',
  waiting: 'warning',
  held: 'warning',
  rebuilding: 'busy',
  suppressed: 'bad',
  'cannot-rebuild': 'bad',
  'needs-cs': 'bad',
};

/** What only vstorage knows of a cluster: where it is in the process, its chunks, its MDS and its chunk services by node. */
export function vstorageRows({ cluster, reading, nodes }: ClusterState, now: number): readonly SystemRow[] {
  const facts = vstorageClusterFacts(reading);
  const { vstorage: observation, process, silence } = facts;
  if (!observation || !process) {
    const why = nodes.flatMap(({ stale }) => stale).find(({ probe }) => probe === 'vstorage-stat')?.message;
    return [redundancyRow(unheard(cluster, silence, now), why, silence ? 'bad' : 'unknown')];
  }
  const told: Told = { cluster, observation, process, now };
  const rows = [
    ...chunkRows(observation),
    ...metadataRows(observation),
    ...serviceRows(told),
    thresholdsRow(observation),
  ];
  return [overview(told, facts), ...(silence ? rows.map(aged) : rows)];
}

/** A row of what was true before everybody fell silent: nothing in it is known to be well now. */
function aged(row: SystemRow): SystemRow {
  return {
    ...row,
    ...(row.description === undefined ? {} : { description: `before: ${row.description}` }),
    tone: row.tone === 'none' ? 'none' : 'unknown',
    ...(row.children ? { children: row.children.map(aged) } : {}),
  };
}

/** The question may be under way: only after a while is silence worth a word. */
function unheard(cluster: Cluster, silence: Silence | undefined, now: number): string {
  return silence && now > silence.since ? silenceSentence(cluster, silence, now) : 'no answer yet';
}

function redundancyRow(description: string, tooltip: string | undefined, tone: Tone): SystemRow {
  return {
    id: 'redundancy',
    label: 'Redundancy',
    description,
    ...(tooltip === undefined ? {} : { tooltip }),
    tone,
  };
}

function overview(told: Told, { silence }: VstorageClusterFacts): SystemRow {
  const sentences = processSentences(told);
  const [headline = '', ...more] = silence
    ? [silenceSentence(told.cluster, silence, told.now), ...sentences.map((one) => `before: ${one}`)]
    : sentences;
  const tone = silence ? 'bad' : stageTone[told.process.stage];
  // Data that nobody can reach is worse than anything that goes on.
  const isLost = told.process.obstacles.some(({ kind }) => kind === 'needs-cs');
  return {
    ...redundancyRow(headline, [headline, ...more].join('\n'), isLost ? 'bad' : tone),
    ...(more.length === 0
      ? {}
      : {
          children: more.map((sentence, index) => ({
            id: `redundancy:${index}`,
            label: sentence,
            tone: sentence.startsWith('before: ') ? ('none' as const) : toneOf(sentence, told.process),
          })),
        }),
  };
}

function toneOf(sentence: string, { stage }: Process): Tone {
  if (/^(cannot|replication is suppressed|offline chunks)/.test(sentence)) return 'bad';
  if (/overran|rebuild (starts|is due)|maintenance/.test(sentence)) return 'warning';
  return stageTone[stage];
}

const kindTone: Readonly<Record<ChunkKind, Tone>> = {
  offline: 'bad',
  blocked: 'bad',
  pending: 'bad',
  urgent: 'warning',
  degraded: 'warning',
  replicating: 'busy',
  overcommitted: 'none',
  deleting: 'none',
  void: 'none',
  standby: 'none',
  healthy: 'good',
};

/** Kinds that are worth a word in the summary. */
const troubled: readonly ChunkKind[] = ['offline', 'blocked', 'pending', 'urgent', 'degraded', 'replicating'];

function chunkRows(observation: VstorageObservation): SystemRow[] {
  const { chunks } = observation.stat;
  const known = chunkKinds.filter((kind) => chunks[kind] !== undefined);
  const share = healthyShare(observation);
  const bad = troubled.filter((kind) => (chunks[kind] ?? 0) > 0);
  const total = chunkTotal(chunks);
  const parts = [
    ...bad.map((kind) => `${chunks[kind]} ${kind}`),
    ...(share === undefined ? [] : [`${share} healthy`]),
  ];
  return [
    {
      id: 'chunks',
      label: 'Chunks',
      description: known.length === 0 ? 'unknown' : parts.length === 0 ? `${total}` : parts.join(', '),
      tone:
        known.length === 0
          ? 'unknown'
          : bad[0]
            ? kindTone[bad[0]]
            : rebuildLeft(chunks) === undefined
              ? 'unknown'
              : 'good',
      children: known
        .filter((kind) => kind === 'healthy' || (chunks[kind] ?? 0) > 0)
        .map((kind) => ({
          id: `chunks:${kind}`,
          label: kind,
          description: `${chunks[kind]}: ${chunkMeaning[kind]}`,
          tone: kindTone[kind],
        })),
    },
  ];
}

function metadataRows({ metadata, stat }: VstorageObservation): SystemRow[] {
  const { mdsCount } = stat;
  if (metadata.length === 0 && !mdsCount) return [];
  const lost = mdsCount ? mdsCount.total - mdsCount.available : 0;
  const spare = mdsCount ? Math.ceil(mdsCount.total / 2) - 1 - lost : 0;
  const master = metadata
    .filter(({ isMaster }) => isMaster)
    .map(({ id, node, host }) => `MDS ${id} on ${node ?? host ?? 'an unknown node'} is master`);
  return [
    {
      id: 'mds',
      label: 'Metadata services',
      description: [...(mdsCount ? [`${mdsCount.available} of ${mdsCount.total}`] : []), ...master].join(
        ', ',
      ),
      tooltip: mdsCount
        ? `A majority of ${Math.floor(mdsCount.total / 2) + 1} must live: ${spare > 0 ? `${spare} more may fail` : 'no other may fail'}.`
        : 'How many there are was not told.',
      tone: !mdsCount ? 'unknown' : lost === 0 ? 'good' : spare > 0 ? 'warning' : 'bad',
      children: metadata.map(({ id, isMaster, status, node, host }) => ({
        id: `mds:${id}`,
        label: `MDS ${id}${isMaster ? ' (master)' : ''}`,
        description: [status ?? 'state unknown', node ?? host ?? 'node unknown'].join(', '),
        tone: status === undefined ? 'unknown' : /^(avail|active|ok)/.test(status) ? 'good' : 'bad',
        ...(node === undefined ? {} : { node }),
      })),
    },
  ];
}

function serviceRows(told: Told): SystemRow[] {
  const { chunkServices, stat } = told.observation;
  const steps = new Map(told.process.services.map((cs) => [cs.id, cs]));
  const places = [...new Set(chunkServices.map(({ node, host }) => node ?? host ?? ''))].toSorted(
    byNode(told.cluster),
  );
  const children = places.map((place): SystemRow => {
    const own = chunkServices.filter(({ node, host }) => (node ?? host ?? '') === place);
    const rows = own.map((cs) => serviceRow(told, cs, steps.get(cs.id)));
    const node = own[0]?.node;
    return {
      id: `cs-of:${place}`,
      label: place === '' ? '(node unknown)' : place,
      description: summary(own),
      tone: worst(rows.map(({ tone }) => tone)),
      ...(node === undefined ? {} : { node }),
      children: rows,
    };
  });
  const unread =
    stat.unreadableRows > 0
      ? `, ${stat.unreadableRows} ${plural(stat.unreadableRows, 'row')} could not be read`
      : '';
  return [
    {
      id: 'cs',
      label: 'Chunk services',
      description: `${stat.chunkServices === undefined ? 'unknown' : summary(chunkServices)}${unread}`,
      tone: children.length === 0 ? 'unknown' : worst(children.map(({ tone }) => tone)),
      children,
    },
  ];
}

function byNode({ nodes }: Cluster): (a: string, b: string) => number {
  const place = (name: string) => {
    const index = nodes.findIndex((node) => node.name === name);
    return index < 0 ? nodes.length : index;
  };
  return (a, b) => place(a) - place(b);
}

/** `4 active, 1 failed`. */
function summary(services: readonly ChunkService[]): string {
  const counts = new Map<string, number>();
  for (const { state } of services) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts.size === 0 ? 'none' : [...counts].map(([state, number]) => `${number} ${state}`).join(', ');
}

function serviceRow(told: Told, cs: ChunkService, step: CsProcess | undefined): SystemRow {
  const { id, disk, space, free, tier, node, flags } = cs;
  const size =
    space !== undefined && free !== undefined
      ? `${formatSize(free)} free of ${formatSize(space)}`
      : undefined;
  const lines = [
    ...(disk === undefined ? [] : [`Disk: ${disk}`]),
    ...(tier === undefined ? [] : [`Tier: ${tier}`]),
    ...(size === undefined ? [] : [`Space: ${size} (as printed, three digits)`]),
    ...(cs.replicas === undefined ? [] : [`Replicas: ${cs.replicas}`]),
    ...(cs.unique === undefined || cs.unique === 0
      ? []
      : [`Chunks of which it has the only replica: ${cs.unique}`]),
    ...(flags ? [`Flags: ${flags}`] : []),
  ];
  return {
    id: `cs:${id}`,
    label: `CS ${id}`,
    description: [stateText(told, cs, step), ...(cs.state === 'active' && size ? [size] : [])].join(', '),
    ...(lines.length === 0 ? {} : { tooltip: lines.join('\n') }),
    tone: stateTone(cs, step),
    ...(node === undefined ? {} : { node }),
  };
}

/** What a flag of a failed chunk service means. */
const flagText: Readonly<Record<string, string>> = {
  H: 'I/O error',
  h: 'checksum mismatch',
  S: 'the SSD of its journal cannot be reached',
  s: 'the SSD of its cache cannot be reached',
  R: 'its repository is not mounted',
  T: 'I/O timeout',
};

/** Letters behind a failed chunk service in words; those that nobody knows are left out. */
export function flagWords(flags: string | undefined): readonly string[] {
  return [...(flags ?? '')].flatMap((letter) => flagText[letter] ?? []);
}

function stateText(told: Told, cs: ChunkService, step: CsProcess | undefined): string {
  const wait = step && waitOf(told, step);
  switch (cs.state) {
    case 'active':
      return cs.isBeingReleased === true ? 'active, being released' : 'active';
    case 'inactive':
      return wait ? `inactive: ${wait}` : 'inactive';
    case 'maintenance':
      return wait
        ? `maintenance: ${wait.replace(/^(held: )?maintenance,? ?/, '')}`
        : 'maintenance, still answers';
    case 'offline':
      return `offline${step?.overran === true ? ' after a maintenance that overran' : ''}: ${afterwards(told.process)}`;
    case 'failed': {
      const words = flagWords(cs.flags);
      return words.length > 0 ? `failed: ${words.join(', ')}` : 'failed';
    }
    case 'dropped':
      return 'dropped by an administrator';
    case 'ill':
      return 'ill: slow, kept out of the I/O';
    case 'releasing':
      return 'being released: its data moves away';
    case 'released':
      return 'released';
    case 'unknown':
      return cs.word === undefined ? 'state unknown' : `state “${cs.word}”, which is not known here`;
  }
}

/** What becomes of the data of a chunk service that was given up. */
function afterwards({ stage }: Process): string {
  if (stage === 'suppressed') return 'not rebuilt, replication is suppressed';
  if (stage === 'cannot-rebuild') return 'cannot be rebuilt now';
  return stage === 'stable' ? 'given up, nothing is left to rebuild' : 'given up, its data is rebuilt';
}

function stateTone({ state }: ChunkService, step: CsProcess | undefined): Tone {
  switch (state) {
    case 'active':
      return 'good';
    case 'inactive':
    case 'ill':
      return 'warning';
    case 'maintenance':
      return step?.overran === true ? 'bad' : 'warning';
    case 'offline':
    case 'failed':
      return 'bad';
    case 'releasing':
      return 'busy';
    case 'dropped':
    case 'released':
      return 'none';
    case 'unknown':
      return 'unknown';
  }
}

const order: readonly Tone[] = ['bad', 'warning', 'busy', 'unknown', 'good', 'none'];

function worst(tones: readonly Tone[]): Tone {
  return order.find((tone) => tones.includes(tone)) ?? 'unknown';
}

function thresholdsRow({ thresholds }: VstorageObservation): SystemRow {
  const { offlineTimeout, maintenanceTimeout, maxOffline, fillMargin } = thresholds;
  const counted = maxOffline.by === 'hosts' ? 'hosts' : 'chunk services';
  const rows = [
    ['offlineTimeout', 'Offline after', formatDuration(offlineTimeout.value), offlineTimeout],
    [
      'maintenanceTimeout',
      'In maintenance after',
      formatDuration(maintenanceTimeout.value),
      maintenanceTimeout,
    ],
    ['maxOffline', `Suppressed above`, `${maxOffline.value} offline ${counted}`, maxOffline],
    ['fillMargin', 'Fill margin', `${fillMargin.value} %`, fillMargin],
  ] as const;
  return {
    id: 'thresholds',
    label: 'Thresholds',
    description: `offline after ${formatDuration(offlineTimeout.value)}, in maintenance after ${formatDuration(maintenanceTimeout.value)} (${sourceText[offlineTimeout.source]})`,
    tone: 'none',
    children: rows.map(([key, label, text, { source }]) => ({
      id: `thresholds:${key}`,
      label,
      description: `${text} (${sourceText[source]})`,
      tooltip: parameterNames[key],
      tone: 'none',
    })),
  };
}
