import type { Cluster } from '../../cluster/cluster';
import type { ConfigReport, Source, Threshold, Thresholds } from './observation';
import { vstorageSection } from './section';
import { vstorageSpec } from './spec';

/** The names of the parameters that decide about a rebuild. */
export const parameterNames = {
  offlineTimeout: 'mds.wd.offline_tout',
  maintenanceTimeout: 'mds.wd.offline_tout_mnt',
  maxOffline: 'mds.wd.max_offline_cs_hosts',
  fillMargin: 'mds.alloc.fill_margin',
} as const;

/** An older guide has this one, which counts chunk services instead of hosts. */
const maxOfflineServices = 'mds.wd.max_offline_cs';

/** What applies where nobody says otherwise; official pages disagree on the first (5 or 15 min). */
const defaults = { maxOffline: 2, fillMargin: 5 } as const;

/** In a file, a smaller number of milliseconds was meant as seconds or minutes: the rule `milliseconds` says so. */
const leastWritten = 60_000;

/** The parameters in effect: as the cluster has them now, else as the file says, else the system's defaults. */
export function thresholdsOf(cluster: Cluster, live: ConfigReport | undefined): Thresholds {
  const { parameters } = vstorageSection(cluster);
  const timing = vstorageSpec.timing;
  const byServices =
    whole(live?.[parameterNames.maxOffline]) === undefined && whole(live?.[maxOfflineServices]);
  return {
    offlineTimeout: time(
      live?.[parameterNames.offlineTimeout],
      parameters[parameterNames.offlineTimeout],
      cluster.heartbeat.offlineAfter,
      timing.offlineAfter,
    ),
    maintenanceTimeout: time(
      live?.[parameterNames.maintenanceTimeout],
      parameters[parameterNames.maintenanceTimeout],
      cluster.heartbeat.maintenanceOfflineAfter,
      timing.maintenanceOfflineAfter,
    ),
    maxOffline:
      typeof byServices === 'number'
        ? { value: byServices, source: 'cluster', by: 'cs' }
        : {
            ...number(
              live?.[parameterNames.maxOffline],
              parameters[parameterNames.maxOffline],
              defaults.maxOffline,
            ),
            by: 'hosts',
          },
    fillMargin: number(
      live?.[parameterNames.fillMargin],
      parameters[parameterNames.fillMargin],
      defaults.fillMargin,
    ),
  };
}

function time(live: unknown, written: number | undefined, own: number, usual: number): Threshold {
  const now = whole(live);
  if (now !== undefined && now > 0) return { value: now, source: 'cluster' };
  if (written !== undefined && written >= leastWritten) return { value: written, source: 'file' };
  return { value: own, source: own === usual ? 'default' : 'file' };
}

function number(live: unknown, written: number | undefined, usual: number): Threshold {
  const now = whole(live);
  if (now !== undefined) return { value: now, source: 'cluster' };
  return written === undefined ? { value: usual, source: 'default' } : { value: written, source: 'file' };
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** Who says so, in words. */
export const sourceText: Readonly<Record<Source, string>> = {
  cluster: 'read from the cluster',
  file: 'from the cluster file',
  default: 'a default: the cluster did not tell',
};
