import { emptyPlan } from '../../failover/blank';
import type { Check, Plan, Step } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import { masterBehindAddress, noHookRunsOn } from './checks';
import { expectedChunkservers } from './chunkservers';
import { beyondMovingTheAddress } from './hooks';
import type { Answering, Situation } from './situation';
import { lastMetadata } from './staleness';
import { canary } from './steps';

/** The document's scripts took 30 to 40 s at worst. */
const hooksTakeAtMostMs = 60_000;

/** Whether a hook of this candidate does more than move the address (safety 10). */
export const promotesByItself = ({ survey }: Answering): boolean =>
  survey.hooks.some((hook) => beyondMovingTheAddress(hook).length > 0);

/**
 * Whether hooks that promote by themselves may be at it now or soon: nobody has the address yet, a hook runs, or a
 * mfsmaster is there that does not answer yet. Racing them could start two masters.
 */
export function hooksAtWork({ answering, holders, hung }: Situation): boolean {
  const automatic = answering.filter(promotesByItself);
  if (automatic.length === 0) return false;
  const candidates = automatic.filter(({ survey }) => survey.ucarps.some(({ running }) => running));
  const isAutomatic = (each: Answering) => automatic.includes(each);
  return (
    automatic.some(({ survey }) => survey.hookRuns) ||
    hung.some(isAutomatic) ||
    (holders.length === 0 && candidates.length > 0)
  );
}

/** Right before a promotion: hooks that were seen to promote by themselves do not sleep somewhere (safety 10). */
export function noHooksAtWork(answering: readonly Answering[]): readonly Check[] {
  return answering
    .filter(promotesByItself)
    .map(({ node, survey }) => noHookRunsOn(node, [...new Set(survey.hooks.map(({ file }) => file))].sort()));
}

/** The plan that lets automatic hooks do their work and only looks what came of it: it starts nothing. Pure. */
export function planWaitForHooks(input: PlanInput, { answering, holders }: Situation): Plan {
  const { cluster } = input;
  const plan = emptyPlan(input);
  const [asker] = holders.length > 0 ? holders : answering;
  if (!asker) return { ...plan, refused: 'No candidate answers.' };
  const { node } = asker;
  const names = answering.filter(promotesByItself).map((each) => each.node.name);
  const seen = lastMetadata(input.history);
  const wait: Step = {
    id: 'wait-for-hooks',
    title: 'Wait for the hooks of ucarp, which promote by themselves',
    node: node.name,
    why: 'Whoever starts a master beside them races them. This plan only looks what comes of it.',
    checks: [],
    script: '',
    timeoutMs: 30_000,
    verify: [masterBehindAddress(cluster, node, expectedChunkservers(input))],
    verifyForMs: hooksTakeAtMostMs,
    danger: 'none',
    doneWhen: [],
  };
  return {
    ...plan,
    lockNodes: answering.map((each) => each.node.name),
    notes: [
      `The hooks of ucarp on ${names.join(', ')} do more than move the address: they promote by themselves.`,
      'They choose by the address and not by the metadata, and nobody proved that the old master is gone: this plan cannot ' +
        'promise what a failover of its own promises. Better put hooks there that only move the address (Generate ucarp Scripts).',
      ...(seen
        ? [
            `When it was last seen, ${seen.node} had version ${seen.version}. Compare it with the new master's.`,
          ]
        : []),
      'When they bring up no master, plan again: a failover then ends them and goes its own way.',
    ],
    steps: [wait, ...canary(cluster, new Set())],
  };
}
