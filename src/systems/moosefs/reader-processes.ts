import { readAddresses, type InterfaceAddress } from './reader-addresses';
import { addressMark, endMark } from './probes-scripts';
import { count, unreadable } from './reader-text';

/** A process of MooseFS or ucarp. `state` is the letter of proc(5): R S D T Z … */
export interface ProcessReading {
  readonly name: string;
  readonly pid: number;
  readonly state: string;
}

/** A running ucarp; numbers are absent when its command line could not be understood. */
export interface UcarpReading {
  readonly pid: number;
  readonly vhid?: number;
  readonly skew?: number;
}

/** What the service probe said about a node. */
export interface ServiceReport {
  readonly processes: readonly ProcessReading[];
  readonly ucarps: readonly UcarpReading[];
  readonly addresses: readonly InterfaceAddress[];
}

/** The part of a probe's output before its end mark. Throws `UnreadableError` when the mark is missing. */
export function complete(from: string, stdout: string, stderr: string): string {
  const lines = stdout.trimEnd().split('\n');
  if (lines.at(-1)?.trim() !== endMark)
    throw unreadable(from, `“${endMark}” as the last line`, (lines.at(-1) ?? '') || stderr);
  return lines.slice(0, -1).join('\n');
}

/** Reads the output of `serviceScript`. Throws `UnreadableError`. */
export function readServices(stdout: string, stderr: string): ServiceReport {
  const from = 'process list';
  const text = complete(from, stdout, stderr);
  const lines = text.split('\n');
  const mark = lines.indexOf(addressMark);
  if (mark < 0) throw unreadable(from, `a line “${addressMark}” and addresses after it`, stderr || text);
  const addresses = lines.slice(mark + 1).join('\n');
  const processes: ProcessReading[] = [];
  const ucarps: UcarpReading[] = [];
  for (const line of lines.slice(0, mark)) {
    const process = /^process\|(\w+)\|(\d+) \(.*\) ([A-Za-z]) /.exec(line);
    if (process)
      processes.push({
        name: process[1] ?? '',
        pid: count(from, 'a process id', process[2]),
        state: process[3] ?? '',
      });
    const ucarp = /^ucarp\|(\d+)\|(\d+|unknown)\|(\d+|unknown)$/.exec(line);
    if (ucarp) {
      const number = (digits = '') => (digits === 'unknown' ? undefined : Number(digits));
      const vhid = number(ucarp[2]);
      const skew = number(ucarp[3]);
      ucarps.push({
        pid: count(from, 'a process id', ucarp[1]),
        ...(vhid === undefined ? {} : { vhid }),
        ...(skew === undefined ? {} : { skew }),
      });
    }
  }
  return {
    processes,
    ucarps, // where `ip` is missing, the shell's complaint says more than no line at all
    addresses: readAddresses(addresses.trim() === '' ? stderr : addresses),
  };
}
