import type { Cluster, Node } from '../../cluster/cluster';
import type { Answering, Silent } from './situation';

/** The highest skew that the candidates beside the winner run with; below 2 nothing promoted could win. */
export function commonSkew(others: readonly Answering[]): number {
  const skews = others.flatMap(({ survey }) => survey.ucarps.map(({ skew }) => skew));
  const highest = Math.max(0, ...skews);
  return highest < 2 ? 50 : highest;
}

/** Whether a ucarp for the virtual address runs there, or was stopped by an earlier run. */
export const standsForElection = ({ survey }: Answering) => survey.ucarps.length > 0;

/** The candidates that answer, then whoever else might. */
export function witnessesOf(
  cluster: Cluster,
  answering: readonly Answering[],
  silent: readonly Silent[],
): readonly Node[] {
  const candidates = [...answering, ...silent].map(({ node }) => node);
  return [
    ...answering.map(({ node }) => node),
    ...cluster.nodes.filter((node) => !candidates.includes(node)),
  ];
}
