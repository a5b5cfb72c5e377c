import { disksProbe } from '../../heartbeat/disks-probe';
import type { System } from '../system';
import { lustrePlanners } from './planners';
import { lustreRules } from './rules/all';
import { lustreSpec } from './spec';
import { lustreWhatIf } from './what-if';

/** Lustre: its cluster files are checked and its nodes' heartbeats watched, and its targets moved between their nodes. */
export const lustreSystem: System = {
  spec: lustreSpec,
  rules: lustreRules,
  probes: { node: [disksProbe], combine: () => undefined },
  planners: lustrePlanners,
  whatIf: lustreWhatIf,
};
