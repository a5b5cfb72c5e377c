import { domainCount } from './domain-count';
import { noRedundancy, unlistedEncoding, writeBlocking } from './encoding';
import { marginMismatch } from './margin';
import { nearlyFull } from './nearly-full';
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
  reportedDisks,
  twoMasters,
];
