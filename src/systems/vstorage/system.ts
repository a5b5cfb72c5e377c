import { disksProbe } from '../../heartbeat/disks-probe';
import type { System } from '../system';
import { mdsQuorum } from './mds-quorum';
import { tooManyOffline } from './rules/too-many-offline';
import { vstorageSpec } from './spec';
import { vstorageWhatIf } from './what-if';

/** Virtuozzo storage: its cluster files are checked and its nodes' heartbeats watched; it has no plans yet. */
export const vstorageSystem: System = {
  spec: vstorageSpec,
  rules: [mdsQuorum, tooManyOffline],
  probes: { node: [disksProbe], combine: () => undefined },
  planners: [],
  whatIf: vstorageWhatIf,
};
