import type { Row } from './row';
import { crashRows } from './rows-crash';
import { kindRows } from './rows-kinds';
import { metadataRows } from './rows-metadata';
import { peopleRows } from './rows-people';
import { stepRows } from './rows-steps';

/** The whole fault matrix. */
export const rows: readonly Row[] = [...crashRows, ...metadataRows, ...peopleRows, ...kindRows, ...stepRows];
