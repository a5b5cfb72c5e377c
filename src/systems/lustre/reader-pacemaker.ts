import { parser as newParser, type Tag } from 'sax';
import { UnreadableError } from '../../heartbeat/probe';
import type { PacemakerNode, PacemakerReading, PacemakerResource } from './observation';
import { present, unreadable } from './reader-text';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
}

/** Reads `crm_mon -1 --output-as=xml` (2.x) and `crm_mon -1 --as-xml` (1.1). Throws `UnreadableError`. */
export function readCrmMon(text: string): PacemakerReading {
  const root = elements(text);
  if (root.name !== 'pacemaker-result' && root.name !== 'crm_mon')
    throw unreadable('crm_mon', 'pacemaker-result or crm_mon as the root', `<${root.name}>`);
  const summary = child(root, 'summary');
  const dc = child(summary, 'current_dc')?.attributes;
  const options = child(summary, 'cluster_options')?.attributes;
  const nodes = child(root, 'nodes');
  const resources = child(root, 'resources');
  if (!nodes || !resources) throw unreadable('crm_mon', '<nodes> and <resources>', text);
  return {
    ...present({
      version: dc?.['version'],
      quorum: yes(dc?.['with_quorum']),
      fencing: yes(options?.['stonith-enabled']),
      maintenance: yes(options?.['maintenance-mode']),
    }),
    nodes: childrenOf(nodes, 'node').map(node),
    resources: resources.children.flatMap((each) => resourcesIn(each)),
    failures: childrenOf(child(root, 'failures'), 'failure').map(({ attributes }) => ({
      node: attributes['node'] ?? '',
      what: attributes['op_key'] ?? attributes['task'] ?? attributes['id'] ?? '',
    })),
    bans: childrenOf(child(root, 'bans'), 'ban').map(({ attributes }) => ({
      id: attributes['id'] ?? '',
      resource: attributes['resource'] ?? '',
      node: attributes['node'] ?? '',
    })),
  };
}

function node({ attributes }: Element): PacemakerNode {
  return {
    name: attributes['name'] ?? '',
    online: attributes['online'] === 'true',
    standby: attributes['standby'] === 'true' || attributes['standby_onfail'] === 'true',
    maintenance: attributes['maintenance'] === 'true',
    unclean: attributes['unclean'] === 'true',
    isDc: attributes['is_dc'] === 'true',
  };
}

/** A resource may stand in a clone, a group, a bundle, or a group in a clone. */
function resourcesIn(element: Element, parent?: string): readonly PacemakerResource[] {
  if (element.name !== 'resource') {
    const id = element.attributes['id'] ?? parent;
    return element.children.flatMap((each) => resourcesIn(each, id));
  }
  const { attributes } = element;
  const said = attributes['role'] ?? '';
  return [
    {
      id: attributes['id'] ?? '',
      agent: attributes['resource_agent'] ?? '',
      role: said === 'Master' ? 'Promoted' : said === 'Slave' ? 'Unpromoted' : said,
      said,
      managed: attributes['managed'] === 'true',
      failed: attributes['failed'] === 'true',
      nodes: childrenOf(element, 'node').map((each) => each.attributes['name'] ?? ''),
      ...(parent === undefined ? {} : { parent }),
    },
  ];
}

const yes = (text: string | undefined): boolean | undefined =>
  text === 'true' ? true : text === 'false' ? false : undefined;

function child(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find((each) => each.name === name);
}

function childrenOf(element: Element | undefined, name: string): readonly Element[] {
  return element?.children.filter((each) => each.name === name) ?? [];
}

/** The elements of a document that is whole; texts between them are left out. Throws `UnreadableError`. */
function elements(text: string): Element {
  const parser = newParser(true);
  const open: Element[] = [];
  let root: Element | undefined;
  parser.onerror = (error) => {
    throw new UnreadableError(`crm_mon: expected XML, found ${error.message.split('\n')[0] ?? 'none'}.`);
  };
  parser.onopentag = (tag) => {
    // Without the option for name spaces tags are plain ones.
    const { name, attributes } = tag as Tag;
    const element: Element = {
      name,
      attributes,
      children: [],
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  };
  parser.onclosetag = () => open.pop();
  parser.write(text).close();
  if (!root) throw unreadable('crm_mon', 'XML', text);
  return root;
}
