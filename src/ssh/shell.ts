/**
 * The one place that quotes for a shell. Text from a cluster file or a node goes through `quote`,
 * and nothing else puts it into a script (POSIX.1-2017, Shell Command Language, 2.2.2).
 */
export function quote(text: string): string {
  if (text.includes('\0')) throw new RangeError('A shell word cannot hold a NUL byte.');
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Where the programs of a node are looked for: sbin is missing from many logins'. */
export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The command line that a login shell gets for a script: C locale, a PATH with sbin, sudo where asked. */
export function commandLine(script: string, become: 'none' | 'sudo'): string {
  const environment = `env LC_ALL=C PATH=${PATH}`;
  const prefix = become === 'sudo' ? `sudo -n ${environment}` : environment;
  return `${prefix} sh -c '${script.replaceAll("'", `'\\''`)}'`;
}

/** The script inside a line that `commandLine` made, or undefined. The demo's servers read with it. */
export function scriptOf(line: string): string | undefined {
  const found = /^(?:sudo -n )?env LC_ALL=C PATH=\S+ sh -c '([\s\S]*)'$/.exec(line);
  return found?.[1]?.replaceAll(`'\\''`, "'");
}
