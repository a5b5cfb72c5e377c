import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * The user's own folder for Standby's history and journals: `$XDG_STATE_HOME/standby`, else
 * `~/.local/state/standby` (XDG Base Directory Specification: a relative path is ignored).
 */
export function stateFolder(env: Readonly<Record<string, string | undefined>>): string {
  const state = env['XDG_STATE_HOME'];
  if (state !== undefined && isAbsolute(state)) return join(state, 'standby');
  return join(env['HOME'] || homedir(), '.local', 'state', 'standby');
}
