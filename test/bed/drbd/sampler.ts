import { readFileSync } from 'node:fs';
import type { DrbdBed, Server } from './bed';
import { servers } from './bed';

/** What a machine said of itself at one moment. */
export interface Sample {
  readonly node: Server;
  /** Epoch milliseconds, on the machine's clock, which is this one's. */
  readonly at: number;
  readonly role: string;
  /** Where the target is mounted. */
  readonly mounted?: string;
}

/** How long one sample speaks for its machine: they come every 200 ms, later when the machine is busy. */
const VALID = 1_000;

/** Both machines' own word on their role, five times a second, past every network: from their consoles. */
export function samplesOf(bed: DrbdBed): readonly Sample[] {
  return servers
    .flatMap((node) =>
      [...readFileSync(bed.console(node), 'utf8').matchAll(/^@ (\d{16}) (\S+) (\S+)$/gm)].map(
        ([, at, role = '', mounted = '-']): Sample => ({
          node,
          at: Number(at) / 1000,
          role,
          ...(mounted !== '-' && { mounted }),
        }),
      ),
    )
    .sort((a, b) => a.at - b.at);
}

/** Moments at which both machines were Primary, epoch milliseconds: none may ever be. */
export function doublePrimaries(samples: readonly Sample[]): readonly number[] {
  const last = new Map<Server, Sample>();
  return samples.flatMap((sample) => {
    last.set(sample.node, sample);
    const other = last.get(sample.node === 'oss1' ? 'oss2' : 'oss1');
    const isDouble = sample.role === 'Primary' && other?.role === 'Primary' && sample.at - other.at <= VALID;
    return isDouble ? [sample.at] : [];
  });
}
