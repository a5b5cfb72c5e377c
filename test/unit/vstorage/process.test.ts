import assert from 'node:assert/strict';
import { advance, type CsProcess, type Process } from '../../../src/systems/vstorage/process';
import {
  answerAt,
  idsOf,
  inactiveAfter,
  lookAt,
  Moment,
  randomWorld,
  ranOver,
  stageAt,
  type World,
} from './process-model';

const exact = { early: 0, late: 0, isSeen: true } as const;

/** Where the machine and the model disagree about one service at one look. */
function disagreements(world: World, index: number, cs: CsProcess, node: number): string[] {
  const look = lookAt(world, index);
  const moment = new Moment(world, look.at);
  const isGarbled = look.garbled.has(cs.id);
  const state = isGarbled ? 'unknown' : moment.state(node);
  const found: string[] = [];
  const say = (what: string) => found.push(`look ${index}, CS ${cs.id} (${state}): ${what}`);
  if (cs.state !== state) say(`the machine says ${cs.state}`);
  const counts = state === 'inactive' || (state === 'maintenance' && !moment.answers(node));
  if ((cs.dueAt !== undefined) !== counts) say(`counts down: ${cs.dueAt !== undefined}`);
  if (cs.dueAt !== undefined) {
    const due = look.at + look.ahead + moment.limit(node) - moment.silentFor(node);
    const off = cs.dueAt - due;
    const isExact = off === 0 && cs.isOlder !== true;
    const { early, late, isSeen } = isExact ? exact : slack(world, index, cs.id, node);
    if (off < -early) say(`given up ${-off} ms later than the machine says`);
    // Where it says “at most”, it may be less.
    if (cs.isOlder === true ? isSeen : off > late) say(`given up ${off} ms earlier than the machine says`);
    if (cs.threshold !== (moment.isInMaintenance(node) ? 'maintenanceTimeout' : 'offlineTimeout'))
      say(`by ${cs.threshold}`);
  }
  if (state === 'offline' && (cs.overran === true) !== ranOver(world, index, cs.id, node))
    say(`overran: ${cs.overran}`);
  return found;
}

/**
 * How far the machine may be off, in milliseconds. It knows of a silence from the first look that shows it, unless the
 * log tells; and of a standstill of the MDS between these two looks it does not know on which side of the silence's
 * beginning it was.
 */
function slack(
  world: World,
  index: number,
  id: number,
  node: number,
): { readonly early: number; readonly late: number; readonly isSeen: boolean } {
  const from = new Moment(world, lookAt(world, index).at).silentFrom(node);
  const looks = world.looks.slice(0, index + 1).filter(({ garbled }) => !garbled.has(id));
  const states = looks.map(({ at }) => new Moment(world, at));
  // A silence goes on as long as no look shows that it serves.
  const isSilent = (moment: Moment) =>
    ['inactive', 'offline'].includes(moment.state(node)) ||
    (moment.state(node) === 'maintenance' && !moment.answers(node));
  const before = states.findLastIndex((moment) => !isSilent(moment));
  const last = states[before]?.at ?? -Infinity;
  // The silence of now, which may be another one than that of the look before: it came back between two looks.
  const now = states.findIndex(({ at }) => at >= from);
  const isAnother = now > before + 1;
  const first = states[Math.max(now, before + 1)];
  if (!first) throw new RangeError('No look shows the silence.');
  const isTold = looks.some(
    ({ at, hasLog }, i) => at >= first.at && hasLog && states[i]?.state(node) === 'inactive',
  );
  const stood = world.standstills
    .filter(({ at }) => at > last && at <= first.at)
    .reduce((sum, { lasts }) => sum + lasts, 0);
  return {
    early: stood + (isAnother && !isTold ? from - last + inactiveAfter : 0),
    // An inactive one has been silent for 15 s at least.
    late:
      stood + (isTold ? 0 : first.silentFor(node) - (first.state(node) === 'inactive' ? inactiveAfter : 0)),
    isSeen: before >= 0 && !isAnother && first.state(node) !== 'offline',
  };
}

describe('process of the rebuild document', function () {
  this.timeout(120_000);

  it('is the same as that of an independent model, in 10,000 random sequences of events', () => {
    const start = Number(process.env['PROCESS_SEED'] ?? 1);
    const runs = Number(process.env['PROCESS_RUNS'] ?? 10_000);
    const stages = new Map<string, number>();
    for (let seed = start; seed < start + runs; seed++) {
      const world = randomWorld(seed);
      const nodes = new Map(idsOf(world).map(({ id, node }) => [id, node]));
      let now: Process | undefined;
      for (let index = 0; index < world.looks.length; index++) {
        now = advance(now, answerAt(world, index));
        const found = now.services.flatMap((cs) => disagreements(world, index, cs, nodes.get(cs.id) ?? 0));
        const stage = stageAt(world, index);
        if (now.stage !== stage) found.push(`look ${index}: stage ${now.stage}, not ${stage}`);
        if (found.length > 0) assert.fail(`PROCESS_SEED=${seed}\n${found.join('\n')}`);
        stages.set(stage, (stages.get(stage) ?? 0) + 1);
      }
    }
    // A generator that never gets anywhere proves nothing.
    if (runs >= 10_000)
      for (const stage of [
        'stable',
        'waiting',
        'held',
        'rebuilding',
        'suppressed',
        'cannot-rebuild',
        'needs-cs',
      ])
        assert.ok((stages.get(stage) ?? 0) > 500, `${stage}: ${stages.get(stage)}`);
  });
});
