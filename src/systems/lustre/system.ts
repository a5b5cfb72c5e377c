import { disksProbe } from '../../heartbeat/disks-probe';
import type { System } from '../system';
import { lustreRules } from './rules/all';
import { lustreSpec } from './spec';
import { lustreWhatIf } from './what-if';

/** Lustre: its cluster files are checked and its nodes' heartbeats watched; it has no plans yet. */
export const lustreSystem: System = {
  spec: lustreSpec,
  rules: lustreRules,
  probes: { node: [disksProbe], combine: () => undefined },
  planners: [],
  whatIf: lustreWhatIf,
};
