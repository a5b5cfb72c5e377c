import * as vscode from 'vscode';
import type { HostKeyDialog } from './host-keys';
import type { Log } from './log';
import { declarations, onDeclarations } from './maintenance';
import type { Secrets } from './secrets';
import type { StartWatch } from './session';
import { sshConfigFile, sshConfigFileIsForeign } from './ssh-config-setting';
import { systemSshNodes } from './system-ssh-setting';

/** Starts to watch a cluster. SSH and the monitor are loaded here, at the first connection, not before. */
export function watchStarter(
  log: Log,
  hostKeys: HostKeyDialog,
  secrets: Secrets,
  loaded: () => void,
): StartWatch {
  return async (session, previous, onState) => {
    if (!vscode.workspace.isTrusted) {
      throw new Error(
        'Nothing connects in a workspace that you do not trust. Trust it first (Manage Workspace Trust).',
      );
    }
    const [{ openConnections }, { Monitor }, { HistoryStore }, { stateFolder }, { systemClock }] =
      await Promise.all([
        import('../ssh/connections'),
        import('../heartbeat/monitor'),
        import('../heartbeat/history-store'),
        import('../heartbeat/state-folder'),
        import('../heartbeat/clock'),
      ]);
    loaded();
    const { cluster, system } = session;
    const configFile = sshConfigFile();
    const connections = openConnections(cluster, {
      ...(configFile === undefined ? {} : { configFile, configFileIsForeign: sshConfigFileIsForeign() }),
      askHostKey: (question) => (session.mayAsk() ? hostKeys.ask(question) : Promise.resolve(false)),
      askSecret: (question) => secrets.answer(question, () => session.mayAsk()),
      secretTried: (question, secret, worked) => {
        secrets.tried(question, secret, worked).catch(() => log.warn('The secret storage cannot be used.'));
      },
      systemSsh: systemSshNodes(),
      log: (line) => log.debug(line),
    });
    const monitor = new Monitor({
      cluster,
      probes: system.probes,
      connections,
      clock: systemClock,
      log: (line) => log.debug(line),
      historyStore: new HistoryStore(stateFolder(process.env), (problem) => log.warn(problem)),
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
