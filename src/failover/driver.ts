import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';

/** One line that names this process: machine, pid, and when it started, because pids are used again. */
export async function thisProcess(): Promise<string> {
  return `${JSON.stringify([hostname(), process.pid, await startOf(process.pid)])}\n`;
}

/** Whether the process that a file of `thisProcess` names is alive on this machine; false without such a file. */
export async function isDriven(path: string): Promise<boolean> {
  let named: unknown;
  try {
    named = JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return false;
  }
  if (!Array.isArray(named)) return false;
  const [machine, pid, start] = named as unknown[];
  if (machine !== hostname() || typeof pid !== 'number' || !isAlive(pid)) return false;
  return start === (await startOf(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives but belongs to somebody else (kill(2), EPERM).
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Its start in clock ticks since the boot (proc(5), stat, field 22); null where there is no /proc. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
