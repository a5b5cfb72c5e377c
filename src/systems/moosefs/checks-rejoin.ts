import type { Cluster, Node } from '../../cluster/cluster';
import type { Judgement, ScriptCheck } from '../../failover/plan';
import { UnreadableError } from '../../heartbeat/probe';
import type { ExecResult } from '../../ssh/connection';
import { worthOf } from './candidate';
import { checkTimeoutMs, right, wrong } from './check-parts';
import { beyondMovingTheAddress } from './hooks';
import { masterImage, ownFiles } from './master-image';
import { readChangelogs, readImages, type ChangelogFile, type ImageFile } from './reader-metadata';
import { hooksScript, metadataStateScript, type HookFiles } from './scripts/rejoin';

/** What `metadataStateScript` prints. */
interface MetadataState {
  readonly processes: ReadonlySet<string>;
  readonly images: readonly ImageFile[];
  readonly changelogs: readonly ChangelogFile[];
  readonly unreadable: readonly string[];
  /** Epoch seconds by the node's clock. */
  readonly now: number;
}

/** Throws `UnreadableError`. */
function readMetadataState(text: string): MetadataState {
  const parts = /^([^]*?)@@ images\n([^]*?)@@ changelogs\n([^]*?)@@ end\s*$/.exec(text.replace(/\r/g, ''));
  if (!parts) throw new UnreadableError(`the list of files is not whole (${text.length} characters)`);
  const [, head = '', images = '', logs = ''] = parts;
  return {
    processes: new Set([...head.matchAll(/^process (\w+)$/gm)].map(([, name = '']) => name)),
    images: readImages(images),
    changelogs: readChangelogs(logs).files,
    now: readChangelogs(logs).now,
    unreadable: [...logs.matchAll(/^unreadable (\S+)$/gm)].map(([, name = '']) => name),
  };
}

function judging(judge: (state: MetadataState) => Judgement): (result: ExecResult) => Judgement {
  return ({ stdout, stderr, exitCode }) => {
    try {
      return judge(readMetadataState(stdout));
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      return wrong(`${error.message} (exit code ${exitCode}): ${stderr.trim().slice(-200)}`);
    }
  };
}

/**
 * A candidate could be promoted from its metalogger's files, which reach at least `version`. `since`: and its image was
 * downloaded then or later (epoch seconds by its own clock), so that it cannot be of an older history.
 */
export function promotableOn(cluster: Cluster, node: Node, version: number, since?: number): ScriptCheck {
  return {
    type: 'script',
    title: `${node.name} could be promoted: image and changes reach version ${version}`,
    node: node.name,
    script: metadataStateScript(cluster, node),
    timeoutMs: checkTimeoutMs,
    judge: judging((state) => {
      if (state.processes.has('mfsmaster')) return wrong('a mfsmaster runs there');
      if (!state.processes.has('mfsmetalogger')) return wrong('no metalogger runs there');
      const [own] = ownFiles(state);
      if (own !== undefined) return wrong(`${own} of its time as the master is still there`);
      const worth = worthOf(state);
      if ('unfit' in worth) return wrong(worth.unfit);
      const image = state.images.find(({ name, header }) => name.startsWith('metadata_ml.mfs') && header);
      if (since !== undefined && (image?.mtime ?? 0) < since) return wrong('its image is the old one');
      const reached = worth.last + 1;
      return {
        holds: reached >= version,
        detail: `image ${worth.image.version}, changes reach version ${reached}`,
      };
    }),
  };
}

/** A master has an image to serve, of at least `version`, or at most `ageSeconds` old. */
export function imageOn(
  cluster: Cluster,
  node: Node,
  wanted: { readonly version: number } | { readonly ageSeconds: number },
): ScriptCheck {
  const what =
    'version' in wanted ? `of version ${wanted.version} or later` : `not older than ${wanted.ageSeconds} s`;
  return {
    type: 'script',
    title: `${node.name} has an image for its metaloggers, ${what}`,
    node: node.name,
    script: metadataStateScript(cluster, node),
    timeoutMs: checkTimeoutMs,
    judge: judging((state) => {
      const image = masterImage(state);
      if (!image) return wrong('it has none that its changelogs go with');
      const age = state.now - image.writtenAt;
      const holds = 'version' in wanted ? image.version >= wanted.version : age <= wanted.ageSeconds;
      return { holds, detail: `version ${image.version}, ${age} s old` };
    }),
  };
}

/** The hooks on a node move the address and start nothing (safety 10). */
export function hooksOn(cluster: Cluster, node: Node, hooks: HookFiles): ScriptCheck {
  return {
    type: 'script',
    title: `The hooks of ucarp on ${node.name} only move the address`,
    node: node.name,
    script: hooksScript(cluster, node, hooks),
    timeoutMs: checkTimeoutMs,
    judge: ({ stdout, exitCode }) => {
      const lines = stdout.split('\n');
      if (!lines.includes('end')) return wrong(`no complete answer (exit code ${exitCode})`);
      for (const [kind, file] of Object.entries(hooks) as ['up' | 'down', string][]) {
        const from = lines.indexOf(`hook ${file}`);
        const text = [];
        for (const line of lines.slice(from + 1)) {
          if (!line.startsWith('>')) break;
          text.push(line.slice(2));
        }
        if (from < 0 || text.length === 0) return wrong(`${file} is missing or empty`);
        const [more] = beyondMovingTheAddress({ kind, file, text: text.join('\n') });
        if (more !== undefined) return wrong(`${file} does more than move the address (${more})`);
      }
      return right('they move the address and start nothing');
    },
  };
}
