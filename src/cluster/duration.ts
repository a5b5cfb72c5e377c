import type { Reading } from './grammar';
import { bareNumber } from './size';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What people write for a unit, in the singular and lower case. */
const words: Readonly<Record<string, string>> = {
  ...{ msec: 'ms', millisecond: 'ms', sec: 's', second: 's', min: 'm', minute: 'm' },
  ...{ hr: 'h', hour: 'h', day: 'd' },
};

/** The unit that was probably meant, or undefined. */
function unitMeant(written: string): string | undefined {
  const word = written.toLowerCase();
  if (Object.hasOwn(units, word)) return word;
  const singular = word.replace(/s$/, '');
  return Object.hasOwn(words, singular) ? words[singular] : undefined;
}

/** Reads a duration such as `1.5m` as milliseconds. */
export function readDuration(text: string): Reading<number> {
  const found = /^(\d{1,15}(?:\.\d{1,15})?)\s*([A-Za-z]+)$/.exec(text);
  const [, amount = '', unit = ''] = found ?? [];
  const factor = units[unit];
  if (found && factor !== undefined) {
    // Rounded to a thousandth of a millisecond, so that 1.1s and 1100ms are the same.
    const value = Math.round(Number(amount) * factor * 1000) / 1000;
    return value > 0 ? { value } : { problem: 'A duration has to be longer than 0.' };
  }
  if (/^0+(\.0+)?$/.test(text)) return { problem: 'A duration has to be longer than 0.' };
  if (bareNumber.test(text)) {
    return {
      problem: `The duration ${text.slice(0, 40)} has no unit. Write one: ms, s, m, h or d.`,
      code: 'size-without-unit',
      suggestions: /^\d{1,15}(\.\d{1,15})?$/.test(text) ? [`${text}s`, `${text}ms`, `${text}m`] : [],
    };
  }
  const problem = `'${text.slice(0, 40)}' is not a duration. Write a number and ms, s, m, h or d: 5s, 15m.`;
  const meant = found ? unitMeant(unit) : undefined;
  return meant === undefined
    ? { problem }
    : { problem, suggestions: [`${text.slice(0, text.length - unit.length).trimEnd()}${meant}`] };
}

/** A duration for people, in the largest unit that leaves no fraction. */
export function formatDuration(ms: number): string {
  for (const [unit, factor] of Object.entries(units).reverse()) {
    if (ms >= factor && ms % factor === 0) return `${ms / factor} ${unit === 'm' ? 'min' : unit}`;
  }
  return `${ms} ms`;
}

/** A duration as a cluster file writes it, in the largest unit that leaves no fraction: `15m`. */
export function durationText(ms: number): string {
  return formatDuration(ms).replace(' min', 'm').replace(' ', '');
}

/** How long something takes or is ago, in the two largest units: '4 s', '12 min', '3 h 05 min', '2 d 4 h'. */
export function roughDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** How long until something, to the second in the last minute, to ten before: '40 s', '11 min 20 s', '1 h 05 min'. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds >= 3600) return roughDuration(ms);
  const tens = Math.ceil(seconds / 10) * 10;
  const rest = tens % 60;
  if (tens >= 3600) return roughDuration(tens * 1000);
  return `${Math.floor(tens / 60)} min${rest === 0 ? '' : ` ${rest} s`}`;
}
