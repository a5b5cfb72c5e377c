import type { Node } from '../cluster/cluster';
import type { NodeState } from '../heartbeat/state';

/** Which nodes the tree shows, as a person typed it. */
export interface NodeFilter {
  readonly text: string;
  matches(node: Node, state: NodeState | undefined, isPrimary: boolean): boolean;
}

type Field = (
  node: Node,
  state: NodeState | undefined,
  isPrimary: boolean,
) => readonly (string | undefined)[];

const fields: Readonly<Record<string, Field>> = {
  name: (node) => [node.name],
  address: (node) => [node.address],
  role: (node, _state, isPrimary) => [...node.roles, isPrimary ? 'primary' : undefined],
  state: (_node, state) => [state?.liveness ?? 'unknown', state?.verdict, state?.failure?.reason],
  rack: (node) => [node.rack],
  row: (node) => [node.row],
  room: (node) => [node.room],
};

/** The words that may stand before a colon, for the hint of the input box. */
export const filterFields: readonly string[] = Object.keys(fields);

/**
 * Reads a filter: words that must all be found, in any case, in a node's name, address, roles, state, rack, row or
 * room; `rack:r1` looks at the rack alone, and `-word` leaves out what has the word. undefined: shows everything.
 */
export function nodeFilter(text: string): NodeFilter | undefined {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '-');
  if (words.length === 0) return undefined;
  const tests = words.map(testOf);
  return {
    text: text.trim().replace(/\s+/g, ' '),
    matches: (node, state, isPrimary) => tests.every((test) => test(node, state, isPrimary)),
  };
}

function testOf(word: string): NodeFilter['matches'] {
  const isLeftOut = word.startsWith('-');
  const bare = isLeftOut ? word.slice(1) : word;
  const [name = '', ...rest] = bare.split(':');
  const field = rest.length > 0 && Object.hasOwn(fields, name) ? fields[name] : undefined;
  const wanted = field ? rest.join(':') : bare;
  const looked = field ? [field] : Object.values(fields);
  return (node, state, isPrimary) => {
    const found = looked.some((each) =>
      each(node, state, isPrimary).some((value) => holds(value?.toLowerCase(), wanted, field !== undefined)),
    );
    return found !== isLeftOut;
  };
}

/** `active` must not find `inactive`: a state is a word of its own, everything else may be a part. */
function holds(value: string | undefined, wanted: string, isField: boolean): boolean {
  if (value === undefined) return false;
  if (wanted === 'active') return value === wanted;
  return isField && wanted === '' ? value === '' : value.includes(wanted);
}
