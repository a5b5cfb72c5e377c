import type { SimulatedCs, SimulatedHost } from './simulator-host';
import type { VstorageState } from './simulator-state';

/** The answers of `vinfra … -f json` on a simulated node. */

/** Ids in the shape of vinfra's, always the same for the same thing. */
export function uuid(kind: number, number: number): string {
  return `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** The id of a node. */
export function nodeId(state: VstorageState, host: SimulatedHost): string {
  return uuid(1, [...state.hosts.values()].indexOf(host) + 1);
}

/** The id of a node's disk. */
export function diskId(host: SimulatedHost, disk: number): string {
  return uuid(2, Number(/\d+/.exec(host.name)?.[0] ?? 0) * 100 + disk);
}

/** Which device a node's disk is. */
export function deviceOf(disk: number): string {
  return `sd${String.fromCharCode(98 + disk)}`;
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** `vinfra node list -f json`. */
export function nodeList(state: VstorageState): string {
  return json(
    [...state.hosts.values()].map((host) => ({
      host: host.name,
      id: nodeId(state, host),
      is_assigned: true,
      is_online: host.isReady(state.now),
      is_primary: host.name === state.master,
      maintenance: { status: host.inMaintenance ? 'in_maintenance' : 'none' },
    })),
  );
}

/** `vinfra node disk list -f json`, of one node or of all. */
export function diskList(state: VstorageState, host?: SimulatedHost): string {
  const hosts = host ? [host] : [...state.hosts.values()];
  return json(
    hosts.flatMap((each) =>
      each.node.disks.map((disk, index) => {
        const cs = csOn(state, each, index);
        return {
          being_released: cs?.releasing ?? false,
          device: deviceOf(index),
          disk_status: cs?.fault === undefined ? 'ok' : 'failed',
          id: diskId(each, index),
          mountpoint: disk.path,
          node_id: nodeId(state, each),
          role: cs ? 'cs' : 'unassigned',
          ...(cs
            ? {
                service_id: cs.id,
                service_params: { tier: 0 },
                service_status: state.stateOf(cs),
                space: { size: Number(cs.capacity), used: Number(state.usedOn(cs)) },
              }
            : {}),
        };
      }),
    ),
  );
}

/** The chunk service on a disk of a node; undefined once it was released. */
export function csOn(state: VstorageState, host: SimulatedHost, disk: number): SimulatedCs | undefined {
  return state.services.find((cs) => cs.host === host && cs.disk === disk && !cs.dropped);
}

/** `vinfra cluster overview -f json`. */
export function overview(state: VstorageState): string {
  const listed = state.services.filter((cs) => !cs.dropped);
  return json({
    chunks: { ...state.counts, total: state.chunkTotal },
    cs: { total: listed.length, failed: listed.filter((cs) => cs.fault !== undefined).length },
    name: state.layout.name,
  });
}

/** `vinfra node maintenance status NODE -f json`. */
export function maintenanceStatus(state: VstorageState, host: SimulatedHost): string {
  return json({
    node_id: nodeId(state, host),
    params: { storage_mode: 'suspend' },
    status: host.inMaintenance ? 'in_maintenance' : 'none',
  });
}

/** `vinfra task show ID -f json`; undefined for a task that never was. */
export function taskShow(state: VstorageState, id: string): string | undefined {
  const task = state.tasks.get(id);
  return task && json({ name: task.name, state: task.isOver() ? 'success' : 'running', task_id: id });
}

/** Begins something in the background and says under which id, as vinfra does. */
export function beginTask(state: VstorageState, name: string, isOver: () => boolean): string {
  const id = uuid(9, state.tasks.size + 1);
  state.tasks.set(id, { id, name, isOver });
  return json({ task_id: id });
}
