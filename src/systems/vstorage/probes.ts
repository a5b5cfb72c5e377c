import type { Cluster, Node } from '../../cluster/cluster';
import { disksProbe } from '../../heartbeat/disks-probe';
import type { NodeReading, Probe, Probes, ServiceReading } from '../../heartbeat/probe';
import type { ExecResult } from '../../ssh/connection';
import { combine } from './probes-combine';
import {
  configScript,
  endMark,
  eventsScript,
  noVinfraMark,
  processByRole,
  serviceScript,
  statScript,
  vinfraParts,
  vinfraScript,
} from './probes-scripts';
import { readConfig } from './reader-config';
import { readEvents, type NodeClock } from './reader-events';
import { readStat } from './reader-stat';
import { unreadable } from './reader-text';
import { readVinfraDisks, readVinfraNodes, readVinfraOverview } from './reader-vinfra';

/** So many nodes are asked, one after the other, before a question counts as unanswered: each may wait for MDS that are gone. */
const MOST_ASKED = 4;

/** vinfra is on the machine with the panel, which is one of the first in most files; a thousand nodes are not searched for it. */
const MOST_SEARCHED = 32;

const timeoutMs = 9_000;

/** Nodes that can speak for the cluster: those with an MDS first, then the others that are there. */
function speakers(cluster: Cluster, heard: ReadonlyMap<string, NodeReading>): readonly string[] {
  const there = cluster.nodes.filter(({ name }) => heard.has(name));
  const rank = ({ roles }: Node) => (roles.includes('mds') ? 0 : roles.includes('cs') ? 1 : 2);
  return there
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, MOST_ASKED)
    .map(({ name }) => name);
}

/** How the cluster is; every beat, of one node. */
const statProbe: Probe = {
  id: 'vstorage-stat',
  everyBeats: 1,
  timeoutMs,
  candidates: speakers,
  script: (cluster) => statScript(cluster),
  read(result) {
    const { text, clock } = answer('vstorage stat', result);
    return { facts: { stat: { report: readStat(text), ...(clock ? { clock: clock.now } : {}) } } };
  },
};

/** Somebody seldom changes it. */
const configProbe: Probe = {
  id: 'vstorage-config',
  everyBeats: 12,
  timeoutMs,
  candidates: speakers,
  script: (cluster) => configScript(cluster),
  read(result) {
    const { text, clock } = answer('vstorage get-config', result);
    return { facts: { config: { values: readConfig(text), ...(clock ? { clock: clock.now } : {}) } } };
  },
};

const eventsProbe: Probe = {
  id: 'vstorage-events',
  everyBeats: 6,
  timeoutMs,
  candidates: speakers,
  script: (cluster) => eventsScript(cluster),
  read(result) {
    const { text, clock } = answer('vstorage get-event', result);
    return { facts: { events: { list: readEvents(text, clock), ...(clock ? { clock: clock.now } : {}) } } };
  },
};

/** A node without vinfra reads nothing: then the next one is asked. */
const vinfraProbe: Probe = {
  id: 'vstorage-vinfra',
  everyBeats: 12,
  timeoutMs: 60_000,
  candidates: (cluster, heard) =>
    cluster.nodes
      .filter(({ name }) => heard.has(name))
      .slice(0, MOST_SEARCHED)
      .map(({ name }) => name),
  script: () => vinfraScript(),
  read: readVinfra,
};

const serviceProbe: Probe = {
  id: 'vstorage-services',
  everyBeats: 3,
  timeoutMs: 5_000,
  script: (_cluster, node) => (expected(node).length > 0 ? serviceScript() : undefined),
  read: (result, _cluster, node) => ({ services: servicesOf(node, answer('process list', result).text) }),
};

/** The part of an answer before its end mark, without the line of the clock. Throws `UnreadableError`. */
function answer(from: string, result: ExecResult): { readonly text: string; readonly clock?: NodeClock } {
  const lines = result.stdout.trimEnd().split('\n');
  if (result.truncated) throw unreadable(from, 'a whole answer', 'an answer that was cut off for its length');
  if (lines.at(-1)?.trim() !== endMark)
    throw unreadable(from, `“${endMark}” as the last line`, (lines.at(-1) ?? '') || result.stderr);
  const match = /^clock\|(\d{9,11})\|([+-])(\d{2})(\d{2})$/.exec(lines[0]?.trim() ?? '');
  const [, seconds, sign, hours, minutes] = match ?? [];
  const text = lines.slice(lines[0]?.startsWith('clock|') ? 1 : 0, -1).join('\n');
  return {
    // “command not found”, or that no MDS answers, says more than an empty answer.
    text: text.trim() === '' ? result.stderr : text,
    ...(match
      ? {
          clock: {
            now: Number(seconds) * 1000,
            zone: (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)),
          },
        }
      : {}),
  };
}

function readVinfra(result: ExecResult): NodeReading {
  const { text } = answer('vinfra', result);
  if (text.trim() === noVinfraMark) return {};
  const parts = new Map<string, string>();
  const blocks = text.split(/^standby:(\w+)$/m);
  for (let i = 1; i + 1 < blocks.length; i += 2) parts.set(blocks[i] ?? '', blocks[i + 1] ?? '');
  const [overview, nodes, disks] = vinfraParts.map((name) => parts.get(name) ?? '');
  const vinfra = {
    ...attempt('overview', readVinfraOverview, overview),
    ...attempt('nodes', readVinfraNodes, nodes),
    ...attempt('disks', readVinfraDisks, disks),
  };
  // Of three answers one may be of an edition that nobody knows; when all are, something else is wrong.
  if (Object.keys(vinfra).length === 0) throw unreadable('vinfra', 'JSON', result.stderr || text);
  return { facts: { vinfra } };
}

function attempt<K extends string, T>(key: K, read: (text: string) => T, text = ''): Partial<Record<K, T>> {
  try {
    return { [key]: read(text) } as Partial<Record<K, T>>;
  } catch {
    return {};
  }
}

function expected(node: Node): readonly string[] {
  return node.roles.flatMap((role) => processByRole[role] ?? []);
}

/**
 * A process that is not there counts as stopped only where another one of vstorage is seen under the name that we
 * know: editions may call them differently.
 */
function servicesOf(node: Node, text: string): readonly ServiceReading[] {
  const seen = text.split('\n').flatMap((line) => {
    const match = /^process\|([\w-]+)\|\d+ \(.*\) ([A-Za-z]) /.exec(line);
    return match ? [{ name: match[1] ?? '', state: match[2] ?? '' }] : [];
  });
  return expected(node).map((name) => {
    const alive = seen.filter((one) => one.name === name && !['Z', 'X', 'x'].includes(one.state));
    if (alive.length === 0) return { name, state: seen.length > 0 ? 'stopped' : 'unknown' };
    return { name, state: alive.every(({ state }) => state === 'T' || state === 't') ? 'failed' : 'running' };
  });
}

/** What Standby asks the nodes of a vstorage cluster. */
export const vstorageNodeProbes: readonly Probe[] = [
  statProbe,
  configProbe,
  eventsProbe,
  vinfraProbe,
  serviceProbe,
  disksProbe,
];

/** The questions, and what the answers say together. */
export const vstorageProbes: Probes = { node: vstorageNodeProbes, combine };
