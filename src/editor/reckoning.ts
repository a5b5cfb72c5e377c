import type { answerWhatIf } from '../rebuild/what-if/answer';
import type { awayOf } from '../rebuild/what-if/away';
import type { readBandwidth } from '../rebuild/what-if/bandwidth';
import type { holdingsOf } from '../rebuild/what-if/holdings';
import type { lossOf } from '../rebuild/what-if/loss';
import type { survivable } from '../rebuild/what-if/survivable';

/** What the panel reckons with. */
export interface Reckoning {
  readonly holdingsOf: typeof holdingsOf;
  readonly survivable: typeof survivable;
  readonly answerWhatIf: typeof answerWhatIf;
  readonly lossOf: typeof lossOf;
  readonly awayOf: typeof awayOf;
  readonly readBandwidth: typeof readBandwidth;
  readonly bandwidthUnits: string;
}

/** Loads it when the first panel opens: windows without one pay nothing for it. */
export async function loadReckoning(): Promise<Reckoning> {
  const [answer, away, bandwidth, holdings, loss, more] = await Promise.all([
    import('../rebuild/what-if/answer'),
    import('../rebuild/what-if/away'),
    import('../rebuild/what-if/bandwidth'),
    import('../rebuild/what-if/holdings'),
    import('../rebuild/what-if/loss'),
    import('../rebuild/what-if/survivable'),
  ]);
  return { ...answer, ...away, ...bandwidth, ...holdings, ...loss, ...more };
}
