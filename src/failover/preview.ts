import { commandOf } from './json';
import { fenced, indented, inline } from './markdown';
import type { Check, Plan, ScriptCheck, Step } from './plan';

/** A plan as Markdown, for the editor's preview and `plan`. Nothing in it can break out of its place. */
export function planMarkdown(plan: Plan): string {
  const about = [plan.target, plan.to === undefined ? undefined : `to ${plan.to}`].filter(
    (part) => part !== undefined,
  );
  const parts = [`# ${inline([plan.kind, ...about].join(' '))} on ${inline(plan.cluster)}`];
  if (plan.refused !== undefined) parts.push(`> **Refused: it must not run now.** ${inline(plan.refused)}`);
  if (plan.nothingToDo !== undefined) parts.push(`**Nothing to do.** ${inline(plan.nothingToDo)}`);
  if (plan.notes.length > 0) parts.push(plan.notes.map((note) => `- ${inline(note)}`).join('\n'));
  if (plan.lockNodes.length > 0)
    parts.push(`The cluster's lock is taken on: ${plan.lockNodes.map(inline).join(', ')}.`);
  plan.steps.forEach((step, index) => parts.push(...stepParts(step, index + 1, plan.steps.length)));
  return `${parts.join('\n\n')}\n`;
}

const DANGER = {
  none: 'none: it changes nothing that serves data',
  disruptive: '**disruptive**: it may interrupt the service',
  'data-loss': '**data-loss**: it may lose writes',
} as const;

function stepParts(step: Step, number: number, of: number): string[] {
  const facts = [
    `- Where: ${inline(step.node)}`,
    `- Why: ${inline(step.why)}`,
    `- Danger: ${DANGER[step.danger]}`,
    ...(step.typed ? [`- Typed before: the name ${inline(step.typed.name)}. ${inline(step.typed.why)}`] : []),
    ...(step.unconfirmed === undefined
      ? []
      : [`- **Unconfirmed**, never run with --yes: ${inline(step.unconfirmed)}`]),
    ...(step.optional ? ['- Optional: the plan goes on when it fails'] : []),
    ...(step.undo?.length
      ? [`- Taken back, when the run ends early: ${step.undo.map(({ title }) => inline(title)).join('; ')}`]
      : []),
    ...(step.done ? ['- **Has already happened**; it is not repeated'] : []),
  ];
  const command =
    step.script === ''
      ? 'Nothing runs: this step only checks.'
      : `Command on ${inline(step.node)}:\n\n${fenced(step.script)}`;
  return [
    `## ${number} of ${of}: ${inline(step.title)}`,
    facts.join('\n'),
    ...checkList('Checks before:', step.checks),
    command,
    ...checkList(`Verified after, for at most ${seconds(step.verifyForMs)}:`, step.verify),
  ];
}

function checkList(title: string, checks: readonly (Check | ScriptCheck)[]): string[] {
  if (checks.length === 0) return [];
  const items = checks.map((check) => {
    const known = check.holds === undefined ? '' : check.holds ? ' ✓' : ' ✗';
    const where = check.type === 'gone' ? `the console of ${check.node}, on this machine` : check.node;
    return `- ${inline(check.title)} (${inline(where)})${known}\n\n${indented(fenced(commandOf(check) || '(no console)'))}`;
  });
  return [title, items.join('\n')];
}

function seconds(ms: number): string {
  return ms >= 120_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 1000)} s`;
}
