import type { Cluster, Node } from '../../../cluster/cluster';
import { configScript, eventsScript, serviceScript, statScript, vinfraScript } from '../probes-scripts';

/** Parts of the survey's answer: an answer of one probe each, after a line `@@ PART`. */
export const surveyParts = ['stat', 'config', 'events', 'vinfra', 'services'] as const;
export type SurveyPart = (typeof surveyParts)[number];

/** Which parts a node is asked: one with an MDS speaks for the cluster. */
export function partsOf(node: Node): readonly SurveyPart[] {
  return node.roles.includes('mds') ? surveyParts : ['services'];
}

/** The question to a node before a plan: those of the probes, one after the other. Nothing is changed by it. */
export function surveyScript(cluster: Cluster, node: Node): string {
  const scripts: Readonly<Record<SurveyPart, string>> = {
    stat: statScript(cluster),
    config: configScript(cluster),
    events: eventsScript(cluster),
    vinfra: vinfraScript(),
    services: serviceScript(),
  };
  return [...partsOf(node).map((part) => `echo '@@ ${part}'\n(\n${scripts[part]}\n)`), `echo '@@ end'`].join(
    '\n',
  );
}
