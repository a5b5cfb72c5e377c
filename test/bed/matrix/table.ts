import type { Played } from './play';
import type { Row } from './row';

const columns = [
  ['', 1],
  ['row', 32],
  ['client hung', 11],
  ['acknowledged', 12],
  ['lost', 4],
  ['address', 7],
  ['masters', 8],
  ['old master', 16],
  ['took', 5],
  ['outcome', 0],
] as const;

const line = (cells: readonly string[]) =>
  cells
    .map((cell, index) => cell.padEnd(columns[index]?.[1] ?? 0))
    .join('  ')
    .trimEnd();

/** The heads of the table's columns. */
export const head = (): string => line(columns.map(([title]) => title));

/** One row of the table: `✓` it is safe, `✗` it is not, `-` it was not played. */
export function tableRow(played: Played): string {
  const { row, outcome, longestHang, acknowledged, lost, address, masters, oldMaster, seconds, remark } =
    played;
  return line([
    played.failure === undefined ? '✓' : '✗',
    row.id,
    longestHang === undefined ? '?' : `${(longestHang / 1000).toFixed(1)} s`,
    String(acknowledged ?? '?'),
    String(lost ?? '?'),
    address,
    masters,
    oldMaster,
    `${seconds} s`,
    [outcome, remark].filter(Boolean).join('; '),
  ]);
}

/** The same for a row that was left out, with the reason. */
export const missingRow = (row: Row, why: string): string =>
  line(['-', row.id, '', '', '', '', '', '', '', `not reached: ${why}`]);
