import type { Cluster } from '../cluster/cluster';
import type { check } from '../rules/check';
import type { System } from '../systems/system';

/** What reads cluster files: the YAML parser, the rules, the systems. */
export interface Core {
  readonly systems: readonly System[];
  readonly systemOf: (cluster: Cluster) => System;
  readonly check: typeof check;
}

let loading: Promise<Core> | undefined;

/** Loads them at the first cluster file, so that windows without one pay nothing for them. */
export function loadCore(): Promise<Core> {
  loading ??= Promise.all([import('../rules/check'), import('../systems/index')]).then(([rules, index]) => ({
    check: rules.check,
    systems: index.systems,
    systemOf: index.systemOf,
  }));
  return loading;
}
