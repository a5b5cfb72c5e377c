import { emptyPlan } from '../../failover/blank';
import type { Plan } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import { clusterBack } from './checks';
import { expectedChunkservers } from './chunkservers';
import { masterImage } from './master-image';
import { proofs, silenceForbids, theMaster } from './plan-rejoin';
import { moosefsSection } from './section';
import { situationOf } from './situation';
import { canary, seeTheClusterBack } from './steps';
import { fetchImage, imageIsFreshFor, writeImage } from './steps-rejoin';
import { nodeClock } from './tails';

/** Bytes that stay free besides the old image and the new one. */
const headroom = 64 * 1024 * 1024;

/** The plan that makes the master write an image of its metadata, and waits until its metaloggers have one. Pure. */
export function planWriteImage(input: PlanInput): Plan {
  const { cluster } = input;
  const plan = emptyPlan(input);
  const refuse = (refused: string): Plan => ({ ...plan, refused });
  if (!moosefsSection(cluster).virtualIp) return refuse('The cluster file has no moosefs.virtualIp.');
  const situation = situationOf(input);
  if ('refused' in situation) return refuse(situation.refused);
  const { answering, silent, hung } = situation;
  const [stuck] = hung;
  if (stuck) {
    return refuse(
      `mfsmaster on ${stuck.node.name} is there but does not answer: end it first (rejoin, or restart-master where it was the master).`,
    );
  }
  const master = theMaster(situation);
  if ('refused' in master) return refuse(master.refused);
  const no = silenceForbids(silent);
  if (no !== undefined) return refuse(no);

  const { node, survey, version } = master;
  const image = masterImage(survey);
  const age = image && nodeClock(input, node) - image.writtenAt;
  const metaloggers = answering.filter(
    (each) => each.node !== node && each.survey.processes.some(({ name }) => name === 'mfsmetalogger'),
  );
  const isFresh = age !== undefined && age <= imageIsFreshFor;
  const needed = 2 * Math.max(survey.setBytes, image?.size ?? 0) + headroom;
  if (!isFresh && survey.dataFree < needed) {
    return refuse(
      `The data path of ${node.name} has ${survey.dataFree} bytes free, and a new image may need ${needed}. Make room first.`,
    );
  }
  const fetches = metaloggers.map((each) => fetchImage(cluster, each.node, version));
  const skip = new Set(silent.map((each) => each.node.name));
  const expected = expectedChunkservers(input);
  return {
    ...plan,
    lockNodes: answering.map((each) => each.node.name),
    notes: [
      `${node.name} is the master (version ${version}); ` +
        (image
          ? `its image has version ${image.version} and is ${age} s old.`
          : 'it has no image that a metalogger could use.'),
      'Choose a quiet moment: the master restarts in place, and clients wait until it is back. It also saves an image by itself at every full hour.',
    ],
    steps: [
      ...proofs(silent, answering),
      {
        ...writeImage(cluster, node, version, [clusterBack(cluster, node, expected)]),
        ...(isFresh && { done: true }),
      },
      seeTheClusterBack(cluster, node, expected),
      ...fetches,
      ...canary(cluster, skip),
    ],
  };
}
