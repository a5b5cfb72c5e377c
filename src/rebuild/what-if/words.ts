import { roughDuration } from '../../cluster/duration';
import { formatSize } from '../../cluster/size';
import { count } from '../../rules/domains';
import { rebuildSeconds, type Speed } from './duration';
import type { TierOutcome } from './what-if';

/** What comes of one tier, as sentences: data, writes, rebuild, time. */
export function outcomeSentences(outcome: TierOutcome, speed?: Speed): readonly string[] {
  const where = outcome.tier === undefined ? '' : `Tier ${outcome.tier}: `;
  if (outcome.hit.length === 0) return [`${where}holds nothing of what is lost.`];
  return [lossSentence(outcome), blockedSentence(outcome), ...rebuildSentences(outcome, speed)].map(
    (sentence) => (where === '' ? sentence : `${where}${sentence}`),
  );
}

function lossSentence({ loss, worst, pieces, data, hit, kind }: TierOutcome): string {
  const tolerance = pieces - data;
  const limit = tolerance === 0 ? 'and none may be lost' : `and ${tolerance} may be lost`;
  switch (loss) {
    case 'kept':
      return `No data is lost: a chunk loses at most ${worst} of its ${pieces} pieces, ${limit}.`;
    case 'possible':
      return `Data may be lost: a chunk with pieces on all of ${count(hit.length, kind)} loses ${worst} of its ${pieces} pieces, ${limit}. Whether there is one only the cluster knows.`;
    case 'certain':
      return `Data is lost: what is gone holds more than ${tolerance === 0 ? 'none' : tolerance} of the ${pieces} pieces of some chunks, wherever they lie.`;
    case 'unknown':
      return `Data may be lost: up to ${worst} of the ${pieces} pieces of a chunk are gone, ${limit}; how full the disks are is unknown.`;
  }
}

function blockedSentence({ blocked }: TierOutcome): string {
  switch (blocked) {
    case 'kept':
      return 'Writes go on.';
    case 'possible':
    case 'unknown':
      return 'Writes to some chunks may wait until these have been rebuilt.';
    case 'certain':
      return 'Writes to some chunks wait until these have been rebuilt.';
  }
}

function rebuildSentences(outcome: TierOutcome, speed: Speed | undefined): readonly string[] {
  const { rebuild, kind, loss } = outcome;
  switch (rebuild.able) {
    case 'nothing-lost':
      return ['Nothing has to be rebuilt: the disks that are gone are empty.'];
    case 'unknown':
      return ['Whether it can rebuild itself shows once every disk has its capacity and usage.'];
    case 'too-few-domains':
      return [
        `It cannot rebuild itself: ${count(rebuild.needed, kind)} are needed for the pieces of a chunk, ${rebuild.left} are left. Bring one back, or add ${count(rebuild.needed - rebuild.left, kind)}.`,
      ];
    case 'no-room':
      return [
        `It cannot rebuild itself: room for ${formatSize(rebuild.missing)} is missing. Add capacity, or delete data.`,
      ];
    case 'yes': {
      const seconds = speed && rebuildSeconds(outcome, speed);
      const all = loss === 'kept' ? '' : ' what is not lost:';
      const reads =
        outcome.data === 1
          ? ''
          : ` For each byte it reads ${outcome.data}: ${formatSize(rebuild.read)} over the network.`;
      return [
        `It can rebuild itself:${all} ${formatSize(rebuild.bytes)} are written anew.${reads}`,
        ...(seconds === undefined
          ? []
          : [
              `That takes ${speed?.by === 'measured' ? 'about' : 'at least'} ${roughDuration(seconds * 1000)}.`,
            ]),
      ];
    }
  }
}
