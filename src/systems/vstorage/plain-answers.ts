import { endMark, noVinfraMark, processByRole, serviceScript, vinfraScript } from './probes-scripts';

/**
 * What a simulated node says that is one of a thousand: its processes run, and it has no vinfra. A question about the
 * cluster it does not understand.
 */
export function plainAnswers(): ReadonlyMap<string, string> {
  const processes = Object.values(processByRole).map(
    (name, index) => `process|${name}|${100 + index} (${name}) S 1`,
  );
  return new Map([
    [serviceScript(), `${processes.join('\n')}\n${endMark}\n`],
    [vinfraScript(), `${noVinfraMark}\n${endMark}\n`],
  ]);
}
