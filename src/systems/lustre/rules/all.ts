import type { Rule } from '../../../rules/rule';
import { clientsMustRemount, mgsSingleNid, pingOnlyHeartbeat } from './clients';
import { drbdReused } from './drbd-reused';
import { fencingOff, slowResync, splitBrain, twoPrimaries } from './live-mirrors';
import { clientsEvicted, notFailedBack } from './live-service';
import { overloadedPartner } from './overloaded-partner';
import { sameNodePair, sameRackPair, sharedMetadataServer, targetUnpaired } from './pairs';

/** The rules that only a cluster of Lustre has. */
export const lustreRules: readonly Rule[] = [
  sameNodePair,
  sharedMetadataServer,
  targetUnpaired,
  drbdReused,
  pingOnlyHeartbeat,
  clientsMustRemount,
  mgsSingleNid,
  sameRackPair,
  overloadedPartner,
  twoPrimaries,
  splitBrain,
  fencingOff,
  notFailedBack,
  clientsEvicted,
  slowResync,
];
