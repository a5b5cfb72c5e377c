import assert from 'node:assert/strict';
import { DrbdBed, servers } from './bed';
import type { Row } from './row';
import { doublePrimaries, samplesOf } from './sampler';
import { Story, toldWholly } from './story';
import { lostOn, Writer } from './writer';

/** What the table shows of a row. */
export interface Played {
  readonly row: Row;
  readonly outcome: string;
  readonly seconds: number;
  /** Milliseconds without a write while a plan ran that had to succeed. */
  readonly outage?: number;
  readonly acknowledged?: number;
  readonly lost?: number;
  /** Samples of roles that were taken, and at how many of them both were Primary. */
  readonly samples: number;
  readonly twoPrimaries: number;
  readonly remark: string;
  /** What was not as it has to be; absent: it passed. */
  readonly failure?: string;
  /** A write was lost untold, or both were Primary: no second try makes that good. */
  readonly isUnsafe: boolean;
  /** What the runs said, for whoever looks for the cause. */
  readonly told: string;
}

/** Builds a bed, plays a row on it, measures, and removes the bed again. Never rejects. */
export async function play(row: Row): Promise<Played> {
  const began = Date.now();
  const failures: string[] = [];
  const unsafe: string[] = [];
  let bed: DrbdBed | undefined;
  let story: Story | undefined;
  let acknowledged: number | undefined;
  let lost: number | undefined;
  let samples: ReturnType<typeof samplesOf> = [];
  let double: readonly number[] = [];
  const attempt = async (what: string, act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  await attempt('bed', async () => {
    bed = await DrbdBed.start();
    const file = await bed.clusterFile();
    const writer = await Writer.start(bed);
    const played = (story = new Story(bed, file, writer));
    await attempt('row', () => row.play(played));
    await attempt('writes', async () => {
      const writes = await writer.stop();
      acknowledged = writes.length;
      const serving = await played.bed.serving();
      assert(serving, `the target is served by no node, or by two: ${await played.roles()}`);
      const gone = await lostOn(played.bed, serving, writes);
      lost = gone.length;
      if (gone.length > 0 && !played.lossConfirmed)
        unsafe.push(
          `of ${writes.length} acknowledged writes these are gone on ${serving}: ${gone.map(({ number }) => number).join(' ')}`,
        );
    });
    await attempt('leftovers', () => nothingLeft(played));
    samples = samplesOf(bed);
    double = doublePrimaries(samples);
    if (double.length > 0)
      unsafe.push(
        `both were Primary at ${double.length} samples, first ${new Date(double[0] ?? 0).toISOString()}`,
      );
    if (samples.length < 20) failures.push(`only ${samples.length} samples of the roles were taken`);
  });
  bed?.stop();
  const { outcomes = [], remarks = [], runs = [], outage } = story ?? {};
  const failure = [...unsafe, ...failures].join('\n');
  return {
    row,
    outcome: outcomes.join(' → '),
    seconds: Math.round((Date.now() - began) / 1000),
    ...(outage !== undefined && { outage }),
    ...(acknowledged !== undefined && { acknowledged }),
    ...(lost !== undefined && { lost }),
    samples: samples.length,
    twoPrimaries: double.length,
    remark: remarks.join('; '),
    ...(failure !== '' && { failure }),
    isUnsafe: unsafe.length > 0,
    told: runs.map((run) => `--- ${run.id ?? 'no run'}\n${toldWholly(run)}`).join('\n'),
  };
}

/** Neither lock nor scratch folder of a run may stay on a server that is on, nor may any promotion have been forced. */
async function nothingLeft(story: Story): Promise<void> {
  for (const node of servers) {
    if (!(await story.bed.isOn(node))) continue;
    const left = await story.bed.sh(node, 'ls -d /run/standby/*.lock /run/standby/out.* 2>/dev/null || true');
    assert.equal(left.trim(), '', `left on ${node}`);
    const forced = await story.bed.sh(
      node,
      "grep -E 'primary.*--force|--force.*primary' /var/tmp/drbdadm.log || true",
    );
    assert.equal(forced.trim(), '', `a promotion on ${node} was forced`);
  }
}
