import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  clustersView,
  commands,
  container,
  contextKeys,
  rebuildPanel,
  restrictedSettings,
  settings,
} from '../../../src/editor/ids';
import { clusterRow } from '../../../src/editor/tree-rows';
import { ruleCodes } from '../../../src/rules/codes';
import { active, entry, now, state } from './samples';
import { translatedManifest } from './translated-manifest';

interface Setting {
  order: number;
  scope: string;
  markdownDescription: string;
  default: unknown;
  propertyNames?: { enum: string[] };
}

interface Manifest {
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string; title: string; category: string }[];
    menus: Record<string, { command: string; when: string }[]>;
    views: Record<string, { id: string; when: string }[]>;
    viewsWelcome: { view: string; when: string; contents: string }[];
    viewsContainers: { activitybar: { id: string; icon: string }[] };
    configuration: { title: string; order: number; properties: Record<string, Setting> }[];
  };
}

const root = new URL('../../../', import.meta.url);
const manifest = translatedManifest as Manifest;
const { contributes } = manifest;
const declaredSettings = Object.fromEntries(
  contributes.configuration.flatMap(({ properties }) => Object.entries(properties)),
);
const menus = Object.entries(contributes.menus).flatMap(([menu, items]) =>
  items.map((item) => ({ menu, ...item })),
);
const whens = [
  ...menus.map(({ when }) => when),
  ...contributes.viewsWelcome.map(({ when }) => when),
  ...Object.values(contributes.views).flatMap((views) => views.map(({ when }) => when)),
];

describe('The manifest', () => {
  it('declares exactly the commands of the code, all in the category Standby', () => {
    assert.deepEqual(
      contributes.commands.map(({ command }) => command).sort(),
      Object.values(commands).sort(),
    );
    for (const { category, command } of contributes.commands) assert.equal(category, 'Standby', command);
  });

  it('declares exactly the settings of the code', () => {
    assert.deepEqual(Object.keys(declaredSettings).sort(), Object.values(settings).sort());
  });

  it('offers every code of the rules in the setting of their severities', () => {
    const setting = declaredSettings[settings.rulesSeverity];
    assert.deepEqual(setting?.propertyNames?.enum, [...ruleCodes]);
  });

  it('puts the one view into the one container, and hides it from people without a cluster file', () => {
    assert.deepEqual(Object.keys(contributes.views), [container]);
    assert.deepEqual(
      contributes.views[container]?.map(({ id, when }) => ({ id, when })),
      [{ id: clustersView, when: `${contextKeys.hasClusterFile} || ${contextKeys.opened}` }],
    );
  });

  it('uses only context keys that the code sets, and every one that it sets', () => {
    const used = new Set(whens.flatMap((when) => when.match(/standby\.\w+/g) ?? []));
    used.delete(clustersView);
    assert.deepEqual([...used].sort(), Object.values(contextKeys).sort());
  });

  it('offers in menus only commands that exist', () => {
    const known = new Set<string>(Object.values(commands));
    for (const { command, menu } of menus) assert.ok(known.has(command), `${menu}: ${command}`);
  });

  it('offers nothing that connects in an untrusted workspace', () => {
    const harmless: string[] = [
      commands.newClusterFile,
      commands.showLog,
      commands.reportProblem,
      commands.showClusters,
      commands.filterNodes,
      commands.clearFilter,
    ];
    for (const { command, when, menu } of menus) {
      if (when !== 'false' && !harmless.includes(command))
        assert.match(when, /\bisWorkspaceTrusted\b/, `${menu}: ${command}`);
    }
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
  });

  it('offers Fail Over only where the cluster may be changed', () => {
    const offers = menus.filter(({ command }) =>
      [commands.failOver, commands.planNode].includes(command as never),
    );
    assert.ok(offers.length > 2);
    // Only rows of clusters that may be changed have the words (tree-rows, sessions).
    for (const { when } of offers) assert.match(when, /standby\.canFailOver|writable|target/);
  });

  it('groups its settings under titles, in an order, each with a default and a description', () => {
    const groups = contributes.configuration;
    assert.ok(groups.length > 1);
    assert.deepEqual(
      groups.map(({ order }) => order),
      groups.map((_, index) => index + 1),
    );
    for (const { title } of groups) assert.notEqual(title, '');
    const orders = Object.values(declaredSettings).map(({ order }) => order);
    assert.deepEqual(
      orders,
      orders.map((_, index) => index + 1),
    );
    for (const [id, setting] of Object.entries(declaredSettings)) {
      assert.ok('default' in setting, id);
      assert.match(setting.markdownDescription, /\.$/, id);
    }
  });

  it('restricts every setting that says where to connect, what to run or which files to use', () => {
    assert.deepEqual(
      [...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort(),
      [...restrictedSettings].sort(),
    );
    // A new setting is thought about here: these change only what is drawn.
    const harmless: string[] = [settings.rulesSeverity, settings.codeLens];
    assert.deepEqual(
      Object.values(settings).filter((setting) => !harmless.includes(setting)),
      [...restrictedSettings],
    );
    // Only the SSH configuration may come from a workspace, for demos; a trusted one, and it counts as foreign.
    for (const setting of restrictedSettings)
      assert.equal(
        declaredSettings[setting]?.scope,
        setting === settings.sshConfigFile ? 'machine-overridable' : 'machine',
        setting,
      );
  });

  it('19: lets no repository choose that the ssh of this machine connects, which runs commands of its configuration', () => {
    assert.equal(declaredSettings['standby.ssh.systemSsh']?.scope, 'machine');
  });

  it('activates for cluster files and the restored panel, and never for everything', () => {
    assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${rebuildPanel}`));
    assert.ok(manifest.activationEvents.includes('workspaceContains:**/*.cluster.yaml'));
    for (const event of manifest.activationEvents) assert.doesNotMatch(event, /^(\*|onStartupFinished)$/);
  });

  it('offers what may be done about a node by the words of its row, and no other words', () => {
    const words = new Set(
      menus
        .filter(({ when }) => when.includes('^node'))
        .flatMap(({ when }) => when.match(/(?<=\\b\(?|\|)[a-z]+(?:-[a-z]+)*(?=\\b|\||\))/g) ?? []),
    );
    const failure = { at: now, reason: 'host-key-unknown' as const, message: 'It is unknown.' };
    const rows = [
      active('m1', { liveness: 'denied', failure, maintenance: { by: 'file' } }),
      active('m2', { liveness: 'denied', failure: { ...failure, reason: 'auth-failed' } }),
      active('c1', { liveness: 'offline', failure: { ...failure, reason: 'timeout' } }),
    ];
    const inDemo = [active('m1'), active('c1', { liveness: 'inactive' })];
    const known = new Set(
      [rows, inDemo]
        .flatMap((nodes) => clusterRow(entry({ state: state({ nodes }), isDemo: nodes === inDemo })).children)
        .flatMap((group) => group.children)
        .flatMap(({ context }) => context.split(' ')),
    );
    assert.ok(words.size >= 5, [...words].join());
    assert.deepEqual(
      [...words].filter((word) => !known.has(word)),
      [],
    );
  });

  it('has the icon that it names, drawn with the theme’s one colour', () => {
    const icon = contributes.viewsContainers.activitybar[0]?.icon ?? '';
    assert.match(readFileSync(new URL(icon, root), 'utf8'), /^<svg /);
  });
});
