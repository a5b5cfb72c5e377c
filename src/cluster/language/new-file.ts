import type { SystemSpec } from '../spec';
import type { Proposal } from './completion';
import { literal } from './snippet';
import { template } from './template';

/** Stands for the cluster's name until the snippet is built. */
const placeholder = 'CLUSTER-NAME';

/** For a file in which nothing is written yet: a first cluster file of each system. */
export function newFileCompletions(specs: readonly SystemSpec[]): readonly Proposal[] {
  return specs.map((spec, index) => ({
    label: `${spec.id} cluster`,
    kind: 'snippet',
    detail: `a new cluster file for ${spec.title}`,
    doc: `A first cluster file for ${spec.title}, with example nodes and what the file needs.`,
    insert: literal(template(spec, placeholder)).replace(placeholder, '${1:storage}'),
    // Before the single keys.
    rank: index - specs.length,
    asksAgain: false,
  }));
}
