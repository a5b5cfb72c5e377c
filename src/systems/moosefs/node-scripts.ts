import type { NodeScripts } from '../node-scripts';
import { surveyScript } from './scripts/survey';
import { moosefsSection } from './section';
import { candidatesOf } from './situation';
import { readSurvey } from './survey';
import { compareUcarp } from './ucarp-compare';
import { ucarpReadme, ucarpScripts } from './ucarp-scripts';

/** ucarp's start script and hooks. */
export const moosefsNodeScripts: NodeScripts = {
  lacking: (cluster) =>
    moosefsSection(cluster).virtualIp === undefined
      ? 'The cluster file has no moosefs.virtualIp, the address that ucarp moves.'
      : undefined,
  files: ucarpScripts,
  page: ucarpReadme,
  nodes: candidatesOf,
  survey: surveyScript,
  surveyTimeoutMs: 20_000,
  compare: (cluster, answers) =>
    compareUcarp(
      cluster,
      new Map([...answers].map(([node, { stdout }]) => [node, readSurvey(stdout)] as const)),
    ),
};
