import { createHash } from 'node:crypto';
import type { ClusterHistory } from './history';

/** The hash under which a console's text is approved, and under which history says what it said. */
export function consoleHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** What is known of a console: it told the truth about its node, or the contrary. */
export type ConsoleRecord = 'proven' | 'contradicts';

/**
 * What the console with this very text last said while its node answered: not-off proves it, off contradicts
 * what can be seen. undefined when nobody ever asked it then.
 */
export function consoleRecord(
  { consoles, contradictions = {} }: Pick<ClusterHistory, 'consoles' | 'contradictions'>,
  node: string,
  text: string,
): ConsoleRecord | undefined {
  const hash = consoleHash(text);
  const own = <T extends { readonly hash: string }>(map: Readonly<Record<string, T>>): T | undefined => {
    const entry = Object.hasOwn(map, node) ? map[node] : undefined;
    return entry?.hash === hash ? entry : undefined;
  };
  const [proof, contradiction] = [own(consoles), own(contradictions)];
  if (contradiction && contradiction.offAt > (proof?.notOffAt ?? -1)) return 'contradicts';
  return proof && 'proven';
}
