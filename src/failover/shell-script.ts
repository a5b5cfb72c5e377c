import { quote } from '../ssh/shell';
import { plain } from './plain';
import type { Check, Plan, Step } from './plan';

/**
 * A plan as one shell script for people who run it by hand: `sh FILE` lists the steps and runs nothing, `sh FILE run N`
 * runs the command of one step on the node where it is called, `sh FILE look N` shows what the step's checks read.
 * What Standby itself would judge, ask or hold is named in comments: a shell does none of it.
 */
export function planShellScript(plan: Plan): string {
  const goal = [plan.kind, plan.target, plan.to === undefined ? undefined : `to ${plan.to}`];
  const head = [
    '#!/bin/sh',
    comment(`${goal.filter((word) => word !== undefined).join(' ')} on ${plan.cluster}, to be run by hand.`),
    '#',
    '# Copy it to each node named below and call it there, as root, step by step and in this order:',
    '#   sh FILE           list the steps; nothing runs',
    '#   sh FILE look N    what the checks of step N read on this node, for you to judge',
    '#   sh FILE run N     the command of step N, on this node',
    '#',
    '# It was made for one moment. When anything has changed since, make a new plan.',
    '#',
    '# YOURS TO DO, because a shell script does none of it:',
    ...yours(plan).map((text) => comment(`  - ${text}`)),
  ];
  if (plan.refused !== undefined) {
    const why = ['#', comment(`REFUSED: ${plan.refused}`)];
    return `${[...head, ...why, "echo 'This plan was refused; the comment at its top says why.' >&2", 'exit 1'].join('\n')}\n`;
  }
  const looks = new Map<string, string>();
  const blocks = plan.steps.map((step, index) => block(step, index + 1, plan.steps.length, looks));
  const functions = [...looks].map(
    ([key, name]) => `${name}() (\n${plain((JSON.parse(key) as readonly [string, string])[1])}\n)`,
  );
  const parts = [
    [...head, '', 'export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"'].join('\n'),
    ...(functions.length === 0
      ? []
      : ['# What the checks read. Nothing is changed by any of these.', ...functions]),
    ...blocks,
    ending(plan, looks),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** What the runner does besides commands, in sentences. */
function yours(plan: Plan): string[] {
  const typed = plan.steps.flatMap(({ typed, title }) =>
    typed ? [`${typed.name} before “${title}”: ${typed.why}`] : [],
  );
  return [
    ...(plan.lockNodes.length === 0
      ? []
      : [
          `The lock: see that nobody else changes the cluster (${plan.lockNodes.join(', ')} would be locked).`,
        ]),
    'Before each step: every check named there must hold. Stop when one does not; skipping a step waives no check.',
    'After each step: wait until everything named under it holds, for as long as it says, before you go on.',
    ...(plan.steps.some(({ checks }) => checks.some(({ type }) => type === 'gone'))
      ? [
          'Evidence that a node is gone: read its console twice, at least 5 s apart, the second time at most 10 s before the ' +
            'promotion, and let other nodes say that they cannot reach it. One that answers, or is reached, is not gone.',
        ]
      : []),
    ...typed.map((text) => `Names that Standby would make you type: ${text}`),
    'A step whose connection broke: find out by what is named under it whether it happened. Never guess.',
  ];
}

function block(step: Step, number: number, of: number, looks: Map<string, string>): string {
  const danger = { none: 'none', disruptive: 'DISRUPTIVE', 'data-loss': 'DATA LOSS' }[step.danger];
  const lines = [
    comment('─'.repeat(60)),
    comment(`Step ${number} of ${of}, on ${step.node}: ${step.title}`),
    comment(`Why: ${step.why}`),
    comment(
      `Danger: ${danger}${step.optional ? '; optional' : ''}${step.done ? '; HAS ALREADY HAPPENED' : ''}`,
    ),
    ...(step.unconfirmed === undefined ? [] : [comment(`UNCONFIRMED: ${step.unconfirmed}`)]),
    ...(step.typed ? [comment(`Only if you vouch for ${step.typed.name}: ${step.typed.why}`)] : []),
    ...listed('Must hold before, judge it yourself:', step.checks, looks),
    ...listed(`Must hold after, within ${Math.round(step.verifyForMs / 1000)} s:`, step.verify, looks),
  ];
  const body = step.script === '' ? ["echo 'Nothing to run: this step only checks.'"] : [plain(step.script)];
  return [...lines, `step_${number}() (`, ...body, ')'].join('\n');
}

function listed(title: string, checks: readonly Check[], looks: Map<string, string>): string[] {
  if (checks.length === 0) return [];
  return [
    comment(title),
    ...checks.map((check) => {
      if (check.type === 'gone') {
        return comment(
          `  - ${check.title} (on your own machine: ${check.console === '' ? 'no console' : check.console})`,
        );
      }
      return comment(`  - ${check.title} (on ${check.node}: ${lookOf(check.node, check.script, looks)})`);
    }),
  ];
}

/** Many checks read the same on the same node. */
function lookOf(node: string, script: string, looks: Map<string, string>): string {
  const key = JSON.stringify([node, script]);
  const name = looks.get(key) ?? `look_${looks.size + 1}`;
  looks.set(key, name);
  return name;
}

function ending(plan: Plan, looks: ReadonlyMap<string, string>): string {
  const nameOf = (check: Check) =>
    check.type === 'gone' ? undefined : looks.get(JSON.stringify([check.node, check.script]));
  const cases = plan.steps.map((step, index) => {
    const names = new Map(
      [...step.checks, ...step.verify].flatMap((check): [string, string][] => {
        const name = nameOf(check);
        return name === undefined ? [] : [[name, check.node]];
      }),
    );
    const shown = [...names].map(([name, node]) => `echo ${quote(`== ${name}, meant for ${node}`)}; ${name}`);
    return [
      `'run ${index + 1}') echo ${quote(`step ${index + 1}, meant for ${step.node}`)}; step_${index + 1} ;;`,
      `'look ${index + 1}') ${shown.length === 0 ? "echo 'nothing to look at'" : shown.join('; ')} ;;`,
    ].join('\n');
  });
  const list = plan.steps.map((step, index) => quote(`${index + 1}. ${step.node}: ${step.title}`));
  return [
    'case "${1:-} ${2:-}" in',
    ...cases,
    `*) printf '%s\\n' ${["'Nothing runs without: run N, or look N.'", ...list].join(' ')} ;;`,
    'esac',
  ].join('\n');
}

/** One line that stays a comment whatever a name or a sentence holds. */
function comment(text: string): string {
  return `# ${plain(text).replace(/\s*\n\s*/g, ' ')}`.trimEnd();
}
