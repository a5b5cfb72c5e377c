import type { Cluster } from '../cluster/cluster';
import type { check } from '../rules/check';
import type { acrossFiles } from '../rules/files';
import type { System } from '../systems/system';

/** What reads cluster files: the YAML parser, the rules, the systems. */
export interface Core {
  readonly systems: readonly System[];
  readonly systemOf: (cluster: Cluster) => System;
  readonly check: typeof check;
  readonly acrossFiles: typeof acrossFiles;
}

let loading: Promise<Core> | undefined;

/** Loads them at the first cluster file, so that windows without one pay nothing for them. */
export function loadCore(): Promise<Core> {
  loading ??= Promise.all([
    import('../rules/check'),
    import('../rules/files'),
    import('../systems/index'),
  ]).then(([{ check }, { acrossFiles }, { systems, systemOf }]) => ({
    check,
    acrossFiles,
    systems,
    systemOf,
  }));
  return loading;
}
