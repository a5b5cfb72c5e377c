import type { System } from '../system';
import { vstorageAdvice } from './advice-sentences';
import { mdsQuorum } from './mds-quorum';
import { vstorageDiscovery } from './discover';
import { vstoragePlanners } from './planners';
import { vstorageProbes } from './probes';
import { vstorageRows } from './rows';
import { tooManyOffline } from './rules/too-many-offline';
import { vstorageSpec } from './spec';
import { vstorageWhatIf } from './what-if';

/** Virtuozzo storage: its nodes and its own process are watched; nodes and disks are taken out of it and brought back. */
export const vstorageSystem: System = {
  spec: vstorageSpec,
  rules: [mdsQuorum, tooManyOffline],
  probes: vstorageProbes,
  rows: vstorageRows,
  advice: vstorageAdvice,
  planners: vstoragePlanners,
  discovery: vstorageDiscovery,
  simulator: async () => (await import('./simulator')).VstorageSimulator,
  whatIf: vstorageWhatIf,
};
