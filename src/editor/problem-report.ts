import type { Cluster } from '../cluster/cluster';
import type { ClusterState } from '../heartbeat/state';
import { plain } from '../failover/plain';
import * as l10n from './l10n';
import { knownNames, type Machine } from './known-names';
import { Redactor } from './redact';

/** What a report is made of. */
export interface Problem {
  /** What is asked first of somebody who reports: names of products with their versions. */
  readonly versions: Readonly<Record<string, string>>;
  /** By their ids; undefined: not set. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly clusters: readonly {
    readonly cluster: Cluster;
    readonly watched: boolean;
    readonly state?: ClusterState;
  }[];
  readonly log: readonly string[];
  readonly machine: Machine;
  /** Where the extension lies: paths in it may be told, they make a stack readable. */
  readonly extensionPath: string;
}

/** A report as Markdown, without what tells whose cluster it is. Its numbers and terms stay English: developers read it. */
export function problemReport(problem: Problem): string {
  const { versions, settings, clusters, log, machine, extensionPath } = problem;
  const redactor = new Redactor({
    ...knownNames(
      clusters.map(({ cluster }) => cluster),
      machine,
    ),
    told: { [extensionPath]: '<extension>' },
  });
  const redact = (text: string) => redactor.redact(plain(text));
  const set = Object.entries(settings).filter(([, value]) => value !== undefined);
  return [
    `# ${l10n.t('Standby: a problem')}`,
    l10n.t(
      'Nothing has been sent anywhere. Names, addresses, users, paths and secrets were replaced, the same one always by the same word; what Standby did not know as a name may still be here. Read it all, then send it where you report the problem.',
    ),
    `## ${l10n.t('What happened')}`,
    `_${l10n.t('What did you do, what did you expect, what came instead?')}_`,
    `## ${l10n.t('Versions')}`,
    list(Object.entries(versions).map(([name, version]) => `${name}: ${redact(version)}`)),
    `## ${l10n.t('Clusters')}`,
    list(clusters.map(({ cluster, watched, state }) => redact(clusterLine(cluster, watched, state)))),
    `## ${l10n.t('Settings')}`,
    fenced('json', redact(JSON.stringify(Object.fromEntries(set), undefined, 2))),
    `## ${l10n.t('Log')}`,
    // As one text: a key may go over many lines.
    fenced('text', redact(log.join('\n'))),
    '',
  ].join('\n\n');
}

function clusterLine(cluster: Cluster, watched: boolean, state: ClusterState | undefined): string {
  const counts = new Map<string, number>();
  for (const { liveness } of state?.nodes ?? []) counts.set(liveness, (counts.get(liveness) ?? 0) + 1);
  return [
    `${cluster.name}: ${cluster.system}, ${cluster.nodes.length} nodes`,
    watched ? 'watched' : 'not watched',
    ...[...counts].map(([liveness, count]) => `${count} ${liveness}`),
    ...(state?.observerLost ? ['lost from here'] : []),
    ...(state?.rebuild ?? []).map(({ state: recovery }) => `rebuild ${recovery}`),
  ].join(', ');
}

function list(lines: readonly string[]): string {
  return lines.length === 0 ? `- ${l10n.t('none')}` : lines.map((line) => `- ${inlineText(line)}`).join('\n');
}

/** Text that Markdown leaves as it is. */
function inlineText(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>#|!]/g, '\\$&');
}

/** A block whose fence is longer than any in it. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
