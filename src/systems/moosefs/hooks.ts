import type { Hook } from './survey';

/**
 * Commands that move or announce an address and start nothing. Anything else in a hook counts as more than
 * that: the list is short on purpose, because a hook that promotes must never be taken for one that doesn't.
 */
const harmless = [
  /^exec$/,
  /^exit( \d+)?$/,
  /^set -[eux]+$/,
  /^logger( [\w./:=-]+| "[^"]*"| '[^']*')*$/,
  /^ip(?: -4| -6)? addr(?:ess)? (?:add|del|delete) \S+ dev \S+$/,
  /^arping( [\w.:/"${}-]+)*$/,
  /^(?:true|:)$/,
];

/** Characters that join commands, redirect or run one command inside another. */
const compound = /[;&`|<>]|\$\(/;

function isHarmless(line: string): boolean {
  if (line.startsWith('#')) return true;
  const bare = line
    .replace(/ 2> ?\/dev\/null/g, '')
    .replace(/ >>? ?\/dev\/null( 2>&1)?/g, '')
    .replace(/ \|\| (true|:)$/, '')
    .trim();
  return !compound.test(bare) && harmless.some((pattern) => pattern.test(bare));
}

/**
 * Where a hook does more than move the address; empty when it only moves it. Places and not the lines themselves: they
 * may hold ucarp's password, and what is said of them goes into refusals and journals (safety 21).
 */
export function beyondMovingTheAddress(hook: Hook): readonly string[] {
  if (hook.text === undefined) return [`${hook.file} cannot be read`];
  return hook.text.split('\n').flatMap((line, index) => {
    const command = line.trim();
    return command === '' || isHarmless(command) ? [] : [`line ${index + 1}`];
  });
}

/** A vip-down that adds the address instead of deleting it, as the document's does. */
export function downHookAdds(hook: Hook): boolean {
  return hook.kind === 'down' && /^\s*ip\b.*\baddr(?:ess)? add\b/m.test(hook.text ?? '');
}
