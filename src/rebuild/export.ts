import { amount, type Headline } from './headline';
import type { RebuildProgress } from './progress';
import type { Track } from './track';
import { leftText } from './words';

/** What an incident channel wants to know: a headline and a table, as Markdown. Times are UTC. */
export function progressMarkdown(
  cluster: string,
  at: number,
  { sentence }: Headline,
  rebuild: readonly RebuildProgress[],
): string {
  const rows = rebuild.map((one) =>
    [
      one.what,
      one.state,
      amount(one.remaining, one.unit),
      one.atRisk === undefined ? '' : amount(one.atRisk, one.unit),
      one.ratePerSecond === undefined || one.unit === 'seconds'
        ? ''
        : `${amount(one.ratePerSecond, one.unit)}/s`,
      leftText(one, at) ?? '',
    ].map(cell),
  );
  const table = [
    ['Recovery', 'State', 'Remaining', 'Last copy', 'Rate', 'Time left'],
    ['---', '---', '---:', '---:', '---:', '---:'],
    ...rows,
  ].map((row) => `| ${row.join(' | ')} |`);
  const head = `**${cell(cluster)}**, ${time(at)}: ${cell(sentence)}`;
  return `${[head, '', ...(rows.length > 0 ? table : [])].join('\n').trimEnd()}\n`;
}

/** A name from a node may hold anything; in a table it is text. */
function cell(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_[\]<>|]/g, (sign) => `\\${sign}`);
}

/** The whole history as CSV (RFC 4180): one line a sample, times in UTC, amounts as plain numbers. */
export function historyCsv(tracks: ReadonlyMap<string, Track>): string {
  const lines = [...tracks].flatMap(([what, { unit, points }]) =>
    points.map(({ at, remaining, rate }) =>
      [time(at), field(what), unit, String(remaining), rate === undefined ? '' : String(rate)].join(','),
    ),
  );
  return `${['time,recovery,unit,remaining,rate_per_second', ...lines].join('\r\n')}\r\n`;
}

/** Quoted where needed; a text that a spreadsheet would take for a formula is marked as text. */
function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function time(at: number): string {
  return new Date(at).toISOString();
}
