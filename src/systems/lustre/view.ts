import type { NodeReading } from '../../heartbeat/probe';
import type { ClusterState } from '../../heartbeat/state';
import { mirrorOf, type Mirror } from './mirrors';
import type { Recovery } from './observation';
import { isServing } from './probes-combine';
import { lustreFacts } from './probes-facts';
import { valueOf } from './reader-parts';
import { deviceOf, lustreSection, serversOf, type LustreSection, type LustreTarget } from './section';

/** One target as it stands now, put together for people. */
export interface TargetView {
  readonly target: LustreTarget;
  readonly device: string;
  /** Nodes that have it mounted. */
  readonly mounted: readonly string[];
  /** Nodes whose mirror is Primary, mounted or not. */
  readonly primaries: readonly string[];
  /** Servers that do not answer now. */
  readonly silent: readonly string[];
  readonly mirror?: Mirror;
  /** Of the node that serves it. */
  readonly recovery?: Recovery;
  /** Connected clients, as the node says that serves it. */
  readonly clients?: number;
}

/** What is known of a cluster at one moment. */
export interface LustreView {
  readonly section: LustreSection;
  readonly targets: readonly TargetView[];
  /** Readings of the nodes that answer now. */
  readonly heard: ReadonlyMap<string, NodeReading>;
}

/** Puts a snapshot together. What a silent node once said is not in it. */
export function viewOf(state: ClusterState): LustreView {
  const section = lustreSection(state.cluster);
  const heard = new Map(
    state.nodes.flatMap(({ name, liveness, failure, reading }) =>
      reading && (liveness === 'active' || (liveness === 'maintenance' && failure === undefined))
        ? [[name, reading] as const]
        : [],
    ),
  );
  return {
    section,
    heard,
    targets: section.targets.map((target) => targetView(section.filesystem, target, heard)),
  };
}

/** One target by what the nodes say that answer. */
export function targetView(
  filesystem: string,
  target: LustreTarget,
  heard: ReadonlyMap<string, Pick<NodeReading, 'facts'>>,
): TargetView {
  const servers = serversOf(target);
  const mirror = mirrorOf(target, heard);
  const mounted = servers.filter((node) => isServing(target, heard.get(node)));
  const device = deviceOf({ filesystem }, target);
  const facts = lustreFacts(heard.get(mounted[0] ?? ''));
  const recovery = valueOf(facts.recovery)?.find((each) => each.device === device);
  const clients = valueOf(facts.exports)?.get(device);
  return {
    target,
    device,
    mounted,
    primaries:
      mirror?.sides.filter(({ reading }) => reading?.role === 'Primary').map(({ node }) => node) ?? [],
    silent: servers.filter((node) => lustreFacts(heard.get(node)).mounts === undefined),
    ...(mirror ? { mirror } : {}),
    ...(recovery ? { recovery } : {}),
    ...(clients === undefined ? {} : { clients }),
  };
}
