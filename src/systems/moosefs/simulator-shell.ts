import type { SimulatedAnswer } from '../../demo/simulator';
import type { SimulatedHost } from './simulator-host';
import type { SimulatedState } from './simulator-state';
import { daemonTest } from './simulator-survey';
import { addressLines, mfscli, type MfscliSet } from './simulator-text';

const sets: readonly MfscliSet[] = ['SIM', 'SIN', 'SIC', 'SCS', 'SMB', 'SHD'];

/** What a person may type on a simulated node, by first word; undefined when it is not known there. */
export function typed(state: SimulatedState, host: SimulatedHost, line: string): SimulatedAnswer | undefined {
  const words = line.trim().split(/\s+/);
  const [program = ''] = words;
  const ok = (stdout: string): SimulatedAnswer => ({ exitCode: 0, stdout: `${stdout}\n`, stderr: '' });
  switch (program) {
    case 'help':
      return ok(
        'mfscli -SIN -SIC -SCS -SHD -SMB, mfsmaster test, ip addr, ps, hostname, uptime, poweroff, exit',
      );
    case 'hostname':
      return ok(host.name);
    case 'uptime':
      return ok(`up ${Math.floor((state.now - host.bootedAt) / 60_000)} min, load average: 0.08, 0.05, 0.01`);
    case 'ps':
      return ok(
        [
          '  PID CMD',
          ...[...host.processes].map(([name, { pid }]) => `${String(pid).padStart(5)} ${name}`),
        ].join('\n'),
      );
    case 'ip':
      return ok(addressLines(state, host.name));
    case 'mfscli': {
      const asked = sets.filter((set) => words.includes(`-${set}`));
      // without -H it asks mfsmaster, the name of the virtual address
      const master = words.includes('-H') ? host.name : (state.serving?.name ?? host.name);
      return ok(mfscli(state, master, asked.length > 0 ? asked : ['SIN']).trimEnd());
    }
    case 'mfsmaster':
    case 'mfsmetalogger':
      if (words[1] !== 'test') return undefined;
      return {
        exitCode: host.runs(program) ? 0 : 1,
        stdout: '',
        stderr: `${daemonTest(host, program)}\n`,
      };
    default:
      return undefined;
  }
}
