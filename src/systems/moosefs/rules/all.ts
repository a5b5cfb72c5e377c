import type { Rule } from '../../../rules/rule';
import { fewCandidates, noPrimary } from './candidates';
import { manyMetaloggers } from './metaloggers';
import { passwordInFile } from './password';
import { ucarpSkew } from './ucarp-skew';
import { masterHostElsewhere, virtualIpMask, virtualIpOutside, virtualIpTaken } from './virtual-ip';

/** The rules that only a cluster of MooseFS has. */
export const moosefsRules: readonly Rule[] = [
  noPrimary,
  fewCandidates,
  virtualIpOutside,
  virtualIpTaken,
  virtualIpMask,
  masterHostElsewhere,
  manyMetaloggers,
  ucarpSkew,
  passwordInFile,
];
