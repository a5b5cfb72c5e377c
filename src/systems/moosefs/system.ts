import type { System } from '../system';
import { moosefsDiscovery } from './discover';
import { moosefsNodeScripts } from './node-scripts';
import { moosefsPlanners } from './planners';
import { moosefsProbes } from './probes';
import { moosefsRules } from './rules/all';
import { moosefsSpec } from './spec';
import { moosefsWhatIf } from './what-if';

/** MooseFS with ucarp moving the address of the master. */
export const moosefsSystem: System = {
  spec: moosefsSpec,
  rules: moosefsRules,
  probes: moosefsProbes,
  planners: moosefsPlanners,
  scripts: moosefsNodeScripts,
  discovery: moosefsDiscovery,
  simulator: async () => (await import('./simulator')).MoosefsSimulator,
  whatIf: moosefsWhatIf,
};
