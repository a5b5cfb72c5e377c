import { UnreadableError } from '../../heartbeat/probe';
import { found } from '../../ssh/found';

/** An error that says what was found and what was expected. */
export function unreadable(from: string, expected: string, text: string): UnreadableError {
  return new UnreadableError(`${from}: expected ${expected}, found ${found(text)}.`);
}

/** A whole number that a double holds exactly, or undefined. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/**
 * Bytes of a size such as `1007.3G`, `1.6 TB` or `931GiB`; letters mean powers of 1024, as in df -h. A number
 * without a unit is no size: nobody can tell what it counts.
 */
export function printedSize(text: string | undefined): bigint | undefined {
  const match = /^(\d{1,15})(?:\.(\d{1,6}))?\s?([KMGTPE]i?B?|B)$/i.exec(text ?? '');
  if (!match) return undefined;
  const [, whole = '', fraction = '', unit = ''] = match;
  const power = 'BKMGTPE'.indexOf(unit.charAt(0).toUpperCase());
  return (BigInt(whole + fraction) * 1024n ** BigInt(power)) / 10n ** BigInt(fraction.length);
}

/** A shape of a printed size without a blank inside, for tables; a number without a unit has it, too. */
export const sizeShape = '\\d+(?:\\.\\d+)?(?:[KMGTPEkmgtpe]i?[Bb]?|[Bb])?';
