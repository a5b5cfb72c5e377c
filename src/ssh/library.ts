import type * as Ssh2 from 'ssh2';

/** The ssh2 library, loaded on first use: requiring it takes 60 to 100 ms. */
export async function loadSsh2(): Promise<typeof Ssh2> {
  const loaded: typeof Ssh2 & { readonly default?: typeof Ssh2 } = await import('ssh2');
  // A CommonJS module that was imported natively has its names only on `default`.
  return loaded.default ?? loaded;
}
