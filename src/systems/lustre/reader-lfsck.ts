import type { Lfsck, LfsckStatus } from './observation';
import { keyValues, readParams } from './reader-params';
import { present, whole } from './reader-text';

const statuses: readonly LfsckStatus[] = [
  'init',
  'scanning-phase1',
  'scanning-phase2',
  'completed',
  'failed',
  'stopped',
  'paused',
  'crashed',
  'partial',
];

/** Reads `lctl get_param mdd.*.lfsck_layout mdd.*.lfsck_namespace`: how far the consistency checks are. */
export function readLfsck(text: string): readonly Lfsck[] {
  return readParams(text)
    .filter(({ name }) => /\.lfsck_\w+$/.test(name))
    .map(({ name, device, lines }) => {
      const values = keyValues(lines);
      // Other words follow the status where it crashed or was paused by itself (co-crashed, co-paused).
      const said = values.get('status') ?? '';
      const number = (key: string) => whole(/^\d+/.exec(values.get(key) ?? '')?.[0]);
      const sum = (keys: readonly string[]) => {
        const found = keys.map(number).filter((each) => each !== undefined);
        return found.length === 0 ? undefined : found.reduce((a, b) => a + b, 0);
      };
      const phase = said === 'scanning-phase2' ? 'phase2' : 'phase1';
      const repaired = [...values.keys()].filter((key) => /^(repaired_|\w+_repaired$)/.test(key));
      return {
        device,
        component: name.slice(name.lastIndexOf('.') + 1),
        status: statuses.find((each) => said.replace(/^co-/, '') === each) ?? 'unknown',
        said,
        ...present({
          checked: sum(['checked_phase1', 'checked_phase2']),
          repaired: sum(repaired),
          speed: number(`real_time_speed_${phase}`) ?? number(`average_speed_${phase}`),
          runSeconds: sum(['run_time_phase1', 'run_time_phase2']),
        }),
      };
    });
}
