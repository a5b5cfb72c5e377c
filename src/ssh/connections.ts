import { findNode, type Cluster, type Node } from '../cluster/cluster';
import { resolveTarget } from './config';
import { ConfigReader } from './config-source';
import type { Destination } from './destination';
import type { Connections, NodeConnection } from './connection';
import { OpenRefused } from './channel';
import { converse } from './converse';
import { SshError } from './error';
import { runCommand } from './exec';
import { reach } from './forward';
import { HostKeys } from './host-key';
import { Identities } from './identities';
import { KnownHostsFiles } from './known-hosts-files';
import { Link, type LinkParts } from './link';
import type { SshOptions } from './options';
import { Sessions } from './sessions';
import { commandLine } from './shell';
import { StandingScript } from './standing';
import { systemConnection } from './system/connection';
import { SocketFolder } from './system/folder';
import { usesSystemSsh } from './system/words';

/** Shells that may stay on a connection for scripts that are run again and again. */
const STANDING = 3;

/**
 * The connections to a cluster's nodes. Nothing is opened before it is used; keys, secrets and jump hosts are
 * shared by the nodes. Dispose it, or its connections stay open.
 */
export function openConnections(cluster: Cluster, options: SshOptions): Connections {
  const config = new ConfigReader(options);
  const identities = new Identities(options);
  const hostKeys = new HostKeys(new KnownHostsFiles(), options);
  const links = new Set<Link>();
  const folder = new SocketFolder();
  const jumps = new Map<string, Link>();
  const nodes = new Map<string, NodeConnection>();
  let disposed = false;

  const parts: LinkParts = {
    identities,
    hostKeys,
    log: options.log ?? (() => {}),
    jumpTo: (_node, target) => {
      const key = JSON.stringify(target);
      let link = jumps.get(key);
      if (!link) {
        link = new Link(target.alias, () => Promise.resolve(target), parts);
        jumps.set(key, link);
        links.add(link);
        if (disposed) link.dispose();
      }
      return link;
    },
  };

  const connect = (node: Node): NodeConnection => {
    const link = new Link(
      node.name,
      async () => resolveTarget(node.name, destinationOf(node), await config.read(node.name)),
      parts,
    );
    const standing = new Map<string, StandingScript>();
    const sessions = new Sessions(() => {
      for (const each of standing.values()) each.retire();
    });
    const shellFor = (script: string): StandingScript | undefined => {
      if (sessions.isShort || (!standing.has(script) && standing.size >= STANDING)) return undefined;
      const shell = standing.get(script) ?? new StandingScript(link, sessions, script, node.ssh.become);
      standing.set(script, shell);
      return shell.isBusy ? undefined : shell;
    };
    return {
      exec: async (script, execOptions) => {
        const line = commandLine(script, node.ssh.become);
        const shell = execOptions.isStanding ? shellFor(script) : undefined;
        if (!shell) return runCommand(link, sessions, line, execOptions);
        const startedAt = performance.now();
        try {
          return await shell.run(execOptions);
        } catch (error) {
          if (!(error instanceof OpenRefused)) throw error;
          // Without a shell that stays it may find room, or say why there is none.
          const timeoutMs = execOptions.timeoutMs - (performance.now() - startedAt);
          return runCommand(link, sessions, line, { ...execOptions, timeoutMs });
        }
      },
      converse: (answer, converseOptions) => converse(link, answer, converseOptions),
      reach: (host, port, timeoutMs, signal) => reach(link, host, port, timeoutMs, signal),
      askAgain: () => link.forgetRefusals(),
      dispose: () => link.dispose(),
    };
  };

  return {
    to(nodeName) {
      let connection = nodes.get(nodeName);
      if (!connection) {
        const node = findNode(cluster, nodeName);
        if (!node) {
          throw new SshError('configuration', nodeName, `Cluster ${cluster.name} has no node ${nodeName}.`);
        }
        connection = usesSystemSsh(options.systemSsh, cluster.name, node.name)
          ? systemConnection(node, options, folder)
          : connect(node);
        if (disposed) connection.dispose();
        nodes.set(nodeName, connection);
      }
      return connection;
    },
    async portOf(nodeName) {
      const node = findNode(cluster, nodeName);
      if (!node) return undefined;
      try {
        const target = resolveTarget(nodeName, destinationOf(node), await config.read(nodeName));
        return target.host === node.address ? target.port : undefined;
      } catch {
        // What cannot be followed is told where the node is connected to.
        return undefined;
      }
    },
    dispose() {
      disposed = true;
      for (const link of links) link.dispose();
      for (const connection of nodes.values()) connection.dispose();
      folder.dispose();
    },
  };
}

/** What the cluster file says about reaching a node. */
export function destinationOf(node: Node): Destination {
  const { user, port, identityFile, proxyJump } = node.ssh;
  return {
    host: node.address,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port }),
    ...(identityFile === undefined ? {} : { identityFile }),
    ...(proxyJump === undefined ? {} : { proxyJump }),
  };
}
