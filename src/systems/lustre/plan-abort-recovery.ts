import { emptyPlan, emptyStep } from '../../failover/blank';
import type { Plan } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import { recovered, recoveryText } from './checks';
import { lockNodesOf } from './plan-parts';
import { abortRecoveryScript } from './scripts/target';
import { deviceOf, lustreSection } from './section';
import { pairOf, servingOf, situationOf } from './situation';

/** Ends the recovery of a target now, at the price of the clients that have not come back. Pure. */
export function planAbortRecovery(input: PlanInput): Plan {
  const { cluster, request } = input;
  const plan = emptyPlan(input);
  const refuse = (refused: string): Plan => ({ ...plan, refused });
  const section = lustreSection(cluster);
  const target = section.targets.find(({ name }) => name === request.target);
  if (!target || target.kind === 'MGT') return refuse(`${request.target} is no target that recovers.`);
  const situation = situationOf(input);
  const pair = pairOf(situation, target);
  if ('refused' in pair) return refuse(pair.refused);
  const [serving] = servingOf(pair);
  if (!serving) return refuse(`${target.name} is not mounted on any node that answers.`);
  const device = deviceOf(section, target);
  const recovery = serving.survey.recoveries.find((each) => each.device === device);
  if (!recovery) return refuse(`${device} on ${serving.node.name} does not tell its recovery.`);
  if (recovery.status === 'COMPLETE' || recovery.status === 'INACTIVE')
    return { ...plan, nothingToDo: `The recovery of ${device} is over (${recoveryText(recovery)}).` };
  const { clients, connected = 0 } = recovery;
  const lost = clients === undefined ? undefined : Math.max(0, clients - connected);
  const whom =
    lost === undefined
      ? 'every client that has not come back'
      : `${lost} of ${clients} clients, which have not come back,`;
  const over = recovered(serving.node, device);
  return {
    ...plan,
    lockNodes: lockNodesOf(cluster, situation, [target]),
    notes: [
      `The recovery of ${device} on ${serving.node.name}: ${recoveryText(recovery)}.`,
      'It ends by itself, too, after at most 15 min; waiting loses nothing.',
    ],
    steps: [
      {
        ...emptyStep,
        id: `abort-recovery-${target.name}`,
        title: `Abort the recovery of ${device}`,
        node: serving.node.name,
        why: `It cuts off ${whom} and the others may go on at once.`,
        script: abortRecoveryScript(device),
        timeoutMs: 90_000,
        verify: [over],
        verifyForMs: 60_000,
        danger: 'data-loss',
        typed: {
          name: target.name,
          why: `Aborting cuts off ${whom} and what they had not written is lost.`,
        },
        doneWhen: [over],
      },
    ],
  };
}
