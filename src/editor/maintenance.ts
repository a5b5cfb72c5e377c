import * as vscode from 'vscode';
import { findNode, type Cluster } from '../cluster/cluster';
import type { Declaration } from '../heartbeat/maintenance';
import type { MaintenanceStore } from '../heartbeat/maintenance-store';
import { stateFolderOf } from './demo-home';
import type { Log } from './log';
import type { Session } from './session';
import { moment } from './words';

const hour = 3_600_000;

/** What a person is offered as the end of a maintenance. */
const lengths = (): readonly { readonly label: string; readonly ms: number | undefined }[] => [
  { label: vscode.l10n.t('30 minutes'), ms: hour / 2 },
  { label: vscode.l10n.t('1 hour'), ms: hour },
  { label: vscode.l10n.t('2 hours'), ms: 2 * hour },
  { label: vscode.l10n.t('4 hours'), ms: 4 * hour },
  { label: vscode.l10n.t('8 hours'), ms: 8 * hour },
  { label: vscode.l10n.t('1 day'), ms: 24 * hour },
  { label: vscode.l10n.t('Until I end it'), ms: undefined },
];

/** Asks how long the maintenance of a node lasts, and declares it. */
export async function startMaintenance(session: Session, node: string, log: Log): Promise<void> {
  const now = Date.now();
  const chosen = await vscode.window.showQuickPick(
    lengths().map(({ label, ms }) => ({
      label,
      description: ms === undefined ? '' : vscode.l10n.t('until {0}', moment(now + ms, now)),
      ms,
    })),
    {
      title: vscode.l10n.t('Maintenance of {0} ({1})', node, session.cluster.name),
      placeHolder: vscode.l10n.t('Its silence is no alarm meanwhile, and it counts as offline later'),
    },
  );
  if (!chosen) return;
  await declare(session, node, chosen.ms === undefined ? undefined : Date.now() + chosen.ms, log);
}

async function declare(session: Session, node: string, until: number | undefined, log: Log): Promise<void> {
  const at = Date.now();
  const store = await maintenanceStore(session.cluster, log);
  const end = until === undefined ? {} : { until };
  await store.declare(session.cluster.name, node, { on: true, at, ...end }, at);
  session.setMaintenance(node, true, until);
  log.info(
    `${session.cluster.name}: maintenance of ${node} declared${until === undefined ? '' : `, until ${new Date(until).toISOString()}`}.`,
  );
}

/** Ends the maintenance of a node, also one that the cluster file declares. */
export async function endMaintenance(session: Session, node: string, log: Log): Promise<void> {
  const [store, { maintenanceKey }] = await Promise.all([
    maintenanceStore(session.cluster, log),
    import('../heartbeat/maintenance'),
  ]);
  const at = Date.now();
  const of = maintenanceKey(findNode(session.cluster, node)?.maintenance);
  await store.declare(session.cluster.name, node, { on: false, at, of }, at);
  session.setMaintenance(node, false);
  log.info(`${session.cluster.name}: maintenance of ${node} ended.`);
}

/** The nodes of a cluster whose maintenance can be ended: those that are in it now. */
export function maintained(session: Session): (node: string) => boolean {
  const nodes = new Set(session.state?.nodes.flatMap(({ name, maintenance }) => (maintenance ? [name] : [])));
  return (node) => nodes.has(node);
}

/** What was declared for a cluster before, in this window or another. */
export async function declarations(cluster: Cluster, log: Log) {
  return (await maintenanceStore(cluster, log)).read(cluster.name);
}

/** Tells of what another window or the command line declares or ends; the returned function ends that. */
export async function onDeclarations(
  cluster: Cluster,
  log: Log,
  listener: (declared: ReadonlyMap<string, Declaration>) => void,
): Promise<() => void> {
  const [store, { watchMaintenance }] = await Promise.all([
    maintenanceStore(cluster, log),
    import('../heartbeat/maintenance-watch'),
  ]);
  return watchMaintenance(store, cluster.name, listener);
}

const opened = new Map<string, MaintenanceStore>();

/** One for the window and a folder: its writes wait for each other. */
async function maintenanceStore(cluster: Cluster, log: Log): Promise<MaintenanceStore> {
  const [{ MaintenanceStore }, folder] = await Promise.all([
    import('../heartbeat/maintenance-store'),
    stateFolderOf(cluster),
  ]);
  const store = opened.get(folder) ?? new MaintenanceStore(folder, (problem) => log.warn(problem));
  opened.set(folder, store);
  return store;
}
