import type { Discoverer } from '../../discovery/discoverer';
import { combineVstorage } from './discover-combine';
import { vstorageParts } from './discover-parts';
import { readVstorageNode } from './discover-read';

/** How a running vstorage cluster is asked what it consists of. */
export const vstorageDiscovery: Discoverer = {
  parts: vstorageParts,
  read: readVstorageNode,
  combine: combineVstorage,
};
