import { emptyPlan } from '../../failover/blank';
import type { Cluster } from '../../cluster/cluster';
import type { Plan, PlanRequest } from '../../failover/plan';
import { gone, inStep, mountedOn, releasedOn } from './checks';
import { type Move } from './plan-parts';
import { deviceOf, lustreSection, partnerOf, targetsOf } from './section';
import { nodeNamed, serverNodes } from './situation';
import { bringUp, demote, mount, promote, proveGone, seeLost, umount, waitRecovery } from './steps';

/**
 * The steps as they would be, from the file alone: a failover as if the primary were dead, a fail-back as if the resource
 * were down there. For reading beforehand; running asks the nodes and plans anew.
 */
export function planOffline(cluster: Cluster, request: PlanRequest): Plan {
  const plan = emptyPlan({ cluster, request });
  const section = lustreSection(cluster);
  const one = section.targets.find(({ name }) => name === request.target);
  const isFailback = request.kind === 'failback';
  const leaving = one
    ? request.to === undefined
      ? one.primary
      : partnerOf(one, request.to)
    : request.target;
  const node = isFailback ? (one?.primary ?? request.target) : leaving;
  if (node === undefined) return { ...plan, refused: 'The cluster file does not say from where to where.' };
  const moves = (one && isFailback ? [one] : targetsOf(section, node))
    .filter(({ primary }) => !isFailback || primary === node)
    .flatMap((target): Move[] => {
      const other = partnerOf(target, node);
      if (other === undefined) return [];
      const [home, partner] = [nodeNamed(cluster, node), nodeNamed(cluster, other)];
      return [isFailback ? { target, from: partner, to: home } : { target, from: home, to: partner }];
    });
  const [first] = moves;
  if (!first) return { ...plan, refused: `By the cluster file, nothing of ${node} could move.` };
  const onto = [...new Set(moves.map(({ to }) => to))];
  const devices = (name: string) =>
    moves
      .filter(({ target, to }) => to.name === name && target.kind !== 'MGT')
      .map(({ target }) => deviceOf(section, target));
  const notes = [
    `From the file alone: as if ${isFailback ? `${node} were back and its mirrors down` : `${node} were dead`}. Nothing was asked, so states, ` +
      'HA managers, clients and evidence are open. A run asks the nodes and plans anew.',
  ];
  const recovery = onto.flatMap((to) => waitRecovery(to, devices(to.name)));
  if (isFailback) {
    const steps = moves.flatMap(({ target, from, to }) => [
      ...(target.drbd === undefined ? [] : bringUp(target, to, from)),
      umount(target, from, to, target.drbd === undefined ? [] : [inStep(target, from), inStep(target, to)]),
      ...(target.drbd === undefined
        ? []
        : [
            demote(target, from, to),
            promote(target, to, [releasedOn(target, from), inStep(target, to)], undefined),
          ]),
      mount(target, to, [releasedOn(target, from)]),
    ]);
    return { ...plan, notes, steps: [...steps, ...recovery] };
  }
  const others = serverNodes(cluster).filter(({ name }) => name !== node);
  const proof = gone(first.from, others);
  const steps = moves.flatMap(({ target, to }) =>
    target.drbd === undefined
      ? [mount(target, to, [proof])]
      : [promote(target, to, [proof], undefined), mount(target, to, [])],
  );
  const mirrored = (name: string) =>
    moves
      .filter(({ target, to }) => to.name === name && target.drbd !== undefined)
      .map(({ target }) => target);
  return {
    ...plan,
    notes,
    steps: [
      proveGone(first.from, [...moves.map(({ target, to }) => mountedOn(target, to, false)), proof]),
      ...onto
        .filter(({ name }) => mirrored(name).length > 0)
        .map((to) => seeLost(mirrored(to.name), to, first.from)),
      ...steps,
      ...recovery,
    ],
  };
}
