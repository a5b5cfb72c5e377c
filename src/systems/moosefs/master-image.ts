import type { ChangelogFile, ImageFile } from './reader-metadata';

/** The image that a master serves to metaloggers. */
export interface MasterImage {
  readonly version: number;
  readonly size: number;
  /** Epoch seconds by the master's clock. */
  readonly writtenAt: number;
}

/** What a node's files say, as far as an image of its own is concerned. */
interface Files {
  readonly images: readonly ImageFile[];
  readonly changelogs: readonly ChangelogFile[];
}

/**
 * The image that metaloggers can download from this master, or undefined while it has none: a promoted master has
 * none until it saves one, and an older one is of no use when the two changelogs that go with it do not reach back to it
 * (a metalogger downloads the image, changelog.0 and changelog.1: MooseFS 3.0.117).
 */
export function masterImage({ images, changelogs }: Files): MasterImage | undefined {
  const file = images.find(({ name, header }) => name === 'metadata.mfs.back' && header !== undefined);
  if (!file?.header) return undefined;
  const { version } = file.header;
  const logs = changelogs.filter(({ name }) => /^changelog\.[01]\.mfs$/.test(name));
  const isCovered =
    logs.every(({ last }) => last < version) ||
    logs.some(({ first, last }) => first <= version && version <= last + 1);
  return isCovered ? { version, size: file.size, writtenAt: file.mtime } : undefined;
}

/** Files of a node that was the master itself; a metalogger has none of them. */
export function ownFiles({ images, changelogs }: Files): readonly string[] {
  return [
    ...images.map(({ name }) => name).filter((name) => /^metadata\.mfs(\.back(\.\d+)?)?$/.test(name)),
    ...changelogs.map(({ name }) => name).filter((name) => /^changelog\.\d+\.mfs$/.test(name)),
  ];
}
