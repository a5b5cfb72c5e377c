import { emptyPlan } from '../../failover/blank';
import type { Plan } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import { names, type Move } from './plan-parts';
import { planSwitch } from './plan-switch';
import { lustreSection, partnerOf } from './section';
import { nodeNamed, oddity, pairOf, servingOf, situationOf } from './situation';

/**
 * Moves a target, or all targets whose primary a node is, back to where the file says they belong: resources that are down
 * there are brought up and waited for, then it is an orderly switch. Pure.
 */
export function planFailback(input: PlanInput): Plan {
  const { cluster, request } = input;
  const plan = emptyPlan(input);
  const refuse = (refused: string): Plan => ({ ...plan, refused });
  const section = lustreSection(cluster);
  const situation = situationOf(input);
  const wanted = section.targets.filter(({ name, primary }) =>
    section.targets.some((each) => each.name === request.target)
      ? name === request.target
      : primary === request.target,
  );
  if (wanted.length === 0)
    return refuse(`${request.target} is the primary of no target: there is nothing to bring back there.`);
  const moves: Move[] = [];
  for (const target of wanted) {
    const pair = pairOf(situation, target);
    if ('refused' in pair) return refuse(pair.refused);
    const odd = oddity(pair);
    if (odd !== undefined) return refuse(odd);
    const [quiet] = pair.silent;
    if (quiet)
      return refuse(
        `${quiet.node.name} does not answer (${quiet.error.reason}). A fail-back of ${target.name} can wait until both nodes of its pair do.`,
      );
    const [serving] = servingOf(pair);
    if (serving?.node.name === target.primary) continue;
    const other = partnerOf(target, target.primary);
    if (other === undefined) return refuse(`${target.name} has no secondary to come back from.`);
    moves.push({ target, from: nodeNamed(cluster, other), to: nodeNamed(cluster, target.primary) });
  }
  if (moves.length === 0)
    return {
      ...plan,
      nothingToDo: `${names(wanted)} ${wanted.length === 1 ? 'is' : 'are'} at home already.`,
    };
  return planSwitch(input, situation, moves, { mayBringUp: true });
}
