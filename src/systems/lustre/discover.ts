import type { Discoverer } from '../../discovery/discoverer';
import { combineLustre } from './discover-combine';
import { lustreParts } from './discover-parts';
import { readLustreNode } from './discover-read';

/** How a running Lustre file system is asked what it consists of. */
export const lustreDiscovery: Discoverer = {
  parts: lustreParts,
  read: readLustreNode,
  combine: combineLustre,
};
