/**
 * Every id that the code and package.json share. A unit test holds the manifest against this file,
 * so that a command can be neither forgotten there nor misspelt here.
 */

export const commands = {
  refresh: 'standby.refresh',
  connect: 'standby.connect',
  disconnect: 'standby.disconnect',
  openTerminal: 'standby.openTerminal',
  failOver: 'standby.failOver',
  previewPlan: 'standby.previewPlan',
  showRebuild: 'standby.showRebuild',
  whatIf: 'standby.whatIf',
  showLog: 'standby.showLog',
  reportProblem: 'standby.reportProblem',
  newClusterFile: 'standby.newClusterFile',
  showClusters: 'standby.showClusters',
  filterNodes: 'standby.filterNodes',
  clearFilter: 'standby.clearFilter',
  startMaintenance: 'standby.startMaintenance',
  endMaintenance: 'standby.endMaintenance',
  trustHost: 'standby.trustHost',
  testConsoles: 'standby.testConsoles',
  unmute: 'standby.unmute',
  showNode: 'standby.showNode',
  planNode: 'standby.planNode',
  copyPlanScript: 'standby.copyPlanScript',
  showPastRuns: 'standby.showPastRuns',
  generateScripts: 'standby.generateScripts',
  openDemo: 'standby.openDemo',
  closeDemo: 'standby.demo.close',
  killDemoNode: 'standby.demo.killNode',
  cutDemoNetwork: 'standby.demo.cutNetwork',
  fillDemoDisks: 'standby.demo.fillDisks',
  healDemoNode: 'standby.demo.heal',
  changeDemoTime: 'standby.demo.timeFactor',
  moreOfDemo: 'standby.demo.more',
  compareWithCluster: 'standby.compareWithCluster',
  showDifferences: 'standby.showDifferences',
  clearComparison: 'standby.clearComparison',
} as const;

export const container = 'standby';
export const clustersView = 'standby.clusters';
export const rebuildPanel = 'standby.rebuild';

export const settings = {
  sshConfigFile: 'standby.ssh.configFile',
  systemSsh: 'standby.ssh.systemSsh',
  rulesSeverity: 'standby.rules.severity',
  codeLens: 'standby.codeLens.enabled',
  journalFolder: 'standby.journal.folder',
} as const;

/**
 * Settings that say where to connect, what to run, or which files of the user are read or written. The manifest keeps
 * them from the files of a workspace that nobody has trusted.
 */
export const restrictedSettings = [
  settings.sshConfigFile,
  settings.systemSsh,
  settings.journalFolder,
] as const;

/** Keys of `when` clauses. Each says that something is possible now, so that a menu offers nothing else. */
export const contextKeys = {
  /** The workspace has a cluster file, or one is open. */
  hasClusterFile: 'standby.hasClusterFile',
  /** A person asked for Standby by a command in this window. */
  opened: 'standby.opened',
  /** Some cluster could be read without an error of the file itself. */
  hasCluster: 'standby.hasCluster',
  /** Some cluster is not being watched, or waits for a key or a secret that Connect asks for. */
  canConnect: 'standby.canConnect',
  /** Some cluster is being watched. */
  canDisconnect: 'standby.canDisconnect',
  /** Some cluster's system offers plans. */
  canPlan: 'standby.canPlan',
  /** The tree shows only the nodes that fit what was typed. */
  isFiltered: 'standby.isFiltered',
  /** Some node has a console. */
  hasConsoles: 'standby.hasConsoles',
  /** Some cluster's system offers plans, and the cluster is not `readOnly`. */
  canFailOver: 'standby.canFailOver',
  /** The demo clusters of this window run. */
  hasDemo: 'standby.hasDemo',
  /** Some cluster's system writes scripts for its nodes. */
  hasScripts: 'standby.hasScripts',
  /** Some cluster's file was compared with what its nodes say. */
  hasComparison: 'standby.hasComparison',
} as const;

/** The `collection` name and `source` of diagnostics. */
export const diagnosticSource = 'Standby';

/** The same for what differs between a cluster file and its nodes. */
export const driftSource = 'Standby drift';

/** Scheme of the read-only documents that show a cluster file as its nodes would have it. */
export const liveScheme = 'standby-live';

/** Scheme of the read-only documents that show a plan. */
export const planScheme = 'standby-plan';
