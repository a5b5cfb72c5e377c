import type { ClusterDraft } from '../cluster/draft';
import type { Located } from '../cluster/place';
import { finding } from './finding';
import type { Observed } from './observed';
import type { Rule } from './rule';

/** `console-unproven`: nobody knows to which machine the console is wired. */
export const consoleUnproven: Rule = (draft, observed) =>
  consoles(draft, observed)
    .filter(({ said }) => said === undefined)
    .map(({ node, written }) =>
      finding(
        'console-unproven',
        'information',
        written.range,
        `The console of ${node} is unproven: it was never seen to say anything but off while ${node} answered. It may be wired to another machine, so a failover would ask you to vouch for it. Run “Standby: Test Consoles” while ${node} answers.`,
      ),
    );

/** `console-contradicts`: the console says off of a node that answers. */
export const consoleContradicts: Rule = (draft, observed) =>
  consoles(draft, observed)
    .filter(({ node, said }) => said === 'contradicts' && observed?.answering?.has(node))
    .map(({ node, written }) =>
      finding(
        'console-contradicts',
        'error',
        written.range,
        `The console of ${node} says off, but ${node} answers: the console watches another machine, or lies. In a failover it counts for nothing. Correct its command, then run “Standby: Test Consoles”.`,
      ),
    );

interface WrittenConsole {
  readonly node: string;
  readonly written: Located<string>;
  readonly said: 'proven' | 'contradicts' | undefined;
}

/** The consoles of the file. A text that was changed is a console of which nothing is known. */
function consoles(draft: ClusterDraft, observed: Observed | undefined): readonly WrittenConsole[] {
  const known = observed?.consoles;
  if (!known) return [];
  return draft.nodes.flatMap(({ name, console: written }) => {
    if (!name || !written) return [];
    const found = known.get(name.value);
    return [{ node: name.value, written, said: found?.text === written.value ? found.said : undefined }];
  });
}
