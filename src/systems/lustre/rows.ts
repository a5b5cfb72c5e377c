import type { ClusterState } from '../../heartbeat/state';
import type { SystemRow } from '../system-row';
import { lustreFacts } from './probes-facts';
import { clientMountOf } from './reader-mounts';
import { valueOf } from './reader-parts';
import { serversOf, targetsOf, deviceOf } from './section';
import { viewOf, type LustreView, type TargetView } from './view';
import { diskText, mirrorText, recoveryText, servedText, sizeText, worstTone } from './view-words';

/** What only Lustre knows of a cluster: the file system and its targets, what each server serves, the clients. */
export function lustreRows(state: ClusterState): readonly SystemRow[] {
  const view = viewOf(state);
  const targets = view.targets.map((target) => targetRow(view, target));
  const serving = view.targets.filter(({ mounted }) => mounted.length === 1).length;
  return [
    {
      id: 'filesystem',
      label: view.section.filesystem,
      description: `${serving} of ${targets.length} targets served`,
      tone: worstTone(targets.map(({ tone }) => tone)),
      children: targets,
    },
    serversRow(state, view),
    ...clientsRow(state, view),
  ];
}

function targetRow(view: LustreView, target: TargetView): SystemRow {
  const { name, primary, secondary, device, mountPoint, drbd } = target.target;
  const [served, mirror] = [servedText(target), mirrorText(target)];
  const recovery = target.recovery && recoveryText(target.recovery);
  // A recovery that is over and took nobody's connection is not worth a word here.
  const isTold = recovery && recovery.tone !== 'none' && recovery.tone !== 'good';
  const node = target.mounted[0] ?? target.primaries[0] ?? primary;
  const children: SystemRow[] = [
    { id: `${name}/served`, label: 'Served', description: served.text, tone: served.tone, node },
    {
      id: `${name}/standby`,
      label: 'Standby',
      description: standbyText(target, node),
      tone: 'none',
      ...(secondary === undefined ? {} : { node: node === primary ? secondary : primary }),
    },
    ...(drbd === undefined
      ? []
      : [
          {
            id: `${name}/mirror`,
            label: `Mirror ${drbd}`,
            description: mirror.text,
            tone: mirror.tone,
            node,
          },
        ]),
    ...(recovery
      ? [{ id: `${name}/recovery`, label: 'Recovery', description: recovery.text, tone: recovery.tone, node }]
      : []),
  ];
  return {
    id: name,
    label: name,
    description: [served.text, mirror.text, ...(isTold ? [recovery.text] : [])].join(', '),
    tooltip: [
      `${name}: ${device} on ${mountPoint}`,
      served.text,
      ...(drbd === undefined ? [mirror.text] : [`Mirror ${drbd}: ${mirror.text}`, ...sideLines(target)]),
      ...(recovery ? [`Recovery: ${recovery.text}`] : []),
      ...(target.clients === undefined ? [] : [`Connected clients: ${target.clients}`]),
      ...spaceLine(view, target),
    ].join('\n'),
    tone: worstTone([served.tone, mirror.tone, ...(isTold ? [recovery.tone] : [])]),
    node,
    item: name,
    children,
  };
}

function standbyText({ target, silent }: TargetView, node: string): string {
  const standby = serversOf(target).find((each) => each !== node);
  if (standby === undefined) return 'none: nobody can take it over';
  return silent.includes(standby) ? `${standby}, which does not answer` : standby;
}

function sideLines({ mirror }: TargetView): readonly string[] {
  return (mirror?.sides ?? []).map(({ node, reading }) => {
    if (!reading) return `${node}: down`;
    const { role, disk, connection, replication, outOfSync, protocol, said } = reading;
    const words = Object.values(said).filter((word) => word !== replication);
    return [
      `${node}: ${role}, ${diskText(disk)}`,
      replication === 'Off' || replication === 'Established' ? connection : replication,
      ...(outOfSync ? [`${sizeText(outOfSync)} differ`] : []),
      ...(protocol === undefined ? [] : [`protocol ${protocol}`]),
      ...(words.length === 0 ? [] : [`(${words.join(', ')})`]),
    ].join(', ');
  });
}

function spaceLine({ heard }: LustreView, { mounted, device }: TargetView): readonly string[] {
  const space = valueOf(lustreFacts(heard.get(mounted[0] ?? '')).space)?.find(
    (each) => each.device === device,
  );
  if (space?.total === undefined || space.available === undefined) return [];
  return [`Space: ${sizeText(space.available)} of ${sizeText(space.total)} available`];
}

function serversRow(state: ClusterState, view: LustreView): SystemRow {
  const nodes = state.cluster.nodes.filter(({ name }) => targetsOf(view.section, name).length > 0);
  const children = nodes.map(({ name }): SystemRow => {
    const serves = view.targets
      .filter(({ mounted }) => mounted.includes(name))
      .map(({ target }) => target.name);
    const guards = targetsOf(view.section, name)
      .map((target) => target.name)
      .filter((each) => !serves.includes(each));
    const facts = lustreFacts(view.heard.get(name));
    const health = valueOf(facts.health);
    const isIll = health === 'unhealthy' || health === 'LBUG';
    const words = [
      ...(serves.length === 0 ? ['serves nothing'] : [`serves ${serves.join(', ')}`]),
      ...(guards.length === 0 ? [] : [`standby for ${guards.join(', ')}`]),
      ...(isIll ? [health === 'LBUG' ? 'Lustre crashed here (LBUG)' : 'Lustre says NOT HEALTHY'] : []),
    ];
    const isHeard = facts.mounts !== undefined;
    return {
      id: `server/${name}`,
      label: name,
      description: isHeard ? words.join('; ') : 'no answer about its targets',
      tone: !isHeard ? 'unknown' : isIll ? 'bad' : 'none',
      node: name,
    };
  });
  return { id: 'servers', label: 'Servers', tone: worstTone(children.map(({ tone }) => tone)), children };
}

function clientsRow(state: ClusterState, view: LustreView): readonly SystemRow[] {
  const nodes = state.cluster.nodes.filter(({ roles }) => roles.includes('client'));
  if (nodes.length === 0) return [];
  const children = nodes.map(({ name }) => clientRow(view, name));
  const well = children.filter(({ tone }) => tone === 'good').length;
  return [
    {
      id: 'clients',
      label: 'Clients',
      description: `${well} of ${children.length} connected to every target`,
      tone: worstTone(children.map(({ tone }) => tone)),
      children,
    },
  ];
}

function clientRow({ section, heard }: LustreView, name: string): SystemRow {
  const { mounts, imports } = lustreFacts(heard.get(name));
  const row = { id: `client/${name}`, label: name, node: name };
  if (mounts === undefined) return { ...row, description: 'no answer about its mount', tone: 'unknown' };
  if (!clientMountOf(mounts, section.filesystem))
    return { ...row, description: `${section.filesystem} is not mounted`, tone: 'warning' };
  if (imports?.is === 'not-installed')
    return {
      ...row,
      description: 'mounted; lctl is not installed: its connections are unknown',
      tone: 'unknown',
    };
  const known = valueOf(imports);
  if (!known) return { ...row, description: 'mounted; its connections are unknown', tone: 'unknown' };
  const wanted = section.targets
    .filter(({ kind }) => kind !== 'MGT')
    .map((target) => ({ target, found: known.find(({ device }) => device === deviceOf(section, target)) }));
  const children = wanted.map(({ target, found }): SystemRow => {
    const state = found?.state ?? 'no connection';
    const at = found?.currentConnection === undefined ? '' : ` at ${found.currentConnection}`;
    return {
      id: `client/${name}/${target.name}`,
      label: target.name,
      description: `${state}${at}`,
      tone: state === 'FULL' ? 'good' : state === 'EVICTED' ? 'bad' : 'warning',
      node: name,
    };
  });
  const full = children.filter(({ tone }) => tone === 'good').length;
  return {
    ...row,
    description:
      full === children.length
        ? `mounted, connected to all ${full} targets`
        : `mounted, connected to ${full} of ${children.length} targets`,
    tone: worstTone(children.map(({ tone }) => tone)),
    children,
  };
}
