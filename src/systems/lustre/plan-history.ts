import type { ClusterHistory } from '../../heartbeat/history';

/** When Standby last saw the two sides of a mirror connected, epoch milliseconds; undefined: no record. */
export function seenConnectedAt(history: ClusterHistory, resource: string): number | undefined {
  const key = `connected:${resource}`;
  const value = Object.hasOwn(history.facts, key) ? history.facts[key]?.value : undefined;
  return typeof value === 'number' ? value : undefined;
}
