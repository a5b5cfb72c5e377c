import type { Cluster, Node } from '../../cluster/cluster';
import type { Check, Step } from '../../failover/plan';
import { addressOn, masterLiveOn, noMasterOn, ucarpOn } from './checks';
import { hooksOn, imageOn, promotableOn } from './checks-rejoin';
import {
  commonSkewScript,
  endMasterScript,
  restartMetaloggerScript,
  returnScript,
  startOwnUcarpScript,
  writeImageScript,
  type HookFiles,
} from './scripts/rejoin';
import { base as common } from './step-base';

/** These steps start and end daemons, which takes its time. */
const base = { ...common, timeoutMs: 90_000 } as const;

/** Seconds for which an image counts as just written: a run that goes on after an interruption does not write another. */
export const imageIsFreshFor = 300;

/** The master writes an image by a restart in place; clients wait for some seconds. */
export function writeImage(cluster: Cluster, master: Node, version: number, checks: readonly Check[]): Step {
  const live = masterLiveOn(cluster, master, version);
  return {
    ...base,
    id: 'write-image',
    title: `Let ${master.name} write an image of its metadata`,
    node: master.name,
    why:
      'A promoted master has no image to give until its next hourly save, and without one no metalogger can be ' +
      'promoted. It saves one when it ends, so it is restarted in place: clients wait for about 5 s, longer with much metadata.',
    checks: [live, ...checks],
    script: writeImageScript(cluster, master),
    timeoutMs: 1_500_000,
    verify: [imageOn(cluster, master, { version }), live],
    verifyForMs: 120_000,
    danger: 'disruptive',
    doneWhen: [imageOn(cluster, master, { ageSeconds: imageIsFreshFor }), live],
  };
}

/** A metalogger that does not get the image by itself is started again. */
export function fetchImage(cluster: Cluster, node: Node, version: number): Step {
  const promotable = promotableOn(cluster, node, version);
  return {
    ...base,
    id: `image-on-${node.name}`,
    title: `See that ${node.name} has what a promotion needs`,
    node: node.name,
    why: 'Its metalogger asks for an image when it starts; one that was refused earlier asks again only once a day.',
    checks: [noMasterOn(cluster, node)],
    script: restartMetaloggerScript(cluster, node),
    verify: [promotable],
    verifyForMs: 300_000,
    doneWhen: [promotable],
    optional: true,
  };
}

export interface EndMaster {
  /** What is known of changes that only this node has. */
  readonly loss?: string;
  readonly master: Node;
  readonly version: number;
}

/** Ends a mfsmaster that is not the master any more. */
export function endMaster(cluster: Cluster, node: Node, { loss, master, version }: EndMaster): Step {
  const over = [noMasterOn(cluster, node)];
  return {
    ...base,
    id: `end-master-${node.name}`,
    title: `End the stale mfsmaster on ${node.name}`,
    node: node.name,
    why: `${master.name} is the master and holds the address. What ${node.name} still writes is part of no cluster.`,
    checks: [
      masterLiveOn(cluster, master, version),
      addressOn(cluster, master, true),
      addressOn(cluster, node, false),
    ],
    script: endMasterScript(cluster, node),
    verify: over,
    verifyForMs: 10_000,
    danger: loss === undefined ? 'disruptive' : 'data-loss',
    typed: {
      name: node.name,
      why:
        `The mfsmaster on ${node.name} is ended and what it alone has is given up${loss === undefined ? '' : `: ${loss}`}. ` +
        'Its files are kept.',
    },
    doneWhen: over,
  };
}

export interface Return {
  readonly master: Node;
  readonly version: number;
  /** Epoch seconds by the node's clock, of the survey. */
  readonly since: number;
  /** What only this node has, where that is more than the present master ever had. */
  readonly loss?: string;
}

/** The node comes back as a metalogger that has everything from the present master. */
export function returnAsMetalogger(
  cluster: Cluster,
  node: Node,
  { master, version, since, loss }: Return,
): Step {
  const back = [promotableOn(cluster, node, version, since)];
  return {
    ...base,
    id: `return-${node.name}`,
    title: `Let ${node.name} follow ${master.name} as a metalogger`,
    node: node.name,
    why: 'Its own metadata is of the past: it is moved aside, never deleted, and all of it is downloaded anew.',
    checks: [
      masterLiveOn(cluster, master, version),
      imageOn(cluster, master, { version: 0 }),
      addressOn(cluster, node, false),
      noMasterOn(cluster, node),
    ],
    script: returnScript(cluster, node),
    timeoutMs: 180_000,
    ...(loss !== undefined && {
      danger: 'data-loss',
      typed: {
        name: node.name,
        why: `${node.name} has changes that ${master.name} never had, and they are given up: ${loss}. Its files are kept.`,
      },
    }),
    verify: back,
    // The download of a large image takes its time.
    verifyForMs: 600_000,
    doneWhen: back,
  };
}

/** ucarp where none runs and none was stopped by a plan: from the cluster file. */
export function startOwnUcarp(cluster: Cluster, node: Node, skew: number, hooks: HookFiles): Step {
  const back = [ucarpOn(cluster, node, skew), addressOn(cluster, node, false)];
  return {
    ...base,
    id: `rejoin-election-${node.name}`,
    title: `Let ${node.name} stand for election again`,
    node: node.name,
    why: 'Without it, nothing would take the address over when the master fails in its turn.',
    checks: [hooksOn(cluster, node, hooks)],
    script: startOwnUcarpScript(cluster, node, skew, hooks),
    verify: back,
    verifyForMs: 10_000,
    doneWhen: back,
  };
}

/** The last step: the promoted master gives its advantage back (safety 12). */
export function commonSkewAgain(
  cluster: Cluster,
  master: Node,
  skew: number,
  others: readonly Node[],
  version: number,
): Step {
  const settled = [
    ucarpOn(cluster, master, skew),
    addressOn(cluster, master, true),
    ...others.map((node) => addressOn(cluster, node, false)),
  ];
  return {
    ...base,
    id: 'common-skew',
    title: `Return ${master.name} to the common skew ${skew}`,
    node: master.name,
    why:
      'At skew 1 it would win against the next promoted node, too. The address never leaves it and vip-down does not ' +
      'run: a second ucarp takes over from the first on the same node.',
    checks: [
      masterLiveOn(cluster, master, version),
      addressOn(cluster, master, true),
      ...others.map((node) => addressOn(cluster, node, false)),
    ],
    script: commonSkewScript(cluster, master, skew),
    verify: settled,
    verifyForMs: 10_000,
    danger: 'disruptive',
    doneWhen: settled,
  };
}
