import type { System } from '../system';
import { mdsQuorum } from './mds-quorum';
import { vstorageProbes } from './probes';
import { vstorageRows } from './rows';
import { tooManyOffline } from './rules/too-many-offline';
import { vstorageSpec } from './spec';
import { vstorageWhatIf } from './what-if';

/** Virtuozzo storage: its cluster files are checked, its nodes and its own process are watched; it has no plans yet. */
export const vstorageSystem: System = {
  spec: vstorageSpec,
  rules: [mdsQuorum, tooManyOffline],
  probes: vstorageProbes,
  rows: vstorageRows,
  planners: [],
  simulator: async () => (await import('./simulator')).VstorageSimulator,
  whatIf: vstorageWhatIf,
};
