import type { SimulatedAnswer } from '../../demo/simulator';
import { findNode, type Cluster } from '../../cluster/cluster';
import { discoveryScript } from '../../discovery/script';
import { moosefsParts } from './discover-parts';
import { discoveryAnswer } from './discover-simulated';
import { diskScript, masterScript, serviceScript } from './probes-scripts';
import { canaryScript } from './scripts/canary';
import {
  clusterStateScript,
  dryRunScript,
  dryRunStateScript,
  lastChangeScript,
  masterStateScript,
  promoteScript,
  rehearsalScript,
  restartMasterScript,
  savedImageScript,
  stopMasterScript,
  unpromoteScript,
  tidyScript,
} from './scripts/metadata';
import { surveyScript } from './scripts/survey';
import { startUcarpScript, stopUcarpScript, takeAddressScript, ucarpStateScript } from './scripts/ucarp';
import { rejoinCommands } from './simulator-rejoin';
import type { SimulatedHost } from './simulator-host';
import type { SimulatedState } from './simulator-state';
import { keepFolder, surveyAnswer } from './simulator-survey';
import { dfAnswer, masterAnswer, mfscli, serviceAnswer } from './simulator-text';

/** What a script does to the simulated cluster; `say` shows output before the end. */
export type Command = (
  state: SimulatedState,
  host: SimulatedHost,
  say: (text: string) => void,
) => SimulatedAnswer | Promise<SimulatedAnswer>;

const answer = (stdout: string, exitCode = 0): SimulatedAnswer => ({ exitCode, stdout, stderr: '' });
const failure = (stderr: string, exitCode = 1): SimulatedAnswer => ({
  exitCode,
  stdout: '',
  stderr: `${stderr}\n`,
});

/**
 * Every script that probes and plans build for a node of the simulated cluster, with its effect. A script is
 * known by being equal to what its builder makes; nothing here reads shell.
 */
export function commandsOf(cluster: Cluster, nodeName: string): ReadonlyMap<string, Command> {
  const node = findNode(cluster, nodeName);
  const commands = new Map<string, Command>();
  if (!node) return commands;
  commands.set(serviceScript(), (state, host) => answer(serviceAnswer(state, host)));
  commands.set(discoveryScript({ parts: moosefsParts }), (state, host) =>
    answer(discoveryAnswer(state, host)),
  );
  if (node.roles.includes('chunkserver')) {
    const script = diskScript(node);
    if (script !== undefined) commands.set(script, (state, host) => answer(dfAnswer(state, host)));
  }
  if (node.roles.includes('client')) commands.set(canaryScript(cluster), canary);
  if (!node.roles.includes('master')) return commands;

  commands.set(masterScript(cluster, node), (state, host) => answer(masterAnswer(state, host)));
  commands.set(surveyScript(cluster, node), (state, host) => answer(surveyAnswer(state, host)));
  commands.set(dryRunScript(cluster, node), dryRun);
  commands.set(dryRunStateScript(cluster, node), (_state, host) => answer(`${dryRunState(host)}end\n`));
  commands.set(masterStateScript(cluster, node), (state, host) => answer(masterState(state, host)));
  commands.set(clusterStateScript(cluster, node), (state, host) =>
    answer(mfscli(state, host.name, ['SCS', 'SIC', 'SMB'])),
  );
  commands.set(promoteScript(cluster, node), promote);
  commands.set(restartMasterScript(cluster, node), restartMaster);
  commands.set(tidyScript(cluster, node), (_state, host) => {
    host.dryRun = undefined;
    return answer('scratch folder removed\n');
  });
  commands.set(stopUcarpScript(cluster, node), (state, host) => {
    stopUcarp(state, host);
    return answer('ucarp is stopped and the address is not here\n');
  });
  for (const preempt of [false, true])
    commands.set(takeAddressScript(cluster, node, { preempt }), (state, host) => {
      stopUcarp(state, host);
      const started = startUcarp(state, host, 1, 'ucarp runs at skew 1 and waits for the address\n');
      if (preempt && started.exitCode === 0) state.holder = host.name;
      return started;
    });
  commands.set(rehearsalScript(cluster, node), rehearsal);
  commands.set(stopMasterScript(cluster, node), stopMaster);
  commands.set(savedImageScript(cluster, node), (_state, host) =>
    answer(`${host.runs('mfsmaster') || !host.master ? '' : `image ${host.master.last + 1}\n`}end\n`),
  );
  commands.set(lastChangeScript(cluster, node), (_state, host) =>
    answer(`${host.metalogger ? `last ${host.metalogger.last}\n` : ''}end\n`),
  );
  commands.set(unpromoteScript(cluster, node), (state, host) => {
    if (host.runs('mfsmaster')) return failure('a mfsmaster runs here: nothing is taken back');
    if (!host.runs('mfsmetalogger')) host.start('mfsmetalogger', state.now);
    return answer('nothing of a promotion is left\n');
  });
  for (let skew = 0; skew <= 255; skew++)
    commands.set(startUcarpScript(cluster, node, skew), (state, host) =>
      host.runs('ucarp')
        ? answer('ucarp runs already\n')
        : startUcarp(state, host, skew, `ucarp runs at skew ${skew}\n`),
    );
  commands.set(ucarpStateScript(cluster, node), (state, host) =>
    answer(
      `${host.runs('ucarp') ? `skew ${host.skew}\n` : ''}${state.holder === host.name ? 'address\n' : ''}end\n`,
    ),
  );
  for (const [script, command] of rejoinCommands(cluster, node)) commands.set(script, command);
  return commands;
}

const canary: Command = async (state, host) => {
  if (state.serving && state.registered.size > 0) return answer('written, synced, read and removed\n');
  // a client's call hangs while there is no master; timeout(1) ends it
  await state.sleep(20_000, host);
  return { exitCode: 124, stdout: '', stderr: '' };
};

const dryRun: Command = async (state, host, say) => {
  if (host.runs('mfsmaster')) return failure('a mfsmaster runs here: nothing to try');
  const files = host.metalogger;
  if (!files) return failure('no metalogger files in the data path');
  const set = host.metaloggerSet;
  const version = files.last + 1;
  say('restoring the image and the changes since, in a scratch folder …\n');
  await state.sleep(1_500, host);
  host.dryRun = { version, set };
  return answer(`reached version ${version}\n`);
};

function dryRunState(host: SimulatedHost): string {
  if (!host.dryRun) return '';
  const same = host.dryRun.set === host.metaloggerSet;
  return `reached ${host.dryRun.version}\nfiles ${same ? 'same' : 'changed'}\n`;
}

function masterState(state: SimulatedState, host: SimulatedHost): string {
  const reached = host.dryRun ? `reached ${host.dryRun.version}\n` : '';
  const running = host.runs('mfsmaster') ? `running\n${mfscli(state, host.name, ['SIM'])}` : 'stopped\n';
  return `${reached}${running}end\n`;
}

const promote: Command = async (state, host, say) => {
  if (host.runs('mfsmaster')) return failure('a mfsmaster runs here already');
  if (state.holder !== host.name) return failure('the address is not here');
  const files = host.metalogger;
  if (!files || host.dryRun?.set !== host.metaloggerSet)
    return failure('the files are not those of the dry run: run the dry run again');
  if (host.stop('mfsmetalogger')) say('waiting for termination terminated\n');
  say(`kept as it was: ${keepFolder(state.now)}\n`);
  await state.sleep(2_500, host);
  // it continues where its metalogger stood; an image of its own comes with the next hourly save
  host.master = { first: files.last + 1, last: files.last, lastAt: files.lastAt };
  return startMaster(state, host);
};

const rehearsal: Command = async (state, host, say) => {
  if (host.runs('mfsmaster')) return failure('a mfsmaster runs here: nothing to try');
  const files = host.metalogger;
  if (!files) return failure('no metalogger files in the data path');
  say('restoring the image and the changes so far, in a scratch folder …\n');
  await state.sleep(1_500, host);
  return answer(`reached version ${files.last + 1}\n`);
};

const stopMaster: Command = async (state, host) => {
  if (!host.runs('mfsmaster')) return failure('no mfsmaster runs here');
  await state.sleep(500, host);
  host.stop('mfsmaster');
  return answer('mfsmaster has saved its metadata and ended\n');
};

const restartMaster: Command = async (state, host) => {
  if (host.runs('mfsmaster')) return failure('a mfsmaster runs here already');
  if (state.holder !== host.name) return failure('the address is not here');
  if (!host.master) return failure('mfsmaster did not start');
  await state.sleep(2_000, host);
  return startMaster(state, host);
};

function startMaster(state: SimulatedState, host: SimulatedHost): SimulatedAnswer {
  host.start('mfsmaster', state.now);
  state.masterStarted();
  return answer(
    [
      'loading metadata ...',
      'metadata file has been loaded',
      'master <-> metaloggers module: listen on *:9419',
      'master <-> chunkservers module: listen on *:9420',
      'main master server module: listen on *:9421',
      'mfsmaster daemon initialized properly',
      '',
    ].join('\n'),
  );
}

function stopUcarp(state: SimulatedState, host: SimulatedHost): void {
  if (host.stop('ucarp')) host.kept = true;
  // ucarp runs with -z: vip-down removes the address at once
  if (state.holder === host.name) state.holder = undefined;
}

function startUcarp(state: SimulatedState, host: SimulatedHost, skew: number, said: string): SimulatedAnswer {
  if (!host.kept) return failure('no ucarp ran here and none was stopped by this plan');
  host.skew = skew;
  host.start('ucarp', state.now);
  return answer(said);
}
