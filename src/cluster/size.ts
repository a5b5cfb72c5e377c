import type { Reading } from './grammar';

const decimal = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
const pattern = /^(\d{1,30})(?:\.(\d{1,30}))?\s*([A-Za-z]+)$/;

/** Bytes of one of the unit, or undefined. `KB` counts as `kB`. */
function bytesOf(unit: string): bigint | undefined {
  const power10 = decimal.indexOf(unit === 'KB' ? 'kB' : unit);
  if (power10 !== -1) return 1000n ** BigInt(power10);
  const power2 = binary.indexOf(unit);
  return power2 === -1 ? undefined : 1024n ** BigInt(power2);
}

/** A bare number as YAML or a person writes it, not negative. */
export const bareNumber = /^\+?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$|^0x[0-9a-fA-F]+$|^0o[0-7]+$/;

/** Reads a size such as `931.5GiB` as whole bytes; a fraction of a byte is dropped. */
export function readSize(text: string): Reading<bigint> {
  const found = pattern.exec(text);
  const [, whole = '', fraction = '', unit = ''] = found ?? [];
  const bytes = bytesOf(unit);
  if (found && bytes !== undefined) {
    return { value: (BigInt(whole + fraction) * bytes) / 10n ** BigInt(fraction.length) };
  }
  if (/^0+(\.0+)?$/.test(text)) return { value: 0n };
  if (bareNumber.test(text)) {
    return {
      problem: `The size ${shorten(text)} has no unit. Write one: ${shorten(text)}GB, ${shorten(text)}TB, ${shorten(text)}TiB …`,
      code: 'size-without-unit',
      suggestions: /^\d{1,30}(\.\d{1,30})?$/.test(text) ? [`${text}TB`, `${text}GB`, `${text}B`] : [],
    };
  }
  const known = [...decimal, ...binary].find((candidate) => candidate.toLowerCase() === unit.toLowerCase());
  if (found && known !== undefined) {
    const meant = `${text.slice(0, text.length - unit.length)}${known}`;
    return {
      problem: `'${unit}' is not a unit; upper and lower case matter. Write ${shorten(meant)}.`,
      suggestions: [meant],
      safe: true,
    };
  }
  const letter = found && /^[kmgtpe]$/i.exec(unit)?.[0].toUpperCase();
  const number = text.slice(0, text.length - unit.length).trimEnd();
  return {
    ...(letter
      ? { suggestions: [`${number}${letter === 'K' ? 'k' : letter}B`, `${number}${letter}iB`] }
      : {}),
    problem: `'${shorten(text)}' is not a size. Write a number and a unit: B, kB, MB, GB, TB, PB, EB, KiB, MiB, GiB, TiB, PiB or EiB.`,
  };
}

/** A size for people: the largest decimal unit with at most two decimals, never rounded to 0. */
export function formatSize(bytes: bigint): string {
  if (bytes < 0n) return `-${formatSize(-bytes)}`;
  let power = 0;
  // What would round to 1000 of a unit is 1 of the next.
  while (power < decimal.length - 1 && bytes * 200n >= 199_999n * 1000n ** BigInt(power)) power++;
  const unit = 1000n ** BigInt(power);
  const hundredths = (bytes * 100n + unit / 2n) / unit;
  const fraction = String(hundredths % 100n)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return `${hundredths / 100n}${fraction ? `.${fraction}` : ''} ${decimal[power]}`;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
