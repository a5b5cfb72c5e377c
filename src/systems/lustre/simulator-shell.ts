import type { SimulatedAnswer } from '../../demo/simulator';
import type { SimulatedHost } from './simulator-host';
import type { SimulatedState } from './simulator-state';
import { deviceLines, importsText, mountLines, procDrbd, recoveryText } from './simulator-text';

/** What a person may type on a simulated node; undefined when it is not known there. */
export function typed(state: SimulatedState, host: SimulatedHost, line: string): SimulatedAnswer | undefined {
  const ok = (stdout: string): SimulatedAnswer => ({ exitCode: 0, stdout, stderr: '' });
  switch (line.trim().split(/\s+/).slice(0, 3).join(' ')) {
    case 'help':
      return ok(
        'cat /proc/drbd, cat /proc/mounts, mount, lctl dl, lctl get_param recovery_status, lctl get_param import, hostname, uptime, poweroff, exit\n',
      );
    case 'hostname':
      return ok(`${host.name}\n`);
    case 'uptime':
      return ok(
        `up ${Math.floor((state.now - host.bootedAt) / 60_000)} min, load average: 0.08, 0.05, 0.01\n`,
      );
    case 'mount':
    case 'cat /proc/mounts':
      return ok(mountLines(state, host));
    case 'cat /proc/drbd':
      return ok(host.isClient ? '' : procDrbd(state, host));
    case 'lctl dl':
      return ok(deviceLines(state, host));
    case 'lctl get_param recovery_status':
    case 'lctl get_param *.*.recovery_status':
      return ok(recoveryText(state, host));
    case 'lctl get_param import':
    case 'lctl get_param *.*.import':
      return ok(importsText(state, host));
    default:
      return undefined;
  }
}
