import type { Finding, Fix } from '../cluster/finding';
import { childOf, type Entry } from '../cluster/language/entry';
import { neededRole, nodesIn } from '../cluster/language/nodes';
import { outline } from '../cluster/language/outline';
import { specOfRoot, valueSpecs } from '../cluster/language/specs';
import { documentAt, entryAt } from '../cluster/language/spot';
import { Lines } from '../cluster/lines';
import type { SystemSpec } from '../cluster/spec';

/**
 * The fix of `wrong-role` at a reference: the node that is named gets the role that is needed there. None
 * for a role that is misspelt, and where several nodes share one list of roles.
 */
export function addRole({ range }: Finding, spec: SystemSpec, text: string): readonly Fix[] {
  const shape = outline(text);
  const lines = new Lines(text);
  const offset = lines.offset(range.start);
  const root = documentAt(shape, offset);
  const reference = root && entryAt(root, offset);
  const name = reference?.value?.text;
  if (!reference || name === undefined) return [];
  const role = valueSpecs(reference, specOfRoot(reference, [spec]))
    .map((one) => neededRole(one, reference))
    .find((one) => one !== undefined);
  const node = nodesIn(root).find((one) => one.name?.text === name)?.entry;
  const found = role === undefined ? undefined : insertion(childOf(node, 'roles'), role, text);
  if (role === undefined || !found) return [];
  const position = lines.position(found.at);
  return [
    {
      title: `Add the role ${role} to ${name}`,
      edits: [{ range: { start: position, end: position }, newText: found.newText }],
    },
  ];
}

function insertion(
  roles: Entry | undefined,
  role: string,
  text: string,
): { readonly at: number; readonly newText: string } | undefined {
  const last = roles?.children.at(-1);
  // With an anchor the list belongs to other nodes too.
  if (!roles || roles.anchor || !last?.value) return undefined;
  const end = last.value.end + (last.value.quote ? 1 : 0);
  if (roles.flow) return roles.flow.close === undefined ? undefined : { at: end, newText: `, ${role}` };
  const rest = /^[ \t]*(#[^\r\n]*)?/.exec(text.slice(end, end + 1000))?.[0] ?? '';
  return { at: end + rest.length, newText: `\n${' '.repeat(last.column)}- ${role}` };
}
