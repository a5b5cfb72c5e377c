import type { Cluster } from '../../cluster/cluster';
import type { ScriptDeviation } from '../node-scripts';
import { beyondMovingTheAddress, downHookAdds } from './hooks';
import type { Survey } from './survey';
import { equalSkew, ucarpScripts } from './ucarp-scripts';

/** Compares what runs and lies on candidates with the generated scripts. Pure. */
export function compareUcarp(
  cluster: Cluster,
  surveys: ReadonlyMap<string, Survey>,
): readonly ScriptDeviation[] {
  return [...surveys].flatMap(([node, survey]) => [
    ...runningUcarp(node, survey),
    ...survey.hooks.flatMap((hook): ScriptDeviation[] => {
      const about = (severity: ScriptDeviation['severity'], message: string) => [{ node, severity, message }];
      if (hook.text === undefined) return about('warning', `${hook.file} cannot be read.`);
      if (downHookAdds(hook)) {
        return about(
          'error',
          `${hook.file} adds the address instead of deleting it: two nodes would hold it.`,
        );
      }
      const [line] = beyondMovingTheAddress(hook);
      if (line !== undefined) {
        return about(
          'error',
          `${hook.file} does more than move the address (${line}): it would race a plan.`,
        );
      }
      const name = hook.kind === 'up' ? 'vip-up' : 'vip-down';
      const ours = ucarpScripts(cluster).find((file) => file.name === name)?.text;
      return bare(hook.text) === bare(ours ?? '')
        ? []
        : about('information', `${hook.file} is not the generated one, but it only moves the address.`);
    }),
  ]);
}

function runningUcarp(node: string, { ucarps, liveVersion }: Survey): ScriptDeviation[] {
  const running = ucarps.filter((ucarp) => ucarp.running);
  if (running.length === 0)
    return [{ node, severity: 'warning', message: 'No ucarp for the virtual address runs.' }];
  return running.flatMap(({ skew, unread }): ScriptDeviation[] => {
    if (unread)
      return [
        { node, severity: 'warning', message: 'ucarp runs with an option that Standby does not know.' },
      ];
    if (skew === equalSkew || (skew === 1 && liveVersion !== undefined)) return [];
    const severity = skew < 2 ? 'error' : 'warning';
    return [
      { node, severity, message: `ucarp runs at skew ${skew}, the generated start script has ${equalSkew}.` },
    ];
  });
}

/** What a script does, without its comments and empty lines. */
function bare(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).join('\n');
}
