import { consoleContradicts, consoleUnproven } from './consoles';
import { domainCount } from './domain-count';
import { noRedundancy, unlistedEncoding, writeBlocking } from './encoding';
import { heartbeatOrder } from './heartbeat-order';
import { marginMismatch } from './margin';
import { milliseconds } from './milliseconds';
import { nearlyFull } from './nearly-full';
import { heartbeatMismatch, maintenanceShorter } from './parameter-times';
import { rebuildSpace } from './rebuild-space';
import { reportedDisks } from './reported-disks';
import type { Rule } from './rule';
import { twoMasters } from './two-masters';
import { unevenDisks } from './uneven-disks';

/** The rules that hold for every system. */
export const commonRules: readonly Rule[] = [
  domainCount,
  noRedundancy,
  unlistedEncoding,
  writeBlocking,
  unevenDisks,
  rebuildSpace,
  marginMismatch,
  nearlyFull,
  heartbeatOrder,
  milliseconds,
  maintenanceShorter,
  heartbeatMismatch,
  reportedDisks,
  consoleUnproven,
  consoleContradicts,
  twoMasters,
];
