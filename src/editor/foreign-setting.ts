import * as path from 'node:path';

/** The values of a setting that is a path, by who wrote them. */
interface Values {
  readonly globalValue?: string | undefined;
  readonly workspaceValue?: string | undefined;
  readonly workspaceFolderValue?: string | undefined;
}

/**
 * Whether the file that a setting names may be somebody else's: a workspace names it, or this user does with a path that
 * leads into whatever workspace is open.
 */
export function isForeign(values: Values | undefined): boolean {
  const isSet = (value: string | undefined) => value !== undefined && value.trim() !== '';
  if (isSet(values?.workspaceFolderValue) || isSet(values?.workspaceValue)) return true;
  const own = values?.globalValue?.trim() ?? '';
  return own !== '' && !own.startsWith('~/') && !path.isAbsolute(own);
}
