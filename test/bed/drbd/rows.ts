import type { Row } from './row';
import { brokenRows } from './rows-broken';
import { evidenceRows } from './rows-evidence';
import { orderlyRows } from './rows-orderly';
import { resyncRows } from './rows-resync';

/** Every row of the table. */
export const rows: readonly Row[] = [...orderlyRows, ...resyncRows, ...evidenceRows, ...brokenRows];
