import type { Node } from '../../cluster/cluster';
import type { PlanInput } from '../../failover/planner';

/** Lines `ID TIME OPERATION` of the last changes in some changelogs of a node, by id. */
function tailsOf(input: PlanInput, node: Node, files: RegExp): ReadonlyMap<string, string> {
  const answer = input.answers.get(node.name);
  const text = answer && 'result' in answer ? answer.result.stdout : '';
  const block = /^@@ tails\n([^]*?)^@@ over$/m.exec(text)?.[1] ?? '';
  const changes = new Map<string, string>();
  for (const part of block.split(/^== /m)) {
    const [name = '', ...lines] = part.split('\n');
    if (!files.test(name)) continue;
    for (const line of lines) {
      const [id, ...what] = line.split(' ');
      if (id !== undefined && what.length === 2) changes.set(id, what.join(' '));
    }
  }
  return changes;
}

/**
 * Whether what a metalogger got last is what this master did: split histories share the file system's id and the
 * numbers of changes, so that only the changes themselves tell them apart. True also while no change is known of both.
 */
export function sameHistory(input: PlanInput, master: Node, metalogger: Node): boolean {
  const own = tailsOf(input, master, /^changelog\.\d+\.mfs$/);
  const received = tailsOf(input, metalogger, /^changelog_ml(_back)?\.\d+\.mfs$/);
  for (const [id, what] of received) {
    const same = own.get(id);
    if (same !== undefined && same !== what) return false;
  }
  return true;
}

/** The node's own clock when it was surveyed, epoch seconds; 0 when it did not say. */
export function nodeClock(input: PlanInput, node: Node): number {
  const answer = input.answers.get(node.name);
  const text = answer && 'result' in answer ? answer.result.stdout : '';
  return Number(/^now=(\d+)$/m.exec(text)?.[1] ?? 0);
}
