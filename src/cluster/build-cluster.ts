import { concat, perChunk, type Placeless } from './chunks';
import type { Become, Cluster, HeartbeatTiming, Maintenance, Node, SshSettings } from './cluster';
import { parameter, type ClusterDraft, type NodeDraft, type SshDraft } from './draft';
import { defined } from './build-draft';
import type { ReadValue } from './read';
import type { SystemSpec } from './spec';

/**
 * The plain cluster of a draft without errors; undefined when something required is absent all the same
 * (a misspelt key is only a warning).
 */
export function buildCluster(draft: ClusterDraft): Cluster | undefined {
  const { spec, name } = draft;
  if (!spec || !name || !draft.canCount) return undefined;
  const nodes = buildNodes(draft);
  if (spec.sectionRequired && !draft.section) return undefined;
  const { pieces, failureDomain } = draft.redundancy ?? {};
  if (!nodes || (spec.redundancy && !(pieces && failureDomain))) return undefined;
  return {
    name: name.value,
    system: spec.id,
    isProtected: draft.isProtected?.value ?? false,
    readOnly: draft.readOnly?.value ?? false,
    heartbeat: heartbeatTiming(draft, spec),
    ...(pieces && failureDomain
      ? { redundancy: { ...pieces.value, failureDomain: failureDomain.value } }
      : {}),
    nodes,
    // Somebody's own file may have begun as a copy of a demo's: real machines are never taken for simulated ones.
    ...defined({ demo: nodes.every(({ address }) => address === '127.0.0.1') ? draft.demo : undefined }),
    section: (draft.section ? plainValue(draft.section) : {}) as Record<string, unknown>,
  };
}

/** The timing in effect: what is written, else the system's parameter, else the system's default. */
export function heartbeatTiming(draft: ClusterDraft, spec: SystemSpec): HeartbeatTiming {
  const written = draft.heartbeat;
  const fromParameter = (timing: 'offlineAfter' | 'maintenanceOfflineAfter'): number | undefined => {
    const source = spec.timingParameters?.find((one) => one.timing === timing);
    const value = source && parameter(draft, source.parameter)?.value;
    return source && value !== undefined && value >= source.atLeast ? value : undefined;
  };
  return {
    interval: written.interval?.value ?? spec.timing.interval,
    inactiveAfter: written.inactiveAfter?.value ?? spec.timing.inactiveAfter,
    offlineAfter: written.offlineAfter?.value ?? fromParameter('offlineAfter') ?? spec.timing.offlineAfter,
    maintenanceOfflineAfter:
      written.maintenanceOfflineAfter?.value ??
      fromParameter('maintenanceOfflineAfter') ??
      spec.timing.maintenanceOfflineAfter,
    witnesses: written.witnesses?.value ?? 3,
  };
}

function buildNodes({ nodes, ssh }: ClusterDraft): readonly Node[] | undefined {
  const { user, port, identityFile, proxyJump, become } = ssh;
  const parts = built(
    nodes,
    user?.value,
    port?.value,
    identityFile?.value,
    proxyJump?.value,
    become?.value,
  ).map(({ value }) => value);
  return parts.every((part) => part !== undefined) ? concat(parts) : undefined;
}

/** The nodes with the SSH settings of the cluster, one by one; undefined when one lacks something required. */
const built = perChunk(
  (
    nodes,
    user: string | undefined,
    port: number | undefined,
    identityFile: string | undefined,
    proxyJump: string | undefined,
    become: Become | undefined,
  ) => {
    const common = defined({ user, port, identityFile, proxyJump, become });
    const all = nodes.map((node) => buildNode(common, node)).filter((node) => node !== undefined);
    return all.length === nodes.length ? all : undefined;
  },
);

function buildNode(common: Partial<SshSettings>, node: Placeless<NodeDraft>): Node | undefined {
  const { name, address, roles, disks } = node;
  if (!name || !address || roles.length === 0 || !node.hasAllDisks) return undefined;
  return {
    name: name.value,
    address: address.value,
    roles: [...new Set(roles.map(({ value }) => value))],
    ssh: sshSettings(common, node.ssh),
    disks: disks.flatMap(({ path, capacity, used, tier }) =>
      path && capacity
        ? [
            {
              path: path.value,
              capacity: capacity.value,
              tier: tier ?? 0,
              ...(used ? { used: used.value } : {}),
            },
          ]
        : [],
    ),
    ...defined({
      maintenance: maintenanceOf(node),
      console: node.console?.value,
      rack: node.rack?.value,
      row: node.row?.value,
      room: node.room?.value,
    }),
  };
}

function maintenanceOf({ maintenance }: Placeless<NodeDraft>): Maintenance | undefined {
  return maintenance && maintenance.value !== false ? maintenance.value : undefined;
}

function sshSettings(common: Partial<SshSettings>, own: Placeless<SshDraft>): SshSettings {
  const { user, port, identityFile, proxyJump, become } = own;
  const written = defined({
    user: user?.value,
    port: port?.value,
    identityFile: identityFile?.value,
    proxyJump: proxyJump?.value,
    become: become?.value,
  });
  return { become: 'none', ...common, ...written };
}

function plainValue(value: ReadValue): unknown {
  switch (value.kind) {
    case 'scalar':
      return value.value;
    case 'list':
      return value.items.map(plainValue);
    case 'map':
      return Object.fromEntries(
        [...value.entries].flatMap(([key, entry]) => (entry.value ? [[key, plainValue(entry.value)]] : [])),
      );
  }
}
