import * as path from 'node:path';

/** What the `%` tokens of an SSH configuration stand for (ssh_config(5), TOKENS). */
export type Tokens = Readonly<Record<string, string>>;

/** A text of an SSH configuration that names what Standby does not know; `what` is `%C` or `${NAME}`. */
export class UnknownToken extends Error {
  override readonly name = 'UnknownToken';
  constructor(readonly what: string) {
    super(`${what} is not known`);
  }
}

/** `~` and `~/…` as ssh expands them for this user (misc.c, tilde_expand_filename). */
export function expandHome(file: string, homeDir: string): string {
  return file === '~' || file.startsWith('~/') ? path.join(homeDir, file.slice(1)) : file;
}

/**
 * Puts in the `%` tokens, and the environment where it is given: `${NAME}` (misc.c, percent_dollar_expand).
 * Throws UnknownToken.
 */
export function expandTokens(
  text: string,
  tokens: Tokens,
  environment?: Readonly<Record<string, string | undefined>>,
): string {
  return text.replace(/%(.?)|\$\{([^}]*)\}/g, (all, token: string | undefined, name: string | undefined) => {
    if (name !== undefined) {
      if (!environment) return all;
      const value = environment[name];
      if (value === undefined) throw new UnknownToken(all);
      return value;
    }
    if (token === '%') return '%';
    const value = token === undefined || !Object.hasOwn(tokens, token) ? undefined : tokens[token];
    if (value === undefined) throw new UnknownToken(all);
    return value;
  });
}
