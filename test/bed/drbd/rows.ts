import type { Row } from './row';
import { brokenRows } from './rows-broken';
import { discoveryRows } from './rows-discovery';
import { evidenceRows } from './rows-evidence';
import { orderlyRows } from './rows-orderly';
import { resyncRows } from './rows-resync';

/** Every row of the table. */
export const rows: readonly Row[] = [
  ...orderlyRows,
  ...discoveryRows,
  ...resyncRows,
  ...evidenceRows,
  ...brokenRows,
];
