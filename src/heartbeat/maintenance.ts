import type { Maintenance, Node } from '../cluster/cluster';
import { inDeclaredMaintenance } from './liveness';
import type { MaintenanceInForce } from './state';

/** What a person declared about one node's maintenance, outside of the cluster file. Epoch milliseconds. */
export type Declaration =
  | { readonly on: true; readonly at: number; readonly until?: number }
  /** Ended by hand; `of` is the file's maintenance that it ended (`maintenanceKey`), "" when there was none. */
  | { readonly on: false; readonly at: number; readonly of: string };

/** Which maintenance of the file a declaration ended: another one in the file counts again. */
export function maintenanceKey(maintenance: Maintenance | undefined): string {
  return maintenance === undefined ? '' : `${maintenance.since ?? ''}/${maintenance.until ?? ''}`;
}

/** The maintenance in force at `now`, if any. A person's word wins over the file's, until its end. */
export function maintenanceOf(
  node: Pick<Node, 'maintenance'>,
  declared: Declaration | undefined,
  now: number,
): MaintenanceInForce | undefined {
  if (declared?.on === true && (declared.until === undefined || now < declared.until))
    return {
      by: 'operator',
      since: declared.at,
      ...(declared.until !== undefined && { until: declared.until }),
    };
  const { maintenance } = node;
  if (declared?.on === false && declared.of === maintenanceKey(maintenance)) return undefined;
  if (maintenance === undefined || !inDeclaredMaintenance(maintenance, now)) return undefined;
  return {
    by: 'file',
    ...(maintenance.since !== undefined && { since: Date.parse(maintenance.since) }),
    ...(maintenance.until !== undefined && { until: Date.parse(maintenance.until) }),
  };
}

/** Whether a declaration still says something: one whose time is over does not. */
export function isSpent(declared: Declaration, now: number): boolean {
  return declared.on && declared.until !== undefined && declared.until <= now;
}
