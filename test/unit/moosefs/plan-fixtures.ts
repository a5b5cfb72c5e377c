import { plainCluster } from '../plain-cluster';
import type { Node } from '../../../src/cluster/cluster';
import type { PlanInput, SilentNode, SurveyAnswer } from '../../../src/failover/planner';
import type { PlanRequest } from '../../../src/failover/plan';
import { emptyHistory, type ClusterHistory } from '../../../src/heartbeat/history';
import { SshError } from '../../../src/ssh/error';

const vip = '10.0.0.99';

export function node(name: string, address: string, roles: string[], console?: string): Node {
  return { name, address, roles, ssh: { become: 'none' }, disks: [], ...(console && { console }) };
}

export const cluster = plainCluster(
  'media',
  [
    node('m1', '10.0.0.11', ['master'], 'power m1'),
    node('m2', '10.0.0.12', ['master'], 'power m2'),
    node('m3', '10.0.0.13', ['master'], 'power m3'),
    node('cs1', '10.0.0.21', ['chunkserver']),
    node('cs2', '10.0.0.22', ['chunkserver']),
    node('c1', '10.0.0.31', ['client']),
  ],
  {
    section: {
      virtualIp: `${vip}/24`,
      dataPath: '/var/lib/mfs',
      interface: 'eth0',
      vhid: 10,
      mountPoint: '/mnt/mfs',
    },
  },
);

export interface CandidateFacts {
  processes?: string[];
  live?: number;
  holdsAddress?: boolean;
  /** Skews of the ucarps that serve the address; `saved` for one that an earlier run stopped. */
  ucarps?: (number | 'saved')[];
  hook?: string;
  hookRuns?: boolean;
  scratchLeft?: boolean;
  fileid?: string;
  image?: number | undefined;
  /** Ranges of changelog_ml files, with the time of the last change. */
  logs?: [first: number, last: number, at: number][];
  ownLogs?: [first: number, last: number, at: number][];
  dataFree?: number;
  testSays?: string;
}

/** A survey as a candidate would answer it; by default a metalogger in step at change 1459. */
export function survey(facts: CandidateFacts = {}): string {
  const fact = {
    processes: ['mfsmetalogger 39 S'],
    ucarps: [50],
    hook: '#!/bin/sh\nip addr add "$2/24" dev "$1" 2>/dev/null\nexit 0',
    fileid: '0x6B020925DD0A5199',
    image: 2,
    logs: [[2, 1459, 1795295541]],
    dataFree: 2e9,
    testSays: 'mfsmaster is not running',
    ...facts,
  } as Required<CandidateFacts>;
  const log = (name: string, [first, last, at]: number[]) =>
    `${name} first=${first} last=${last} mtime=${at} at=${at}`;
  return [
    '@@ processes',
    ...fact.processes,
    '@@ test',
    fact.testSays,
    '@@ live',
    ...(facts.live !== undefined
      ? [`metadata servers:|10.0.0.1|3.0.117|-|1795295666.104501|${facts.live}|not available|1|x|-|-|-|F`]
      : []),
    '@@ addresses',
    '2: eth0    inet 10.0.0.10/24 scope global eth0\\       valid_lft forever preferred_lft forever',
    ...(facts.holdsAddress
      ? [`2: eth0    inet ${vip}/24 scope global secondary eth0\\       valid_lft forever`]
      : []),
    '@@ ucarp',
    ...fact.ucarps.flatMap((skew, i) => [
      skew === 'saved' ? 'command /run/standby/media.ucarp' : `command /proc/${40 + i}/cmdline`,
      'option i eth0',
      `option k ${skew === 'saved' ? 50 : skew}`,
      'flag B',
    ]),
    '@@ hooks',
    ...fact.ucarps.flatMap(() => [
      'hook u /usr/share/ucarp/vip-up',
      ...fact.hook.split('\n').map((l) => `> ${l}`),
    ]),
    ...(facts.hookRuns ? ['runs 4711'] : []),
    '@@ images',
    ...(fact.image === undefined
      ? []
      : [
          '== metadata_ml.mfs.back size=2905 mtime=1795295529',
          '# header: MFSM 2.0 (4D46534D20322E30)',
          `# version: ${fact.image} ; fileid: ${fact.fileid}`,
        ]),
    '@@ changelogs',
    ...fact.logs.map((range, i) => log(`changelog_ml.${i}.mfs`, range)),
    ...(facts.ownLogs ?? []).map((range, i) => log(`changelog.${i}.mfs`, range)),
    'now=1795295676',
    '@@ space',
    'set 3393',
    `data ${fact.dataFree}`,
    'scratch 2000000000',
    ...(facts.scratchLeft ? ['left scratch-folder'] : []),
    '@@ end',
  ].join('\n');
}

export const silence = Symbol('silence');
export const denial = Symbol('denial');

export interface World {
  m1?: CandidateFacts | string | typeof silence | typeof denial;
  m2?: CandidateFacts | string | typeof silence | typeof denial;
  m3?: CandidateFacts | string | typeof silence | typeof denial;
}

const ok = (stdout: string): SurveyAnswer => ({
  result: { exitCode: 0, stdout, stderr: '', truncated: false },
});

/** The history that a look at the healthy cluster leaves: m1 the master, at version 1460. */
export const seenHealthy: ClusterHistory = {
  ...emptyHistory('media'),
  primary: { master: { node: 'm1', at: 1795295666000 } },
  facts: {
    metadata: { value: { node: 'm1', version: 1460, clock: 1795295666104 }, at: 1795295666000 },
    chunkservers: { value: { connected: ['cs1', 'cs2'], disconnected: [] }, at: 1795295666000 },
  },
};

/** What a planner is given when the candidates answer like this; silent ones have a console that says off. */
export function input(
  world: World,
  request: Partial<PlanRequest> = {},
  change: Partial<PlanInput> & { evidence?: Partial<SilentNode> } = {},
): PlanInput {
  const answers = new Map<string, SurveyAnswer>();
  const silent = new Map<string, SilentNode>();
  for (const name of ['m1', 'm2', 'm3'] as const) {
    const said = world[name] ?? {};
    if (said === silence || said === denial) {
      const reason = said === silence ? 'timeout' : 'auth-failed';
      answers.set(name, { error: new SshError(reason, name, `${name}: ${reason}.`) });
      if (said === silence) {
        silent.set(name, {
          node: name,
          reachedBy: [],
          notReachedBy: ['m2'],
          console: { off: true, output: 'off' },
          ...change.evidence,
        });
      }
    } else answers.set(name, ok(typeof said === 'string' ? said : survey(said)));
  }
  return {
    cluster,
    request: { kind: 'failover', ...request },
    now: 1795295690000,
    history: seenHealthy,
    answers,
    silent,
    offline: false,
    ...change,
  };
}
