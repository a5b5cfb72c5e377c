import { join } from 'node:path';
import type { Cluster } from '../cluster/cluster';
import type { IncrementalParser } from '../cluster/incremental';
import type { check, judge } from '../rules/check';
import type { acrossFiles } from '../rules/files';
import type { System } from '../systems/system';
import type { CheckThread } from './check-thread';

/** What reads cluster files: the YAML parser, the rules, the systems. */
export interface Core {
  readonly systems: readonly System[];
  readonly systemOf: (cluster: Cluster) => System;
  readonly check: typeof check;
  readonly judge: typeof judge;
  /** A parser for one file, which keeps what its edits do not touch. */
  readonly newParser: () => IncrementalParser;
  /** Checks large files beside the editor. */
  readonly thread: CheckThread;
  readonly acrossFiles: typeof acrossFiles;
}

let loading: Promise<Core> | undefined;

/** Loads them at the first cluster file, so that windows without one pay nothing for them. */
export function loadCore(): Promise<Core> {
  loading ??= Promise.all([
    import('../rules/check'),
    import('../rules/files'),
    import('../systems/index'),
    import('../cluster/incremental'),
    import('./check-thread'),
  ]).then(
    ([{ check, judge }, { acrossFiles }, { systems, systemOf }, { IncrementalParser }, { CheckThread }]) => {
      const specs = systems.map(({ spec }) => spec);
      return {
        check,
        judge,
        acrossFiles,
        systems,
        systemOf,
        newParser: () => new IncrementalParser(specs),
        // Both bundles stand beside each other in dist/.
        thread: new CheckThread(join(__dirname, 'check-worker.js'), systems),
      };
    },
  );
  return loading;
}
