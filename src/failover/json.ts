import type { Check, Danger, Plan } from './plan';

/** A plan as `plan --format json` prints it. */
export interface PlanJson {
  readonly kind: string;
  readonly cluster: string;
  readonly target: string | null;
  readonly to: string | null;
  readonly refused?: string;
  readonly steps: readonly {
    readonly id: string;
    readonly title: string;
    readonly node: string;
    readonly why: string;
    readonly checks: readonly {
      readonly title: string;
      readonly command: string;
      readonly holds?: boolean;
    }[];
    readonly command: string;
    readonly verify: readonly { readonly title: string; readonly command: string }[];
    readonly danger: Danger;
    readonly unconfirmed?: string;
    readonly done?: boolean;
  }[];
}

/** What a check runs: a script on its node, or the console's command line on the operator's machine. */
export function commandOf(check: Check): string {
  return check.type === 'gone' ? check.console : check.script;
}

/** The plan as plain data in the shape of the command line's page. */
export function planJson(plan: Plan): PlanJson {
  return {
    kind: plan.kind,
    cluster: plan.cluster,
    target: plan.target ?? null,
    to: plan.to ?? null,
    ...(plan.refused === undefined ? {} : { refused: plan.refused }),
    steps: plan.steps.map((step) => ({
      id: step.id,
      title: step.title,
      node: step.node,
      why: step.why,
      checks: step.checks.map((check) => ({
        title: check.title,
        command: commandOf(check),
        ...(check.holds === undefined ? {} : { holds: check.holds }),
      })),
      command: step.script,
      verify: step.verify.map(({ title, script }) => ({ title, command: script })),
      danger: step.danger,
      ...(step.unconfirmed === undefined ? {} : { unconfirmed: step.unconfirmed }),
      ...(step.done === undefined ? {} : { done: step.done }),
    })),
  };
}
