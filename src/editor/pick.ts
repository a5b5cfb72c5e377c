import * as vscode from 'vscode';
import type { Node } from '../cluster/cluster';
import type { Planner } from '../failover/planner';
import { targetsOf } from '../failover/plan-target';
import type { Called } from './called';
import { offeredTargets } from './offered-targets';
import { commands } from './ids';
import type { Session } from './session';
import type { Sessions } from './sessions';
import { health } from './worst';

/** The cluster that a command is about: the one it was called with, the only one, or the one picked. */
export async function pickCluster(
  sessions: Sessions,
  called: Called,
  fits: (session: Session) => boolean,
  title: string,
): Promise<Session | undefined> {
  const named = called.cluster === undefined ? undefined : sessions.get(called.cluster);
  if (named) return fits(named) ? named : undefined;
  const candidates = sessions.all.filter(fits);
  if (candidates.length === 0) void tellNone(sessions, title);
  if (candidates.length < 2) return candidates[0];
  const chosen = await vscode.window.showQuickPick(
    candidates.map((session) => ({
      label: session.cluster.name,
      description: health(session.watched ? session.state : undefined).text,
      detail: session.file,
      session,
    })),
    { title, placeHolder: vscode.l10n.t('Which cluster?'), matchOnDetail: true },
  );
  return chosen?.session;
}

/** A button that does nothing would leave a newcomer wondering. */
async function tellNone(sessions: Sessions, title: string): Promise<void> {
  if (sessions.all.length > 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0}: no cluster of this window fits now.', title),
    );
    return;
  }
  const [create, demo] = [vscode.l10n.t('New Cluster File…'), vscode.l10n.t('Open Demo Clusters')];
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('{0}: this window has no cluster file that can be read.', title),
    create,
    demo,
  );
  if (chosen === create) await vscode.commands.executeCommand(commands.newClusterFile);
  if (chosen === demo) await vscode.commands.executeCommand(commands.openDemo);
}

/** The node that a command is about: the one it was called with, or one picked out of those that fit. */
export async function pickNode(
  session: Session,
  called: Called,
  title: string,
  fits: (node: string) => boolean = () => true,
): Promise<Node | undefined> {
  const named = session.cluster.nodes.find((node) => node.name === called.node);
  if (named) return named;
  const states = new Map(session.state?.nodes.map((state) => [state.name, state.liveness]));
  const nodes = session.cluster.nodes.filter((node) => fits(node.name));
  if (nodes.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0}: no node of {1} fits now.', title, session.cluster.name),
    );
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(
    nodes.map((node) => ({
      label: node.name,
      description: [...node.roles, states.get(node.name)].filter((word) => word !== undefined).join(', '),
      detail: node.address,
      node,
    })),
    {
      title,
      placeHolder: vscode.l10n.t('Which node of {0}?', session.cluster.name),
      matchOnDescription: true,
    },
  );
  return chosen?.node;
}

/** What is to be done, out of what the cluster's system offers. */
export async function pickPlanner(
  session: Session,
  title: string,
  fits: (planner: Planner) => boolean = () => true,
): Promise<Planner | undefined> {
  const planners = session.system.planners.filter(fits);
  if (planners.length < 2) return planners[0];
  const chosen = await vscode.window.showQuickPick(
    planners.map((planner) => ({ label: planner.title, description: planner.kind, planner })),
    {
      title,
      placeHolder: vscode.l10n.t('What should be done with {0}?', session.cluster.name),
      matchOnDescription: true,
    },
  );
  return chosen?.planner;
}

/**
 * What a plan is about: the node or item that the command was called with, or one picked out of those that the
 * planner takes; '' for the whole cluster, undefined when the person cancelled or nothing fits.
 */
export async function pickTarget(
  session: Session,
  called: Called,
  planner: Planner,
  title: string,
): Promise<string | undefined> {
  const targets = targetsOf(planner, session.cluster);
  if (targets === undefined) return '';
  const offered = offeredTargets(targets, called);
  const [only] = offered;
  if (only === undefined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        '{0}: nothing of {1} fits “{2}”.',
        title,
        called.node ?? session.cluster.name,
        planner.title,
      ),
    );
    return undefined;
  }
  if (offered.length === 1 && (called.node !== undefined || called.item !== undefined)) return only.name;
  const states = new Map(session.state?.nodes.map((state) => [state.name, state.liveness]));
  const chosen = await vscode.window.showQuickPick(
    offered.map(({ name, detail, node }) => ({
      label: name,
      description: (node === undefined ? undefined : states.get(node)) ?? '',
      detail: detail ?? '',
      name,
    })),
    {
      title,
      placeHolder: vscode.l10n.t('{0}: which one of {1}?', planner.title, session.cluster.name),
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  return chosen?.name;
}

/** The node that takes over: '' when the plan is to choose, undefined when the person cancelled. */
export async function pickTaker(
  session: Session,
  planner: Planner,
  target: string | undefined,
  title: string,
): Promise<string | undefined> {
  const takers = planner.takers?.(session.cluster, target) ?? [];
  // The one that can take over a whole cluster need not be chosen; that a target is to move there must be.
  if (takers.length === 0 || (takers.length === 1 && planner.target === 'cluster')) return '';
  const states = new Map(session.state?.nodes.map((state) => [state.name, state.liveness]));
  const chosen = await vscode.window.showQuickPick(
    [
      {
        label: vscode.l10n.t('Let the plan choose'),
        description: vscode.l10n.t('by what each node has'),
        name: '',
      },
      ...takers.map(({ name, address }) => ({
        label: name,
        description: states.get(name) ?? '',
        detail: address,
        name,
      })),
    ],
    { title, placeHolder: vscode.l10n.t('{0}: to which node?', planner.title), matchOnDescription: true },
  );
  return chosen?.name;
}
