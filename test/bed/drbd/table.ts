import type { Played } from './play';
import type { Row } from './row';

const columns = [
  ['', 1],
  ['row', 34],
  ['outage', 7],
  ['acknowledged', 12],
  ['lost', 4],
  ['two Primaries', 15],
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

/** One row of the table: `✓` it is safe, `✗` it is not. */
export function tableRow(played: Played): string {
  const { row, outage, acknowledged, lost, samples, twoPrimaries, seconds, outcome, remark } = played;
  return line([
    played.failure === undefined ? '✓' : '✗',
    row.id,
    outage === undefined ? '-' : `${(outage / 1000).toFixed(1)} s`,
    String(acknowledged ?? '?'),
    String(lost ?? '?'),
    `${twoPrimaries} of ${samples}`,
    `${seconds} s`,
    [outcome, remark].filter(Boolean).join('; '),
  ]);
}

/** The same for a row that was left out, with the reason. */
export const missingRow = (row: Row, why: string): string =>
  line(['-', row.id, '', '', '', '', '', `not reached: ${why}`]);
