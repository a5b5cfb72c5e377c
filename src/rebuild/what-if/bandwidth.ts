const units: Readonly<Record<string, number>> = {
  kbit: 1e3 / 8,
  Mbit: 1e6 / 8,
  Gbit: 1e9 / 8,
  'MB/s': 1e6,
  'GB/s': 1e9,
  'MiB/s': 2 ** 20,
  'GiB/s': 2 ** 30,
};

/** Reads a bandwidth such as `10Gbit` or `800MB/s` as bytes a second; undefined when it is none. */
export function readBandwidth(written: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,6})?)\s*([A-Za-z]+(?:\/s)?)$/.exec(written) ?? [];
  const factor = units[unit];
  const value = Number(number);
  return factor === undefined || !(value > 0) ? undefined : value * factor;
}

/** The units for people. */
export const bandwidthUnits = Object.keys(units).join(', ');
