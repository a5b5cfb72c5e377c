import type { Cluster, Node } from '../cluster/cluster';
import { SshError } from '../ssh/error';
import { freeName, nameFrom } from './address';
import type { AskedNode } from './discovered';
import type { Answer } from './discoverer';
import type { DiscoverOptions, Discovery } from './discovery';
import { readHost } from './host';
import { readParts, type Parts } from './parts';
import { discoveryScript } from './script';
import { clusterText } from './write';

/** Bytes of one node's answer. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Asks nodes what runs on them, and writes the cluster file that says so. A node that does not answer spoils
 * nothing. Rejects only with the reason of `signal`.
 */
export async function discover(options: DiscoverOptions): Promise<Discovery> {
  const { cluster, discoverer, spec, signal, name, onNode } = options;
  signal?.throwIfAborted();
  const script = discoveryScript(discoverer);
  const heard = await Promise.all(
    cluster.nodes.map(async (node) => {
      const one = await ask(node, script, options);
      // A cancelled question is no news of the node.
      if (!signal?.aborted) onNode?.(askedNode(node, one));
      return one;
    }),
  );
  signal?.throwIfAborted();

  const hosts = heard.map(({ parts }) => readHost(parts));
  const named = withNames(
    cluster,
    hosts.map(({ hostName }) => hostName),
  );
  const nodes = named.nodes.map((node, index) => askedNode(node, heard[index] ?? silent));
  const answers = named.nodes.flatMap((node, index): Answer[] => {
    const [one, host] = [heard[index], hosts[index]];
    return one && host && one.parts.size > 0 ? [{ node, host, facts: discoverer.read(one.parts) }] : [];
  });
  const live = discoverer.combine(answers, named);
  const unknown = [
    ...nodes.flatMap(({ name: node, problems }) => problems.map((sentence) => ({ sentence, node }))),
    ...live.unknown,
  ];
  const text = clusterText({ spec, cluster: named, live, nodes, ...(name === undefined ? {} : { name }) });
  return { text, live, nodes, unknown };
}

interface Heard {
  readonly parts: Parts;
  readonly problems: readonly string[];
  readonly reason?: AskedNode['reason'];
}

const silent: Heard = { parts: new Map(), problems: [] };

async function ask(node: Node, script: string, options: DiscoverOptions): Promise<Heard> {
  const { connections, timeoutMs, signal } = options;
  let sofar = '';
  try {
    const result = await connections.to(node.name).exec(script, {
      timeoutMs,
      maxBytes: MOST_BYTES,
      ...(signal ? { signal } : {}),
      onOutput: (text, stream) => {
        if (stream === 'stdout' && sofar.length < MOST_BYTES) sofar += text;
      },
    });
    const parts = readParts(result.stdout);
    if (parts.size === 0)
      return {
        parts,
        reason: 'unreadable',
        problems: [
          `Node ${node.name} answered, but ran nothing that it was asked (${firstLine(result.stderr) || `exit status ${result.exitCode ?? 'none'}`}). Log in there and look whether its login shell runs commands.`,
        ],
      };
    if (!result.truncated) return { parts, problems: [] };
    return {
      parts,
      problems: [`The answer of node ${node.name} was longer than what is read; its end is missing.`],
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = error instanceof SshError ? error.reason : 'unreadable';
    const parts = readParts(sofar);
    if (parts.size === 0) return { parts, reason, problems: [message] };
    return { parts, problems: [`${message} What it had said until then was read.`] };
  }
}

function askedNode({ name, address }: Node, { parts, problems, reason }: Heard): AskedNode {
  return {
    name,
    address,
    answered: parts.size > 0,
    problems,
    ...(reason && parts.size === 0 ? { reason } : {}),
  };
}

function firstLine(text: string): string {
  return (
    text
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line !== '') ?? ''
  ).slice(0, 200);
}

/** Nodes of which only the address was known get the names that the machines give themselves. */
function withNames(cluster: Cluster, hostNames: readonly (string | undefined)[]): Cluster {
  const taken = new Set(cluster.nodes.flatMap(({ name, roles }) => (roles.length > 0 ? [name] : [])));
  const nodes = cluster.nodes.map((node, index): Node => {
    if (node.roles.length > 0) return node;
    const own = hostNames[index];
    const isUsable = own !== undefined && !/^(localhost|\(none\)|$)/.test(own);
    return { ...node, name: freeName(isUsable ? nameFrom(own) : node.name, taken) };
  });
  return { ...cluster, nodes };
}
