import type { Destination } from './destination';

/** One hop of a ProxyJump: as written, and read. */
export interface Hop {
  readonly text: string;
  readonly destination: Destination;
}

const HOP = /^(?:ssh:\/\/)?(?:([^@]+)@)?(?:\[([0-9A-Fa-f:.%\w]+)\]|([^:@[\]/]+))(?::(\d{1,5}))?$/;

/** The hops of a ProxyJump in the order they are passed (ssh(1), `-J`), or undefined when one cannot be read. */
export function parseJump(text: string): readonly Hop[] | undefined {
  const hops: Hop[] = [];
  for (const part of text.split(',').map((word) => word.trim())) {
    const found = HOP.exec(part);
    const host = found?.[2] ?? found?.[3];
    if (!found || host === undefined || part.startsWith('-') || host.startsWith('-')) return undefined;
    const [, user, , , port] = found;
    hops.push({
      text: part,
      destination: {
        host,
        ...(user === undefined ? {} : { user }),
        ...(port === undefined ? {} : { port: Number(port) }),
      },
    });
  }
  return hops;
}
