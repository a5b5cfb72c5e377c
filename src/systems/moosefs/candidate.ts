import type { ChangelogFile, ImageFile } from './reader-metadata';
import type { Survey } from './survey';

/** What a candidate could be promoted to from its metalogger's files. */
export interface Worth {
  readonly image: { readonly version: number; readonly fileid: string };
  /** The last change that its files reach without a gap. */
  readonly last: number;
  /** Time stamp of that change, epoch seconds by the master that made it; undefined: no change since the image. */
  readonly lastAt?: number;
}

const isMetaloggerImage = ({ name }: ImageFile) => name.startsWith('metadata_ml.mfs');
const isMetaloggerLog = ({ name }: Pick<ChangelogFile, 'name'>) => name.startsWith('changelog_ml');

/** How far a row of changelogs reaches from a version on, without a gap. */
function reach(
  version: number,
  logs: readonly ChangelogFile[],
): { last: number; lastAt?: number; gapAt?: number } {
  let last = version - 1;
  let lastAt: number | undefined;
  for (const log of [...logs].sort((a, b) => a.first - b.first)) {
    if (log.last <= last) continue;
    if (log.first > last + 1) return { last, ...(lastAt !== undefined && { lastAt }), gapAt: last + 1 };
    last = log.last;
    lastAt = log.lastAt;
  }
  return { last, ...(lastAt !== undefined && { lastAt }) };
}

/** A candidate's worth, or the sentence that says why it cannot be promoted. Pure. */
export function worthOf(
  survey: Pick<Survey, 'images' | 'changelogs' | 'unreadable'>,
): Worth | { readonly unfit: string } {
  const images = survey.images.filter(isMetaloggerImage).flatMap(({ header }) => header ?? []);
  const image = images.sort((a, b) => b.version - a.version)[0];
  if (!image) {
    return {
      unfit:
        'it has no image of the metadata: its metalogger has not downloaded one yet ' +
        '(a new master serves none until it has saved one)',
    };
  }
  const broken = survey.unreadable.find((name) => isMetaloggerLog({ name }));
  if (broken !== undefined) return { unfit: `the first or last line of its ${broken} is no change` };
  const { last, lastAt, gapAt } = reach(image.version, survey.changelogs.filter(isMetaloggerLog));
  if (gapAt !== undefined) return { unfit: `its changelogs lack change ${gapAt}` };
  return { image, last, ...(lastAt !== undefined && { lastAt }) };
}

/** The last change in the files of a node that was the master itself; undefined when it never was. */
export function lastOwnChange(survey: Survey): OwnChange | undefined {
  const own = survey.changelogs.filter((log) => /^changelog\.\d+\.mfs$/.test(log.name));
  const newest = own.sort((a, b) => b.last - a.last)[0];
  return newest && { last: newest.last, ...(newest.lastAt !== undefined && { lastAt: newest.lastAt }) };
}

/** A change that a node made as the master. */
export interface OwnChange {
  readonly last: number;
  /** Its time stamp, epoch seconds by that node's clock. */
  readonly lastAt?: number;
}

/** Bytes that a promotion may need besides what is there: a new image and its save. */
const headroom = 64 * 1024 * 1024;

/** Why a candidate has not enough room for the dry run and the promotion, or undefined. */
export function lackOfSpace(survey: Survey): string | undefined {
  // The copy, the restored image and the new master's own may all lie on one file system.
  const needed = 3 * survey.setBytes + headroom;
  if (survey.dataFree < needed) {
    return `its data path has ${survey.dataFree} bytes free, and the promotion may need ${needed}`;
  }
  if (survey.scratchFree < needed) {
    return `/var/tmp has ${survey.scratchFree} bytes free, and the dry run may need ${needed}`;
  }
  return undefined;
}

/** What a candidate could be promoted to, or why it cannot: its files first, then its space. */
export function fitness(survey: Survey): Worth | { readonly unfit: string } {
  const worth = worthOf(survey);
  const lack = lackOfSpace(survey);
  return 'unfit' in worth || lack === undefined ? worth : { unfit: lack };
}
