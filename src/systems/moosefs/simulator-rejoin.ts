import type { Cluster, Node } from '../../cluster/cluster';
import type { SimulatedAnswer } from '../../demo/simulator';
import type { Command } from './simulator-commands';
import { filesAnswer, keepFolder, surveyAnswer } from './simulator-survey';
import {
  commonSkewScript,
  endMasterScript,
  metadataStateScript,
  rejoinSurveyScript,
  restartMetaloggerScript,
  returnScript,
  writeImageScript,
} from './scripts/rejoin';

const answer = (stdout: string): SimulatedAnswer => ({ exitCode: 0, stdout, stderr: '' });
const failure = (stderr: string): SimulatedAnswer => ({ exitCode: 1, stdout: '', stderr: `${stderr}\n` });

/** What the scripts of `rejoin` and `write-image` do to a simulated candidate. */
export function rejoinCommands(cluster: Cluster, node: Node): readonly (readonly [string, Command])[] {
  return [
    [
      rejoinSurveyScript(cluster, node),
      // No partition is simulated, so no two nodes ever did different things under one number.
      (state, host) => answer(`${surveyAnswer(state, host)}@@ tails\n@@ over\n`),
    ],
    [
      metadataStateScript(cluster, node),
      (state, host) => {
        const running = (['mfsmaster', 'mfsmetalogger'] as const).filter((name) => host.runs(name));
        const processes = running.map((name) => `process ${name}\n`).join('');
        return answer(`${processes}@@ images\n${filesAnswer(state, host)}\n@@ end\n`);
      },
    ],
    [
      endMasterScript(cluster, node),
      (state, host) => {
        if (state.holder === host.name) return failure('the address is here: this is no stale master');
        host.stop('mfsmaster');
        return answer('no mfsmaster runs here\n');
      },
    ],
    [returnScript(cluster, node), comeBack],
    [
      restartMetaloggerScript(cluster, node),
      (state, host) => {
        if (host.runs('mfsmaster')) return failure('a mfsmaster runs here: a master needs no metalogger');
        host.start('mfsmetalogger', state.now);
        return answer('mfsmetalogger daemon initialized properly\n');
      },
    ],
    [writeImageScript(cluster, node), writeImage],
    ...Array.from({ length: 256 }, (_, skew): readonly [string, Command] => [
      commonSkewScript(cluster, node, skew),
      async (state, host, say) => {
        if (state.holder !== host.name) return failure('the address is not here');
        if (!host.runs('ucarp')) return failure('no ucarp runs here');
        say(`a second ucarp at skew ${skew} starts beside the first; 5 s until it advertises, too\n`);
        await state.sleep(9_000, host);
        host.skew = skew;
        return answer(`ucarp runs at skew ${skew}, and the address never left\n`);
      },
    ]),
  ];
}

const comeBack: Command = async (state, host, say) => {
  if (host.runs('mfsmaster')) return failure('a mfsmaster runs here');
  if (state.holder === host.name) return failure('the address is here');
  if (host.stop('mfsmetalogger')) say('waiting for termination terminated\n');
  for (const file of [
    ...(host.master ? ['changelog.0.mfs'] : []),
    ...(host.master?.image === undefined ? [] : ['metadata.mfs.back']),
    ...(host.metalogger ? ['changelog_ml.0.mfs', 'metadata_ml.mfs.back'] : []),
  ])
    say(`moved aside: ${file}\n`);
  say(`kept in ${keepFolder(state.now)}-rejoin\n`);
  host.master = undefined;
  host.metalogger = undefined;
  await state.sleep(1_000, host);
  host.start('mfsmetalogger', state.now);
  return answer('mfsmetalogger daemon initialized properly\n');
};

const writeImage: Command = async (state, host, say) => {
  if (!host.runs('mfsmaster') || !host.master) return failure('no mfsmaster runs here: use restart-master');
  host.stop('mfsmaster');
  say('waiting for termination terminated\n');
  await state.sleep(4_500, host);
  host.master.image = host.master.last + 1;
  host.master.imageAt = state.now;
  host.start('mfsmaster', state.now);
  state.masterStarted();
  return answer('metadata file has been loaded\nmfsmaster daemon initialized properly\n');
};
