import type { Plan } from './plan';
import type { PlanInput } from './planner';

/** A plan without steps yet, for the request at hand. */
export function emptyPlan({ cluster, request }: Pick<PlanInput, 'cluster' | 'request'>): Plan {
  return {
    kind: request.kind,
    cluster: cluster.name,
    ...(request.target !== undefined && { target: request.target }),
    ...(request.to !== undefined && { to: request.to }),
    notes: [],
    steps: [],
    lockNodes: [],
  };
}

/** What a step is unless it says otherwise: no checks, no command, no danger. Times in milliseconds. */
export const emptyStep = {
  checks: [],
  script: '',
  timeoutMs: 60_000,
  verify: [],
  verifyForMs: 0,
  danger: 'none',
  doneWhen: [],
} as const;
