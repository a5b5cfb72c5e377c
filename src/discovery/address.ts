import { isIPv6 } from 'node:net';
import { normalAddress, readAddress } from '../cluster/address';
import type { Become, Cluster, Node } from '../cluster/cluster';
import type { SystemSpec } from '../cluster/spec';
import type { Destination } from '../ssh/destination';
import { parseJump } from '../ssh/jump';

/** The words after `discover` cannot be asked. `message` is a whole sentence: which, why, what to write. */
export class AddressProblem extends Error {
  override readonly name = 'AddressProblem';
}

/** What holds for all nodes that are asked. */
export interface AskOptions {
  /** Commands on the nodes run through `sudo -n`. */
  readonly become?: Become;
}

/** Reads `[USER@]HOST[:PORT]`; an IPv6 address with a port stands in brackets. Throws `AddressProblem`. */
export function readDestination(word: string): Destination {
  const text = word.trim();
  const at = text.lastIndexOf('@');
  const bare = text.slice(at + 1);
  const [hop, more] = isIPv6(bare)
    ? (parseJump(`${text.slice(0, at + 1)}[${bare}]`) ?? [])
    : (parseJump(text) ?? []);
  const port = hop?.destination.port;
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  if (!hop || more || /^ssh:/.test(text) || /[\s\p{Cc}]/u.test(text) || text.startsWith('-'))
    throw new AddressProblem(
      `'${shown}' is not an address to log in at. Write USER@HOST or USER@HOST:PORT, and an IPv6 address with a port as USER@[ADDRESS]:PORT.`,
    );
  if (port !== undefined && (port < 1 || port > 65_535))
    throw new AddressProblem(`The port of '${shown}' is not between 1 and 65535.`);
  const address = readAddress(hop.destination.host);
  if ('problem' in address) throw new AddressProblem(`${address.problem} It stands in '${shown}'.`);
  return hop.destination;
}

/**
 * A cluster of nodes of which only the addresses are known, to open connections to and to ask. An address that
 * stands twice is asked once. Throws `AddressProblem`.
 */
export function clusterToAsk(
  spec: SystemSpec,
  words: readonly string[],
  { become = 'none' }: AskOptions = {},
): Cluster {
  const places = new Set<string>();
  const names = new Set<string>();
  const nodes: Node[] = [];
  for (const word of words) {
    const { host, user, port } = readDestination(word);
    const place = `${normalAddress(host)} ${port ?? ''}`;
    if (places.has(place)) continue;
    places.add(place);
    nodes.push({
      name: freeName(nameFrom(host), names),
      address: host,
      roles: [],
      disks: [],
      ssh: { become, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) },
    });
  }
  if (nodes.length === 0) throw new AddressProblem('No address is given. Name at least one node.');
  const timing = { ...spec.timing, witnesses: 0 };
  return {
    name: spec.id,
    system: spec.id,
    isProtected: false,
    readOnly: true,
    heartbeat: timing,
    nodes,
    section: {},
  };
}

/** A node's name from what a machine is called: the first label of a host name, an address as it is. */
export function nameFrom(host: string): string {
  const label = /^[\d.]+$|:/.test(host) ? host : (host.split('.')[0] ?? host);
  const name = label
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 60);
  return name === '' ? 'node' : name;
}

/** The name, or the name with the first number that nobody has; it is taken then. */
export function freeName(name: string, taken: Set<string>): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (taken.has(candidate)) continue;
    taken.add(candidate);
    return candidate;
  }
}
