import type { Step } from './plan';

/** Why a promotion may lose writes that were acknowledged (safety 7, 8), as the rest of a sentence. */
export interface Doubt {
  readonly why: string;
  /**
   * Epoch milliseconds of this machine: it is true only once that moment is past. Nobody has seen the old primary's end yet,
   * and until then it cannot have lived on alone for long enough.
   */
  readonly after?: number;
}

/** A doubt of which a plan has to warn right away; undefined when there is none, or only a later one. */
export function presentDoubt(doubt: Doubt | undefined): string | undefined {
  return doubt?.after === undefined ? doubt?.why : undefined;
}

/** The parts of a promotion to `node` that depend on the doubt: without one it says `assurance`. */
export function promotionUnder(
  doubt: Doubt | undefined,
  node: string,
  assurance: string,
): Pick<Step, 'why' | 'danger' | 'typed'> {
  const present = presentDoubt(doubt);
  const since = doubt?.after === undefined ? '' : `Once it is later than ${time(doubt.after)}: `;
  return {
    why: present === undefined ? assurance : `Only if nothing better is left: ${present}.`,
    danger: present === undefined ? 'disruptive' : 'data-loss',
    ...(doubt && {
      typed: {
        name: node,
        why: `${since}${node} may lack writes: ${doubt.why}.`,
        ...(doubt.after !== undefined && { after: doubt.after }),
      },
    }),
  };
}

function time(at: number): string {
  return new Date(at).toISOString();
}
