import type { System } from '../system';
import { lustreDiscovery } from './discover';
import { lustrePlanners } from './planners';
import { lustreProbes } from './probes';
import { lustreRows } from './rows';
import { lustreRules } from './rules/all';
import { lustreSpec } from './spec';
import { lustreWhatIf } from './what-if';

/** Lustre: its cluster files are checked and its nodes' heartbeats watched, and its targets moved between their nodes. */
export const lustreSystem: System = {
  spec: lustreSpec,
  rules: lustreRules,
  probes: lustreProbes,
  planners: lustrePlanners,
  discovery: lustreDiscovery,
  whatIf: lustreWhatIf,
  rows: lustreRows,
  simulator: async () => (await import('./simulator')).LustreSimulator,
};
