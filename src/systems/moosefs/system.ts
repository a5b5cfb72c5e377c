import type { System } from '../system';
import { moosefsPlanners } from './planners';
import { moosefsProbes } from './probes';
import { moosefsSpec } from './spec';

/** MooseFS with ucarp moving the address of the master. */
export const moosefsSystem: System = {
  spec: moosefsSpec,
  rules: [],
  probes: moosefsProbes,
  planners: moosefsPlanners,
  simulator: async () => (await import('./simulator')).MoosefsSimulator,
};
