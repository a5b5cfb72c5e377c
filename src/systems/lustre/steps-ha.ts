import { emptyStep } from '../../failover/blank';
import type { Cluster, Node } from '../../cluster/cluster';
import type { ScriptCheck, Step } from '../../failover/plan';
import { managerOn } from './checks';
import { haAwayScript, haBackScript, type Manager } from './scripts/ha';

const nameOf = (manager: Manager): string => (manager === 'heartbeat' ? 'Heartbeat' : 'Pacemaker');

/** Takes an HA manager out of the way: two drivers never act at once (safety 13). */
export function managerAway(cluster: Cluster, node: Node, manager: Manager): Step {
  const away = managerOn(cluster, node, manager, false);
  return {
    ...emptyStep,
    id: `${manager}-away-${node.name}`,
    title: `Take ${nameOf(manager)} out of the way on ${node.name}`,
    node: node.name,
    why:
      manager === 'heartbeat'
        ? 'It would act on its own while the plan does. It has no maintenance mode, so it is stopped; what it holds there, it lets go.'
        : 'It would act on its own while the plan does. In maintenance mode it touches nothing.',
    script: haAwayScript(cluster, manager),
    timeoutMs: 260_000,
    verify: [away],
    verifyForMs: 30_000,
    danger: 'disruptive',
    doneWhen: [away],
    undo: [{ ...managerBack(cluster, node, manager, []), id: `undo-${manager}-away-${node.name}` }],
  };
}

/** Gives the HA manager its work back, where a run took it away; what is served must stay where it is. */
export function managerBack(
  cluster: Cluster,
  node: Node,
  manager: Manager,
  stays: readonly ScriptCheck[],
): Step {
  return {
    ...emptyStep,
    id: `${manager}-back-${node.name}`,
    title: `Give ${nameOf(manager)} its work back on ${node.name}`,
    node: node.name,
    why: 'Without it, nothing watches the pair.',
    checks: stays,
    script: haBackScript(cluster, manager),
    timeoutMs: 330_000,
    verify: [managerOn(cluster, node, manager, true), ...stays],
    verifyForMs: 30_000,
  };
}
