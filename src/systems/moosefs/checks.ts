import type { Cluster, Node } from '../../cluster/cluster';
import type { GoneCheck, Judgement, ScriptCheck } from '../../failover/plan';
import { UnreadableError } from '../../heartbeat/probe';
import type { ExecResult } from '../../ssh/connection';
import { checkTimeoutMs, right, wrong } from './check-parts';
import { readChunkMatrix, readChunkservers, readMetadataServers, readMetaloggers } from './reader-mfscli';
import {
  addressStateScript,
  clusterStateScript,
  dryRunStateScript,
  lastChangeScript,
  masterStateScript,
  savedImageScript,
} from './scripts/metadata';
import { hookRunsScript } from './scripts/survey';
import { ucarpStateScript } from './scripts/ucarp';

/** Judges a script that ends its answer with a line `end`: without it the answer is not whole. */
function whole(judge: (lines: readonly string[]) => Judgement): (result: ExecResult) => Judgement {
  return (result) => {
    const lines = result.stdout.split('\n').map((line) => line.trimEnd());
    if (!lines.includes('end')) {
      return wrong(`no complete answer (exit code ${result.exitCode}): ${result.stderr.trim().slice(-200)}`);
    }
    return judge(lines);
  };
}

function numberAfter(lines: readonly string[], word: string): number | undefined {
  const found = lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1);
  return found !== undefined && /^\d+$/.test(found) ? Number(found) : undefined;
}

/** What a reader made of an answer; undefined when it was unreadable, which no check may take for a yes. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableError) return undefined;
    throw error;
  }
}

/** The version of the live master in these lines; undefined when none answers. */
const liveVersion = (lines: readonly string[]): number | undefined =>
  readable(() => readMetadataServers(lines.join('\n')))?.find(({ live }) => live)?.version;

/** No mfsmaster process on a candidate that answers (safety 2, "released"). */
export function noMasterOn(cluster: Cluster, node: Node): ScriptCheck {
  return {
    type: 'script',
    title: `No mfsmaster runs on ${node.name}`,
    node: node.name,
    script: masterStateScript(cluster, node),
    timeoutMs: checkTimeoutMs,
    judge: whole((lines) =>
      lines.includes('stopped')
        ? right('no process')
        : wrong(
            lines.includes('running')
              ? 'a mfsmaster process is there'
              : 'mfsmaster does not say that it is stopped',
          ),
    ),
    holds: true,
  };
}

/** Nodes that are asked whether they reach a silent candidate: in a large cluster a few are as good as all. */
const witnessesAtMost = 8;

/** A silent candidate is gone, as its console says, or as witnesses and its typed name do (safety 2–4). */
export function gone(
  node: Node,
  witnesses: readonly Node[],
  { holds, witnessed }: { readonly holds?: boolean | undefined; readonly witnessed?: boolean } = {},
): GoneCheck {
  const proof =
    node.console === undefined
      ? 'no other node reaches it, and its name is typed'
      : 'its console says so and no other node reaches it';
  return {
    type: 'gone',
    title: `${node.name} is off: ${proof}`,
    node: node.name,
    console: node.console ?? '',
    witnesses: witnesses.slice(0, witnessesAtMost).map(({ name }) => name),
    ...(witnessed && { witnessed }),
    ...(holds !== undefined && { holds }),
  };
}

/** The virtual address is, or is not, on a node. */
export function addressOn(cluster: Cluster, node: Node, expected: boolean): ScriptCheck {
  return {
    type: 'script',
    title: `The virtual address is ${expected ? '' : 'not '}on ${node.name}`,
    node: node.name,
    script: ucarpStateScript(cluster, node),
    timeoutMs: checkTimeoutMs,
    judge: whole((lines) => {
      const here = lines.includes('address');
      return { holds: here === expected, detail: here ? 'it is there' : 'it is not there' };
    }),
  };
}

/** How many ucarps serve the address on a node, and at which skew. `skew` undefined: none may run. */
export function ucarpOn(cluster: Cluster, node: Node, skew: number | undefined): ScriptCheck {
  return {
    type: 'script',
    title:
      skew === undefined ? `No ucarp runs on ${node.name}` : `ucarp runs on ${node.name} at skew ${skew}`,
    node: node.name,
    script: ucarpStateScript(cluster, node),
    timeoutMs: checkTimeoutMs,
    judge: whole((lines) => {
      const skews = lines.filter((line) => line.startsWith('skew ')).map((line) => Number(line.slice(5)));
      const detail = skews.length === 0 ? 'none runs' : `runs at skew ${skews.join(' and ')}`;
      const holds = skew === undefined ? skews.length === 0 : skews.length === 1 && skews[0] === skew;
      return { holds, detail };
    }),
  };
}

/** None of these hooks runs, nor a script that one of them names: it would promote behind the plan's back (safety 10). */
export function noHookRunsOn(node: Node, files: readonly string[]): ScriptCheck {
  return {
    type: 'script',
    title: `No hook of ucarp is at work on ${node.name}`,
    node: node.name,
    script: hookRunsScript(files),
    timeoutMs: checkTimeoutMs,
    judge: whole((lines) => {
      const runs = lines.flatMap((line) => /^runs (\d+)$/.exec(line)?.[1] ?? []);
      return runs.length === 0
        ? right('none runs')
        : wrong(`one runs (pid ${runs.join(', ')}): wait until it has ended, then look what it did`);
    }),
  };
}

/** The dry run reached at least a version, and the files are still those that it tried (safety 15). */
export function dryRunReached(cluster: Cluster, node: Node, version: number): ScriptCheck {
  return {
    type: 'script',
    title: `The dry run reached version ${version}, from the files that are there now`,
    node: node.name,
    script: dryRunStateScript(cluster, node),
    timeoutMs: checkTimeoutMs,
    judge: whole((lines) => {
      const reached = numberAfter(lines, 'reached');
      if (reached === undefined) return wrong('no dry run has succeeded here');
      if (reached < version) return wrong(`it reached version ${reached} only`);
      if (!lines.includes('files same')) return wrong('the files changed since the dry run');
      return right(`version ${reached}, files unchanged`);
    }),
  };
}

/** The dry run on `node` reached all that the old master saved when it was stopped in an orderly way (safety 9). */
export function nothingMissing(cluster: Cluster, node: Node, old: Node): ScriptCheck {
  return {
    type: 'script',
    title: `The dry run on ${node.name} reached all that ${old.name} had`,
    node: node.name,
    script: dryRunStateScript(cluster, node),
    beside: { node: old.name, script: savedImageScript(cluster, old) },
    timeoutMs: checkTimeoutMs,
    judge: (result, beside) => {
      const saved = numberAfter((beside?.stdout ?? '').split('\n'), 'image');
      if (saved === undefined) return wrong(`${old.name} does not tell what it saved`);
      return whole((lines) => {
        const reached = numberAfter(lines, 'reached');
        if (reached === undefined) return wrong('no dry run has succeeded here');
        return {
          holds: reached >= saved,
          detail: `version ${reached} here, ${saved} saved on ${old.name}`,
        };
      })(result);
    },
  };
}

/** The master on `master` has a metalogger at this node's address connected: what it changes arrives there. */
export function followedBy(cluster: Cluster, master: Node, node: Node): ScriptCheck {
  return {
    type: 'script',
    title: `${node.name} has what ${master.name} has, but for the last changes`,
    node: master.name,
    script: masterStateScript(cluster, master),
    beside: { node: node.name, script: lastChangeScript(cluster, node) },
    timeoutMs: checkTimeoutMs,
    judge: (result, beside) => {
      const last = numberAfter((beside?.stdout ?? '').split('\n'), 'last');
      if (last === undefined) return wrong(`${node.name} does not tell its last change`);
      return whole((lines) => {
        const live = liveVersion(lines);
        if (live === undefined) return wrong(`no live master answers on ${master.name}`);
        const behind = live - (last + 1);
        return {
          holds: behind <= mostBehind,
          detail: `${Math.max(0, behind)} changes behind version ${live}`,
        };
      })(result);
    },
  };
}

/** Changes that are on their way to a metalogger that follows well. */
const mostBehind = 1_000;

/** A live master answers on the node, with at least the dry run's version (or the one given). */
export function masterLiveOn(cluster: Cluster, node: Node, version: number | 'dry-run'): ScriptCheck {
  return {
    type: 'script',
    title: `${node.name} answers as the master, with all the changes it should have`,
    node: node.name,
    script: masterStateScript(cluster, node),
    timeoutMs: checkTimeoutMs,
    judge: whole((lines) => {
      const live = liveVersion(lines);
      if (live === undefined) {
        return wrong(lines.includes('running') ? 'a process runs but does not answer yet' : 'no process');
      }
      const expected = version === 'dry-run' ? numberAfter(lines, 'reached') : version;
      if (expected === undefined) return wrong(`version ${live}, but no dry run says what it should be`);
      return { holds: live >= expected, detail: `version ${live}, expected at least ${expected}` };
    }),
  };
}

/** A live master answers at the virtual address, with its chunkservers: whoever brought it up. */
export function masterBehindAddress(cluster: Cluster, node: Node, expected: number): ScriptCheck {
  return {
    type: 'script',
    title: `A live master answers at the virtual address, with ${expected} chunkservers and no chunk missing`,
    node: node.name,
    script: addressStateScript(cluster, node),
    timeoutMs: checkTimeoutMs,
    judge: (result) => {
      const live = liveVersion(result.stdout.split('\n'));
      if (live === undefined) return wrong('no live master answers there');
      const { holds, detail } = chunksBack(result, expected);
      return { holds, detail: `version ${live}, ${detail}` };
    },
  };
}

function chunksBack({ stdout, exitCode }: ExecResult, expected: number): Judgement {
  const missing = readable(() => readChunkMatrix(stdout))?.classes.missing;
  const servers = readable(() => readChunkservers(stdout));
  if (missing === undefined || !servers) {
    return wrong(`no complete answer from the master (exit code ${exitCode})`);
  }
  const connected = servers.connected.length;
  return {
    holds: connected >= expected && missing === 0,
    detail: `${connected} of ${expected} chunkservers, missing chunks: ${missing}, metaloggers: ${readMetaloggers(stdout).length}`,
  };
}

/** All expected chunkservers are connected and no chunk is missing, as this node's master sees it. */
export function clusterBack(cluster: Cluster, node: Node, expected: number): ScriptCheck {
  return {
    type: 'script',
    title: `${expected} chunkservers are connected and no chunk is missing`,
    node: node.name,
    script: clusterStateScript(cluster, node),
    timeoutMs: checkTimeoutMs,
    judge: (result) => chunksBack(result, expected),
  };
}
