import { demoHomeOf, stateFolderOf } from './demo-home';
import type { EditorSsh } from './editor-ssh';
import type { Log } from './log';
import { declarations, onDeclarations } from './maintenance';
import type { StartWatch } from './session';

/** Starts to watch a cluster. The monitor is loaded here, at the first connection, not before. */
export function watchStarter(log: Log, ssh: EditorSsh): StartWatch {
  return async (session, previous, onState) => {
    const { cluster, system } = session;
    const connections = await ssh.open(cluster, () => session.mayAsk());
    const [{ Monitor }, { HistoryStore }, { systemClock }, stateFolder] = await Promise.all([
      import('../heartbeat/monitor'),
      import('../heartbeat/history-store'),
      import('../heartbeat/clock'),
      stateFolderOf(cluster),
    ]);
    const historyStore = new HistoryStore(stateFolder, (problem) => log.warn(problem));
    const demo = demoHomeOf(cluster);
    if (demo) {
      // What a monitor remembers at its end would make the folder of a demo anew that is over.
      const remember = historyStore.remember.bind(historyStore);
      historyStore.remember = (...what) =>
        demoHomeOf(cluster) === demo ? remember(...what) : Promise.resolve();
    }
    const monitor = new Monitor({
      cluster,
      probes: system.probes,
      connections,
      clock: systemClock,
      log: (line) => log.debug(line),
      historyStore,
      maintenance: await declarations(cluster, log),
      ...(previous === undefined ? {} : { previous }),
    });
    const stopListening = monitor.onState(onState);
    const stopFollowing = await onDeclarations(cluster, log, (declared) => monitor.setDeclarations(declared));
    monitor.start();
    log.info(`Watching cluster ${cluster.name}.`);
    return {
      connections,
      refresh: () => monitor.refresh(),
      askAgain: (node) => {
        connections.to(node).askAgain?.();
        return monitor.refreshNode(node);
      },
      setPace: (pace) => monitor.setPace(pace),
      setMaintenance: (node, on, until) => monitor.setMaintenance(node, on, until),
      stop: () => {
        stopListening();
        stopFollowing();
        monitor.stop();
        log.info(`Cluster ${cluster.name} is not watched any more.`);
      },
      dispose: () => connections.dispose(),
    };
  };
}
