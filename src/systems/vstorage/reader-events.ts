import type { ClusterEvent, CsState } from './observation';
import { wholeNumber } from './reader-text';

/** The clock of the node that printed events. */
export interface NodeClock {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Minutes east of Greenwich. */
  readonly zone: number;
}

const time = '(\\d{2,4}[-./]\\d{2}[-./]\\d{2,4}[ T]\\d{2}:\\d{2}(?::\\d{2})?(?:[.,]\\d+)?)';
/** `TIME SYS SEV MESSAGE`; edition by edition the two in the middle may be absent. */
const full = new RegExp(`^\\s*${time}\\s+([A-Z][A-Z0-9_]{1,9})\\s+([A-Za-z]{3,7})\\s+(\\S.*?)\\s*$`);
const plain = new RegExp(`^\\s*${time}\\s+(\\S.*?)\\s*$`);

/**
 * Reads `vstorage -c NAME get-event`, the oldest first as printed. Lines that do not begin with a time are left
 * out; so is the moment of an event whose time can be read in two ways.
 */
export function readEvents(text: string, clock?: NodeClock): readonly ClusterEvent[] {
  return text.split(/\r?\n/).flatMap((line): ClusterEvent[] => {
    const match = full.exec(line);
    const bare = match ? undefined : plain.exec(line);
    const written = match?.[1] ?? bare?.[1];
    const message = match?.[4] ?? bare?.[2];
    if (written === undefined || message === undefined) return [];
    const at = clock && moment(written, clock);
    const meaning = meaningOf(message);
    return [
      {
        time: written,
        ...(at === undefined ? {} : { at }),
        ...(match?.[2] ? { system: match[2] } : {}),
        ...(match?.[3] ? { severity: match[3].toLowerCase() } : {}),
        message,
        ...(meaning ? { meaning } : {}),
      },
    ];
  });
}

/** Only a year of four digits in front says which number is the day and which the month. */
function moment(text: string, { now, zone }: NodeClock): number | undefined {
  const match = /^(\d{4})[-./](\d{2})[-./](\d{2})[ T](\d{2}):(\d{2})(?::(\d{2}))?/.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const at = Date.UTC(year, month - 1, day, hour, minute, second) - zone * 60_000;
  // An event that is yet to come was read wrongly, or the clocks of the nodes differ.
  return Number.isFinite(at) && at <= now + 60_000 ? at : undefined;
}

/** Wording differs between editions; an event that is not understood changes nothing. */
function meaningOf(message: string): ClusterEvent['meaning'] {
  const started = /^Replication started(?:,\s*(\d+) chunks? (?:is|are) queued)?/i.exec(message);
  if (started) {
    const queued = wholeNumber(started[1]);
    return { kind: 'replication-started', ...(queued === undefined ? {} : { queued }) };
  }
  if (/^Replication completed\b/i.test(message)) return { kind: 'replication-completed' };
  const cs =
    /^CS#(\d{1,15})(?: \([^)]*\))? (?:is|is now|became|got|went|was marked as|is marked as) (active|inactive|offline)\b/i.exec(
      message,
    );
  const id = wholeNumber(cs?.[1]);
  return id === undefined ? undefined : { kind: 'cs', id, state: (cs?.[2] ?? '').toLowerCase() as CsState };
}
