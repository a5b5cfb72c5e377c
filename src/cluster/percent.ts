import type { Reading } from './grammar';

/** Reads a margin such as `5%` or `2.5%` as hundredths of a percent, from 0 to below 100 %. */
export function readPercent(text: string): Reading<bigint> {
  const found = /^(\d{1,6})(?:\.(\d{1,20}))?\s*%$/.exec(text);
  if (!found) {
    const bare = /^\d{1,2}(\.\d{1,2})?$/.test(text);
    return {
      problem: `'${text.slice(0, 40)}' is not a percentage. Write a number and %: ${bare ? text : '5'}%.`,
      ...(bare ? { suggestions: [`${text}%`] } : {}),
    };
  }
  const decimals = (found[2] ?? '').replace(/0+$/, '');
  if (decimals.length > 2) return { problem: `${text} is finer than a hundredth of a percent.` };
  const value = BigInt((found[1] ?? '0') + decimals.padEnd(2, '0'));
  return value < 10_000n ? { value } : { problem: `${text} is not below 100%.` };
}

/** Hundredths of a percent for people: `5 %`, `2.5 %`. */
export function formatPercent(hundredths: bigint): string {
  const fraction = String(hundredths % 100n)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return `${hundredths / 100n}${fraction ? `.${fraction}` : ''} %`;
}
