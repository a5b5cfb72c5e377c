import type { Discoverer } from './discoverer';
import { hostParts } from './host';
import { partsScript } from './parts';

/** The one script that every node is asked. */
export function discoveryScript({ parts }: Pick<Discoverer, 'parts'>): string {
  return partsScript({ ...hostParts, ...parts });
}
