import { randomBytes } from 'node:crypto';

const PATTERN = /^\d{8}T\d{6}Z-[0-9a-f]{8}$/;

/** A run's id: its start in UTC, so that ids sort by time, and eight random digits. */
export function newRunId(now: number, random: (bytes: number) => Buffer = randomBytes): string {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${random(4).toString('hex')}`;
}

/** Whether a text is a run's id; an id becomes a file name and a line of the lock. */
export function isRunId(text: string): boolean {
  return PATTERN.test(text);
}
