import { emptyPlan } from '../../failover/blank';
import { findNode, type Node } from '../../cluster/cluster';
import type { GoneCheck, Plan, Step } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import { lastOwnChange, worthOf } from './candidate';
import { noMasterOn } from './checks';
import { beyondMovingTheAddress } from './hooks';
import { masterImage, ownFiles } from './master-image';
import { commonSkew } from './plan-parts';
import { moosefsSection } from './section';
import { runFolder } from './scripts/common';
import type { HookFiles } from './scripts/rejoin';
import { candidatesOf, situationOf, type Answering, type Silent, type Situation } from './situation';
import { proveGone, rejoinElection, withdraw } from './steps';
import { commonSkewAgain, endMaster, returnAsMetalogger, startOwnUcarp, writeImage } from './steps-rejoin';
import { nodeClock, sameHistory } from './tails';
import { hookFiles } from './ucarp-scripts';

/** Changes that a metalogger may lag behind and still count as following. */
const mostBehind = 1_000;

/** The one live master that holds the address. */
export interface Master extends Answering {
  readonly version: number;
}

/** The master that clients use, or why there is none that everybody agrees on. `besides`: a node whose own master does not count. */
export function theMaster(
  { live, holders }: Situation,
  besides?: Node,
): Master | { readonly refused: string } {
  const masters = live.filter(({ node }) => node !== besides);
  const [master, second] = masters;
  if (!master) {
    return {
      refused:
        'No other candidate is a live master: there is nothing to follow. Look at failover and restart-master.',
    };
  }
  if (second) {
    return {
      refused: `Two masters are live (${masters.map(({ node }) => node.name).join(', ')}): end the stale one first (rejoin it).`,
    };
  }
  const [holder, another] = holders;
  if (!holder || another || holder.node !== master.node) {
    const where = holders.map(({ node }) => node.name).join(' and ') || 'no candidate';
    return {
      refused: `The master on ${master.node.name} is alive, but the virtual address is on ${where}: mend that first.`,
    };
  }
  return { ...master, version: master.survey.liveVersion ?? 0 };
}

/** A silent candidate is accepted only as one that its console calls off: the lock must be on all others (safety 14). */
export function silenceForbids(silent: readonly Silent[]): string | undefined {
  for (const { node, error, evidence } of silent) {
    if (evidence?.console?.off === true && evidence.reachedBy.length === 0) continue;
    return (
      `${node.name} does not answer (${error.reason}), and nothing proves that it is off: another run, or another master, ` +
      'may be active there. Make it answer, or switch it off so that its console says so.'
    );
  }
  return undefined;
}

/** Proof, read by the run itself, that silent candidates are off. */
export function proofs(silent: readonly Silent[], answering: readonly Answering[]): readonly Step[] {
  return silent.map(({ node }) => {
    const check: GoneCheck = {
      type: 'gone',
      title: `${node.name} is off: its console says so and no other node reaches it`,
      node: node.name,
      console: node.console ?? '',
      witnesses: answering.map((each) => each.node.name),
      holds: true,
    };
    return proveGone(node, [check]);
  });
}

/** Why a candidate does not follow the master as it should; undefined when a promotion could use it as it is. */
export function unsettled(input: PlanInput, master: Master, { node, survey }: Answering): string | undefined {
  if (survey.processes.some(({ name }) => name === 'mfsmaster') || survey.liveVersion !== undefined) {
    return 'a mfsmaster runs there';
  }
  if (!survey.processes.some(({ name }) => name === 'mfsmetalogger')) return 'no metalogger runs there';
  const [own] = ownFiles(survey);
  if (own !== undefined) return `${own} of its time as the master is still there`;
  const worth = worthOf(survey);
  if ('unfit' in worth) return worth.unfit;
  const behind = master.version - (worth.last + 1);
  if (behind > mostBehind) return `it is ${behind} changes behind ${master.node.name}`;
  return sameHistory(input, master.node, node)
    ? undefined
    : `its changes are not those of ${master.node.name}`;
}

/** Changes that only the stale master has, as far as the files tell. */
function lossOf(master: Master, { survey }: Answering): string | undefined {
  const logs = (each: Answering['survey']) =>
    each.changelogs.filter(({ name }) => /^changelog\.\d+\.mfs$/.test(name));
  const last = Math.max(0, ...logs(survey).map((log) => log.last));
  const since = Math.min(...logs(master.survey).map((log) => log.first));
  if (!Number.isFinite(since) || last < since) return undefined;
  return `it went on to change ${last}, and ${master.node.name} has changes of its own from ${since} on`;
}

/**
 * Changes beyond all that the present master ever made: then the node that is about to give up its own may well be the
 * one that has the newer data, as after a stale master got the address back.
 */
function isAhead({ version }: Master, { survey }: Answering): boolean {
  return (lastOwnChange(survey)?.last ?? 0) >= version;
}

/** Those of the master's ucarp, but for the ones that a plan made for it alone. */
function hooksOf({ survey }: Master): HookFiles {
  const [ucarp] = survey.ucarps;
  const own = (file: string | undefined) => (file?.startsWith(`${runFolder}/`) ? undefined : file);
  return { up: own(ucarp?.upScript) ?? hookFiles.up, down: own(ucarp?.downScript) ?? hookFiles.down };
}

/** How the node's ucarp comes to run at the common skew. */
function election(
  input: PlanInput,
  master: Master,
  target: Answering,
  skew: number,
): readonly Step[] | { readonly refused: string } {
  const { cluster } = input;
  const { node, survey } = target;
  const [ucarp, second] = survey.ucarps;
  if (second || ucarp?.unread)
    return { refused: `ucarp on ${node.name} is not one that Standby understands: stop it there first.` };
  for (const hook of survey.hooks) {
    const [line] = beyondMovingTheAddress(hook);
    if (line === undefined) continue;
    return {
      refused:
        `The hook ${hook.file} on ${node.name} does more than move the address (${line}). A hook that promotes by itself ` +
        'would race the next plan: put the generated hooks there first (Generate ucarp Scripts).',
    };
  }
  if (ucarp?.running && ucarp.skew === skew) return [];
  if (ucarp?.running) {
    return [withdraw(cluster, node, [noMasterOn(cluster, node)]), rejoinElection(cluster, node, skew)];
  }
  if (ucarp) return [rejoinElection(cluster, node, skew)];
  if (moosefsSection(cluster).passwordFile === undefined) {
    return {
      refused:
        `No ucarp runs on ${node.name}, and the cluster file has no moosefs.passwordFile to start one with. Add it (see ` +
        'Generate ucarp Scripts), or start ucarp there yourself, at the common skew and with -n.',
    };
  }
  return [startOwnUcarp(cluster, node, skew, hooksOf(master))];
}

/** The plan that lets an old master, or any candidate that has lost touch, come back as a metalogger. Pure. */
export function planRejoin(input: PlanInput): Plan {
  const { cluster, request } = input;
  const plan = emptyPlan(input);
  const refuse = (refused: string): Plan => ({ ...plan, refused });
  const node = findNode(cluster, request.target ?? '');
  if (!node || !candidatesOf(cluster).includes(node)) {
    return refuse(`${request.target ?? 'It'} is no candidate: only a node with the role master can rejoin.`);
  }
  if (!moosefsSection(cluster).virtualIp) return refuse('The cluster file has no moosefs.virtualIp.');
  const situation = situationOf(input);
  if ('refused' in situation) return refuse(situation.refused);
  const { answering, silent } = situation;
  const target = answering.find((each) => each.node === node);
  if (!target)
    return refuse(`${node.name} does not answer: switch it on with its mfsmaster off, then try again.`);
  const master = theMaster(situation, node);
  if ('refused' in master) {
    const itself = situation.live.some((each) => each.node === node) && situation.live.length === 1;
    return refuse(itself ? `${node.name} is the master itself.` : master.refused);
  }
  const no = silenceForbids(silent);
  if (no !== undefined) return refuse(no);

  const others = answering.filter((each) => each.node !== master.node);
  const skew = commonSkew(others);
  const votes = election(input, master, target, skew);
  if ('refused' in votes) return refuse(votes.refused);
  const why = unsettled(input, master, target);
  const runs =
    target.survey.processes.some(({ name }) => name === 'mfsmaster') ||
    target.survey.liveVersion !== undefined;
  const loss = lossOf(master, target);
  const image = masterImage(master.survey);
  const { version } = master;
  const stragglers = others.filter((each) => each !== target && unsettled(input, master, each) !== undefined);
  const isLast = stragglers.length === 0 && silent.length === 0;
  const needsSkew = master.survey.ucarps.length !== 1 || master.survey.ucarps[0]?.skew !== skew;
  const steps: Step[] = [
    ...(why === undefined
      ? []
      : [
          ...(image ? [] : [writeImage(cluster, master.node, version, [])]),
          ...(runs
            ? [
                endMaster(cluster, node, {
                  master: master.node,
                  version,
                  ...(loss !== undefined && { loss }),
                }),
              ]
            : []),
          returnAsMetalogger(cluster, node, {
            master: master.node,
            version,
            since: nodeClock(input, node),
            // Where a mfsmaster is ended, its name was typed for that already.
            ...(!runs && loss !== undefined && isAhead(master, target) && { loss }),
          }),
        ]),
    ...votes,
    ...(isLast && needsSkew
      ? [
          commonSkewAgain(
            cluster,
            master.node,
            skew,
            others.map((each) => each.node),
            version,
          ),
        ]
      : []),
  ];
  if (steps.length === 0) {
    return {
      ...plan,
      nothingToDo: `${node.name} follows ${master.node.name} and stands for election at skew ${skew}.`,
    };
  }
  return {
    ...plan,
    lockNodes: answering.map((each) => each.node.name),
    notes: [
      `${master.node.name} is the master (version ${version}).`,
      why === undefined
        ? `${node.name} could be promoted as it is.`
        : `${node.name} could not be promoted as it is: ${why}.`,
      ...(why === undefined || loss === undefined
        ? []
        : [
            `${node.name} has changes of its own: ${loss}. They are kept in standby-saved/ under its data path.`,
          ]),
      ...(image || why === undefined
        ? []
        : [
            `${master.node.name} has no image to give: it is restarted in place to write one. Wait for the next full hour instead, if you can.`,
          ]),
      ...(isLast || !needsSkew ? [] : [keptSkew(master, [...stragglers, ...silent])]),
    ],
    steps: [...proofs(silent, answering), ...steps],
  };
}

function keptSkew({ node }: Master, waiting: readonly { readonly node: Node }[]): string {
  const names = waiting.map((each) => each.node.name).join(', ');
  return `${node.name} keeps its low skew for now, so that it wins against ${names}: it returns to the common one with the last rejoin.`;
}
