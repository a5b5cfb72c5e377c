import type { Cluster } from '../cluster/cluster';
import { lustreSystem } from './lustre/system';
import { moosefsSystem } from './moosefs/system';
import type { System } from './system';
import { vstorageSystem } from './vstorage/system';

/** All storage systems that Standby knows. A further one is a folder, a line here and one in `checked.ts`. */
export const systems: readonly System[] = [moosefsSystem, lustreSystem, vstorageSystem];

/** The system of a cluster. Throws when it is none of ours, which `parse` does not let happen. */
export function systemOf(cluster: Cluster): System {
  const found = systems.find(({ spec }) => spec.id === cluster.system);
  if (!found) throw new RangeError(`There is no storage system '${cluster.system}'.`);
  return found;
}
