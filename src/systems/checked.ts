import type { CheckedSystem } from '../rules/check';
import { lustreRules } from './lustre/rules/all';
import { lustreSpec } from './lustre/spec';
import { moosefsRules } from './moosefs/rules/all';
import { moosefsSpec } from './moosefs/spec';
import { mdsQuorum } from './vstorage/mds-quorum';
import { tooManyOffline } from './vstorage/rules/too-many-offline';
import { vstorageSpec } from './vstorage/spec';

/** What of the systems a file is checked with: the thread that reads large files carries no plans and no readers. */
export const checkedSystems: readonly CheckedSystem[] = [
  { spec: moosefsSpec, rules: moosefsRules },
  { spec: lustreSpec, rules: lustreRules },
  { spec: vstorageSpec, rules: [mdsQuorum, tooManyOffline] },
];
