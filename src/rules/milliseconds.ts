import { finding } from './finding';
import type { Rule } from './rule';
import { timingParameters } from './timing';

/** `milliseconds`: a time in milliseconds that was probably meant in seconds or minutes. */
export const milliseconds: Rule = (draft) =>
  timingParameters(draft)
    .filter(({ isDoubtful }) => isDoubtful)
    .map(({ name, written: { value, range } }) => {
      const readings = [
        { ms: value * 1000, words: `${value} s` },
        { ms: value * 60_000, words: `${value} min` },
      ];
      const [seconds, minutes] = readings;
      return finding(
        'milliseconds',
        'warning',
        range,
        `${name} counts milliseconds: ${value} is ${value / 1000} s, and a rebuild would start that soon. Write ${seconds?.ms} for ${seconds?.words}, or ${minutes?.ms} for ${minutes?.words}.`,
        {
          fixes: readings.map(({ ms, words }) => ({
            title: `Change to ${ms} (${words})`,
            edits: [{ range, newText: String(ms) }],
          })),
        },
      );
    });
