/** The files that may be cluster files, for `findFiles` and for watching. */
export const clusterFileGlob = '**/{*.cluster.yaml,cluster.yaml}';

/** Whether a path and its text are a cluster file; other tools use the bare name `cluster.yaml`, too. */
export function isClusterFile(path: string, text: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.endsWith('.cluster.yaml')) return true;
  return name === 'cluster.yaml' && /^cluster[ \t]*:/m.test(text) && /^system[ \t]*:/m.test(text);
}

/** Whether a path could be one, before anybody has read it. */
export function mayBeClusterFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.endsWith('.cluster.yaml') || name === 'cluster.yaml';
}
