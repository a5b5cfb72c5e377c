import * as vscode from 'vscode';
import type { Node } from '../cluster/cluster';
import type { Planner } from '../failover/planner';
import type { Called } from './called';
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
  if (candidates.length < 2) return candidates[0];
  const chosen = await vscode.window.showQuickPick(
    candidates.map((session) => ({
      label: session.cluster.name,
      description: health(session.watched ? session.state : undefined).text,
      detail: session.file,
      session,
    })),
    { title, placeHolder: 'Which cluster?', matchOnDetail: true },
  );
  return chosen?.session;
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
    void vscode.window.showInformationMessage(`${title}: no node of ${session.cluster.name} fits now.`);
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(
    nodes.map((node) => ({
      label: node.name,
      description: [...node.roles, states.get(node.name)].filter((word) => word !== undefined).join(', '),
      detail: node.address,
      node,
    })),
    { title, placeHolder: `Which node of ${session.cluster.name}?`, matchOnDescription: true },
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
    { title, placeHolder: `What should be done with ${session.cluster.name}?`, matchOnDescription: true },
  );
  return chosen?.planner;
}

/** The node that takes over: '' when the plan is to choose, undefined when the person cancelled. */
export async function pickTaker(
  session: Session,
  planner: Planner,
  title: string,
): Promise<string | undefined> {
  const takers = planner.takers?.(session.cluster) ?? [];
  if (takers.length < 2) return '';
  const states = new Map(session.state?.nodes.map((state) => [state.name, state.liveness]));
  const chosen = await vscode.window.showQuickPick(
    [
      { label: 'Let the plan choose', description: 'by what each node has', name: '' },
      ...takers.map(({ name, address }) => ({
        label: name,
        description: states.get(name) ?? '',
        detail: address,
        name,
      })),
    ],
    { title, placeHolder: `${planner.title}: to which node?`, matchOnDescription: true },
  );
  return chosen?.name;
}
