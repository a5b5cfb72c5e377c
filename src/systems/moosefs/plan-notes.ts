import type { PlanInput } from '../../failover/planner';
import type { Worth } from './candidate';
import type { Answering, Silent } from './situation';

const hours = (ms: number) =>
  ms < 120_000
    ? `${Math.round(ms / 1000)} s`
    : ms < 7_200_000
      ? `${Math.round(ms / 60_000)} min`
      : `${Math.round(ms / 3_600_000)} h`;

/** What nobody can do better with asynchronous metaloggers (safety 9). */
export const promise =
  'What is promised: nothing is lost that the chosen node had received. Metaloggers follow the master ' +
  'asynchronously, so its very last changes may not have left it.';

/** When the winner's files end, and why they may have ended early: the reader knows whether the cluster was idle since. */
export function freshness(
  { node, survey, worth }: Answering & { readonly worth: Worth },
  now: number,
): string[] {
  return [
    ...(worth.lastAt === undefined
      ? []
      : [
          `Its last change is of ${new Date(worth.lastAt * 1000).toISOString().replace('.000Z', 'Z')}, ${hours(Math.max(0, now - worth.lastAt * 1000))} ago.`,
        ]),
    ...(survey.processes.some(({ name }) => name === 'mfsmetalogger')
      ? []
      : [`No metalogger runs on ${node.name}: it has nothing that came after it was stopped.`]),
  ];
}

/** At skew 0 an old master that comes back would win the address from skew 1 (safety 12). */
export function lowSkew(electors: readonly Answering[], silent: readonly Silent[]): string[] {
  const low = electors.filter(({ survey }) => survey.ucarps.some(({ skew }) => skew < 1));
  if (low.length === 0 || silent.length === 0) return [];
  const names = (nodes: readonly { readonly node: { readonly name: string } }[]) =>
    nodes.map(({ node }) => node.name).join(', ');
  return [
    `ucarp runs at skew 0 on ${names(low)}, and probably on ${names(silent)} too: there it could win the address back ` +
      `from skew 1. Set it to 50 in the configuration of ${names(silent)} before it is switched on again.`,
  ];
}

/** How old Standby's memory of the old master is, for the reader to judge. */
export function memory({ history, now }: PlanInput): string[] {
  const seen = history.primary['master'];
  return seen ? [`${seen.node} was last seen as the master ${hours(now - seen.at)} ago.`] : [];
}
