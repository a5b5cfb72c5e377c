import { emptyPlan, emptyStep } from '../../failover/blank';
import { findNode, nodesWithRole, type Cluster, type Node } from '../../cluster/cluster';
import type { Plan, ScriptCheck, Step } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import {
  allHealthy,
  lack,
  majorityWithout,
  mdsWithout,
  othersServe,
  processesOn,
  servicesAre,
} from './checks';
import type { VinfraNode, VstorageObservation } from './observation';
import {
  askedBeside,
  hour,
  minutes,
  proofs,
  seeItHealthy,
  servicesOn,
  strangers,
  unconfirmed,
} from './plan-parts';
import { withoutServices } from './plan-space';
import { maintenanceScript, setConfigScript } from './scripts/actions';
import { vstorageSection } from './section';
import { silenceForbids, situationOf, type Situation } from './survey';
import { parameterNames, sourceText } from './thresholds';

/** Why the node must not be taken down now; the first reason, the gravest first. */
function forbids(cluster: Cluster, situation: Situation, node: Node): string | undefined {
  const { observation } = situation;
  const { known, text, sum } = lack(observation.stat);
  if (!known)
    return 'vstorage stat did not print how many chunks are healthy, degraded, blocked and offline.';
  if (sum > 0) {
    return `Not all chunks have all their pieces (${text}): with ${node.name} away some may lose one too many. Wait until the rebuild is through, or bring back what is missing.`;
  }
  const away = observation.chunkServices.filter(
    (cs) => cs.node !== node.name && ['inactive', 'offline', 'maintenance'].includes(cs.state),
  );
  const names = [...new Set(away.map((cs) => cs.node ?? cs.host ?? `CS ${cs.id}`))];
  if (names.length > 0) {
    return `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} away already (${away
      .map(({ id, state }) => `CS ${id} ${state}`)
      .slice(0, 4)
      .join(
        ', ',
      )}): one node at a time. Bring ${names.length === 1 ? 'it' : 'them'} back, or release ${names.length === 1 ? 'it' : 'them'}, first.`;
  }
  const inMaintenance = observation.maintenance.find((name) => name !== node.name);
  if (inMaintenance !== undefined) return `${inMaintenance} is in maintenance already: one node at a time.`;
  return mdsForbids(cluster, situation, node) ?? redundancyForbids(cluster, situation, node);
}

/** Whether a node has an MDS: the file says so, or the cluster does. */
function holdsMds({ metadata }: VstorageObservation, { name, roles }: Node): boolean {
  return roles.includes('mds') || metadata.some(({ node }) => node === name);
}

function mdsForbids(cluster: Cluster, { observation }: Situation, node: Node): string | undefined {
  const { metadata } = observation;
  if (!holdsMds(observation, node)) return undefined;
  if (metadata.length === 0)
    return 'vstorage stat printed no table of MDS: nobody knows whether a majority lives without it.';
  const { left } = mdsWithout(metadata, node);
  if (left * 2 > metadata.length) return undefined;
  const declared = nodesWithRole(cluster, 'mds').length;
  return `Without ${node.name}, ${left} of ${metadata.length} MDS live and ${Math.floor(metadata.length / 2) + 1} are needed: the whole cluster would stop. Bring the others back${declared < 3 ? ', or add MDS: three at least, five are advised' : ''}.`;
}

function redundancyForbids({ redundancy }: Cluster, situation: Situation, node: Node): string | undefined {
  const own = servicesOn(situation, node);
  if (own.length === 0) {
    const stranger = node.roles.includes('cs') ? strangers(situation) : undefined;
    return stranger && `Which chunk services stand on ${node.name} is not known: ${stranger}`;
  }
  if (redundancy === undefined)
    return `The cluster file does not say which redundancy the cluster has: nobody knows whether what ${node.name} holds stands elsewhere, too. Write it into the file.`;
  if (redundancy.failureDomain === 'disk' && own.length > Math.max(1, redundancy.tolerance))
    return `The failure domain is the disk: up to ${own.length} pieces of a chunk may stand on the ${own.length} disks of ${node.name}, and ${redundancy.tolerance} may be away. Clients would hang. Make it the host first, or stop the clients and use shutdown.`;
  if (redundancy.tolerance > 0) return undefined;
  return `The cluster keeps no redundancy: what ${node.name} holds cannot be read while it is away. Raise the mode (two replicas, or 1+1) first, or stop the clients and use shutdown.`;
}

/** The plan for a maintenance of one node: checks, start, the work, end, all healthy. Pure. */
export function planMaintenance(input: PlanInput): Plan {
  const { cluster, request } = input;
  const plan = emptyPlan(input);
  const refuse = (refused: string): Plan => ({ ...plan, refused });
  const node = findNode(cluster, request.target ?? '');
  if (!node || !node.roles.some((role) => role === 'mds' || role === 'cs'))
    return refuse(`${request.target ?? 'It'} is no node with the role mds or cs.`);
  const situation = situationOf(input);
  if ('refused' in situation) return refuse(situation.refused);
  const { observation, answering, silent } = situation;
  const own = servicesOn(situation, node).map(({ id }) => id);
  const isIn = observation.maintenance.includes(node.name);
  const no =
    silenceForbids(silent.filter((mds) => !(isIn && mds.node === node))) ??
    (isIn ? undefined : forbids(cluster, situation, node));
  if (no !== undefined) return refuse(no);
  const asked = askedBeside(situation, node);
  if (!asked)
    return refuse(
      `No other node with an MDS answers but ${node.name}: nobody could be asked while it is away.`,
    );
  const known = vinfraNode(situation, node);
  if (situation.vinfra && !known) {
    return refuse(
      `vinfra on ${situation.vinfra.node.name} does not know ${node.name} (it lists ${situation.vinfra.nodes.map(({ host }) => host).join(', ')}). Name the node as vinfra does.`,
    );
  }
  const begin = known
    ? beginVinfra(cluster, node, asked, known, own, situation)
    : hold(cluster, node, asked, situation);
  if ('refused' in begin) return refuse(begin.refused);
  return {
    ...plan,
    // Not on the node itself: its lock would be gone with its power. Those of any two runs still meet on a third MDS.
    lockNodes: answering.filter((each) => each !== node).map(({ name }) => name),
    notes: notes(cluster, situation, node),
    steps: [
      ...proofs({ ...situation, silent: silent.filter((mds) => mds.node !== node) }),
      ...(isIn ? begin.start.map((step) => ({ ...step, done: true })) : begin.start),
      work(node, asked, observation.thresholds.maintenanceTimeout.value),
      begin.end,
      seeItHealthy(
        cluster,
        asked,
        'Only then may the next node be taken down. What was written meanwhile is being brought up to date.',
      ),
    ],
  };
}

function vinfraNode({ vinfra, names }: Situation, node: Node): VinfraNode | undefined {
  const found = vinfra?.nodes.filter(({ host }) => names.nodeOf(host) === node.name) ?? [];
  return found.length === 1 ? found[0] : undefined;
}

interface Frame {
  readonly start: readonly Step[];
  readonly end: Step;
}

/** What must hold right before the node goes. */
function before(
  cluster: Cluster,
  node: Node,
  asked: Node,
  own: readonly number[],
  { names, observation }: Situation,
): readonly ScriptCheck[] {
  return [
    allHealthy(cluster, asked),
    othersServe(cluster, asked, own),
    ...(holdsMds(observation, node) ? [majorityWithout(cluster, asked, node, names)] : []),
  ];
}

function beginVinfra(
  cluster: Cluster,
  node: Node,
  asked: Node,
  { id }: VinfraNode,
  own: readonly number[],
  situation: Situation,
): Frame {
  const end: Step = {
    ...emptyStep,
    id: 'stop-maintenance',
    title: `End the maintenance of ${node.name}`,
    node: asked.name,
    why: 'From here on the cluster counts on it again, and waits no longer than usual when it falls silent.',
    checks: [
      processesOn(
        node,
        node.roles.filter((role) => role === 'mds' || role === 'cs'),
        true,
      ),
    ],
    script: maintenanceScript('stop', id),
    timeoutMs: 900_000,
    verify: [servicesAre(cluster, asked, own, ['active'], `All chunk services of ${node.name} are active`)],
    verifyForMs: 600_000,
    danger: 'disruptive',
  };
  const isIn = servicesAre(
    cluster,
    asked,
    own,
    ['maintenance'],
    `All chunk services of ${node.name} are in maintenance`,
  );
  return {
    start: [
      {
        ...emptyStep,
        id: 'precheck',
        title: `Let vinfra check whether ${node.name} may go`,
        node: asked.name,
        why: 'It knows of services besides storage that have to move away.',
        checks: before(cluster, node, asked, own, situation),
        script: maintenanceScript('precheck', id),
        timeoutMs: 900_000,
        doneWhen: own.length > 0 ? [isIn] : [],
      },
      {
        ...emptyStep,
        id: 'start-maintenance',
        title: `Begin the maintenance of ${node.name}`,
        node: asked.name,
        why: 'The cluster then waits longer before it rebuilds what the node holds, and moves its other services away.',
        checks: before(cluster, node, asked, own, situation),
        script: maintenanceScript('start', id),
        timeoutMs: 900_000,
        verify: own.length > 0 ? [isIn] : [],
        verifyForMs: 300_000,
        danger: 'disruptive',
        doneWhen: own.length > 0 ? [isIn] : [],
        ...risk(situation, node),
        undo: [{ ...end, id: 'undo-start-maintenance' }],
      },
    ],
    end,
  };
}

/** Where no more MDS may fail meanwhile a person accepts the risk. */
function risk({ observation }: Situation, node: Node): Pick<Step, 'typed'> {
  if (!holdsMds(observation, node)) return {};
  const { left, total } = mdsWithout(observation.metadata, node);
  if ((left - 1) * 2 > total) return {};
  return {
    typed: {
      name: node.name,
      why: `While it is away ${left} of ${total} MDS live, and none more may fail: then the whole cluster would stop. Five MDS would stand it.`,
    },
  };
}

/** Without vinfra: a longer time until a silent chunk service is given up, and the old one afterwards. */
function hold(
  cluster: Cluster,
  node: Node,
  asked: Node,
  situation: Situation,
): Frame | { readonly refused: string } {
  const { thresholds } = situation.observation;
  const { offlineTimeout, maintenanceTimeout } = thresholds;
  const written = vstorageSection(cluster).parameters[parameterNames.offlineTimeout];
  const isHeld = offlineTimeout.value >= maintenanceTimeout.value;
  const usual = isHeld ? written : offlineTimeout.value;
  if (usual === undefined || usual >= maintenanceTimeout.value) {
    return {
      refused: `${parameterNames.offlineTimeout} is ${minutes(offlineTimeout.value)} (${sourceText[offlineTimeout.source]}), no less than ${parameterNames.maintenanceTimeout} (${minutes(maintenanceTimeout.value)}): what it has to be afterwards is not known. Write it into vstorage.parameters.`,
    };
  }
  const own = servicesOn(situation, node).map(({ id }) => id);
  const end: Step = {
    ...emptyStep,
    id: 'wait-as-usual',
    title: `Let the cluster wait ${minutes(usual)} again`,
    node: asked.name,
    why: 'A node that fails from here on is rebuilt as soon as before.',
    checks: [
      processesOn(
        node,
        node.roles.filter((role) => role === 'mds' || role === 'cs'),
        true,
      ),
    ],
    script: setConfigScript(cluster, parameterNames.offlineTimeout, usual),
    unconfirmed: unconfirmed.hold,
    verify: [servicesAre(cluster, asked, own, ['active'], `All chunk services of ${node.name} are active`)],
    verifyForMs: 600_000,
  };
  const start: Step = {
    ...emptyStep,
    id: 'wait-longer',
    title: `Let the cluster wait ${minutes(maintenanceTimeout.value)} for silent chunk services`,
    node: asked.name,
    why: 'It would begin to rebuild what the node holds, only to delete it again when the node is back.',
    checks: before(cluster, node, asked, own, situation),
    script: setConfigScript(cluster, parameterNames.offlineTimeout, maintenanceTimeout.value),
    unconfirmed: unconfirmed.hold,
    danger: 'disruptive',
    ...risk(situation, node),
    undo: [{ ...end, id: 'undo-wait-longer' }],
  };
  return { start: [{ ...start, ...(isHeld && { done: true }) }], end };
}

/** The pause in which people do what they came for. */
function work(node: Node, asked: Node, limit: number): Step {
  return {
    ...emptyStep,
    id: 'work',
    title: `Do the work on ${node.name}, and power it on again`,
    node: asked.name,
    why: `The cluster waits ${minutes(limit)} from the moment its services fall silent, then it rebuilds what they hold. Continue once the node is back.`,
    typed: {
      name: node.name,
      why: `Typing it says that the work on ${node.name} is done and that it is on again.`,
    },
    verify: [
      processesOn(
        node,
        node.roles.filter((role) => role === 'mds' || role === 'cs'),
        true,
      ),
    ],
    verifyForMs: 2 * hour,
  };
}

function notes(cluster: Cluster, situation: Situation, node: Node): readonly string[] {
  const { observation } = situation;
  const { maintenanceTimeout } = observation.thresholds;
  const rest = withoutServices(cluster, situation, servicesOn(situation, node), node.name);
  const master = observation.metadata.find(({ isMaster }) => isMaster);
  const overrun = rest.refused === undefined ? '' : ` It could not: ${rest.refused}`;
  return [
    `The cluster waits ${minutes(maintenanceTimeout.value)} (${parameterNames.maintenanceTimeout}, ${sourceText[maintenanceTimeout.source]}) from the moment the node falls silent; a maintenance that takes longer makes it rebuild.${overrun}`,
    `If it will take longer, raise it first: vstorage -c ${vstorageSection(cluster).name} set-config ${parameterNames.maintenanceTimeout}=MILLISECONDS.`,
    ...(master?.node === node.name
      ? [
          `${node.name} has the master MDS. When several nodes are due, take it last: another one is elected when it goes.`,
        ]
      : []),
    'Meanwhile chunks with a piece there are degraded: reads go on, and one more failure is one too many for writes in most modes.',
    ...(situation.vinfra
      ? []
      : ['No node may use vinfra here, so that there is no maintenance mode; see docs/vstorage.md.']),
  ];
}
