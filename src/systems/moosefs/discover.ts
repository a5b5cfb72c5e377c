import type { Discoverer } from '../../discovery/discoverer';
import { combineMoosefs } from './discover-combine';
import { moosefsParts } from './discover-parts';
import { readMoosefsNode } from './discover-read';

/** How a running MooseFS cluster is asked what it consists of. */
export const moosefsDiscovery: Discoverer = {
  parts: moosefsParts,
  read: readMoosefsNode,
  combine: combineMoosefs,
};
