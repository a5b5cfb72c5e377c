import type { Planner } from '../../failover/planner';
import { planFailover } from './plan-failover';
import { planOffline } from './plan-offline';
import { planRejoin } from './plan-rejoin';
import { planRestartMaster } from './plan-restart';
import { planWriteImage } from './plan-write-image';
import { planRejoinOffline, planWriteImageOffline } from './plan-offline-rejoin';
import { rejoinSurveyScript } from './scripts/rejoin';
import { surveyScript } from './scripts/survey';
import { candidatesOf } from './situation';

const shared = {
  target: 'cluster',
  surveyed: candidatesOf,
  surveyScript,
  surveyTimeoutMs: 20_000,
} as const;

/** What Standby can do for a MooseFS master that is gone. */
export const moosefsPlanners: readonly Planner[] = [
  {
    ...shared,
    surveyScript: rejoinSurveyScript,
    kind: 'failover',
    takers: candidatesOf,
    title: 'Fail over to another candidate',
    plan: (input) => (input.offline ? planOffline(input.cluster, input.request) : planFailover(input)),
  },
  {
    ...shared,
    kind: 'restart-master',
    title: 'Restart the master where it died',
    plan: (input) => (input.offline ? planOffline(input.cluster, input.request) : planRestartMaster(input)),
  },
  {
    ...shared,
    surveyScript: rejoinSurveyScript,
    kind: 'rejoin',
    target: 'node',
    targets: candidatesOf,
    title: 'Let an old master come back as a metalogger',
    plan: (input) => (input.offline ? planRejoinOffline(input.cluster, input.request) : planRejoin(input)),
  },
  {
    ...shared,
    kind: 'write-image',
    title: 'Let the master write an image of its metadata',
    plan: (input) => (input.offline ? planWriteImageOffline(input.cluster) : planWriteImage(input)),
  },
];
