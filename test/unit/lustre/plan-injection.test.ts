import assert from 'node:assert/strict';
import type { Cluster } from '../../../src/cluster/cluster';
import { parse } from '../../../src/cluster/parse';
import type { Step } from '../../../src/failover/plan';
import { emptyHistory } from '../../../src/heartbeat/history';
import { quote } from '../../../src/ssh/shell';
import { lustrePlanners } from '../../../src/systems/lustre/planners';
import {
  abortRecoveryScript,
  mountScript,
  recoveryStateScript,
} from '../../../src/systems/lustre/scripts/target';
import {
  clientStateScript,
  forgetRemountScript,
  lazyRemountScript,
  remountScript,
} from '../../../src/systems/lustre/scripts/clients';
import { haAwayScript, haBackScript } from '../../../src/systems/lustre/scripts/ha';
import {
  backupScript,
  backupStateScript,
  connectScript,
  disconnectScript,
  resumeSyncScript,
} from '../../../src/systems/lustre/scripts/split-brain';
import { lustreSection } from '../../../src/systems/lustre/section';
import { lustreSpec } from '../../../src/systems/lustre/spec';

/** Ways out of a word, or into a shell; `#` stands for a built-in that would leave a file. */
const ways = [
  '$(#)',
  '`#`',
  ';#;',
  '&&#',
  '|#',
  '\n#\n',
  "';#;'",
  "'\n#\n'",
  '";#;"',
  '"$(#)"',
  "\\';#;\\'",
  '${x:-$(#)}',
  '(#)',
  '--\n#',
  '*;#;?',
  "'EOF'\n#\nEOF\n",
];
const commands = [': >@', 'echo x >@', 'eval ": >@"', '{ : >@; }'];

const plain = { device: '/dev/drbd0', mountPoint: '/mnt/ost0', clientMount: '/mnt/scratch' };
type Field = keyof typeof plain;

function clusterOf(fields: Readonly<Record<Field, string>>, more: Record<string, string> = {}) {
  const t = (text: string) => JSON.stringify(text);
  const text = `cluster: ${t(more['cluster'] ?? 'c1')}
system: lustre
nodes:
  - { name: ${t(more['node'] ?? 'oss1')}, address: 10.0.0.1, roles: [oss], console: power }
  - { name: oss2, address: 10.0.0.2, roles: [oss], console: power }
  - { name: lc1, address: 10.0.0.3, roles: [client] }
lustre:
  filesystem: ${t(more['filesystem'] ?? 'scratch')}
  mgsNids: [${t(more['nid'] ?? '10.0.0.9@tcp')}]
  clientMount: ${t(fields.clientMount)}
  targets:
    - name: OST0000
      device: ${t(fields.device)}
      drbd: ${t(more['drbd'] ?? 'r0')}
      mountPoint: ${t(fields.mountPoint)}
      primary: ${t(more['node'] ?? 'oss1')}
      secondary: oss2
`;
  return parse(text, [lustreSpec]).documents[0]?.cluster;
}

/** Every script that plans make of a cluster, whatever its state. */
function scriptsOf(cluster: Cluster): string[] {
  const scripts = new Set<string>();
  const ofStep = ({ script, checks, verify, doneWhen, undo = [] }: Step): void => {
    scripts.add(script);
    for (const check of [...checks, ...verify, ...doneWhen])
      if (check.type === 'script') scripts.add(check.script);
    undo.forEach(ofStep);
  };
  for (const planner of lustrePlanners) {
    for (const node of planner.surveyed(cluster)) scripts.add(planner.surveyScript(cluster, node));
    const { steps } = planner.plan({
      cluster,
      request: { kind: planner.kind, target: 'OST0000' },
      now: 0,
      history: emptyHistory(cluster.name),
      answers: new Map(),
      silent: new Map(),
      offline: true,
    });
    steps.forEach(ofStep);
  }
  const [target] = lustreSection(cluster).targets;
  assert.ok(target);
  for (const script of [
    mountScript(target),
    abortRecoveryScript('scratch-OST0000'),
    recoveryStateScript(),
    clientStateScript(cluster),
    remountScript(cluster),
    lazyRemountScript(cluster),
    forgetRemountScript(cluster),
    ...(['heartbeat', 'pacemaker'] as const).flatMap((each) => [
      haAwayScript(cluster, each),
      haBackScript(cluster, each),
    ]),
    backupScript(cluster, target, 'copy', 1),
    backupScript(cluster, target, 'snapshot', 1),
    backupStateScript(cluster, target),
    connectScript(target, 'victim'),
    connectScript(target, 'survivor'),
    disconnectScript(target),
    resumeSyncScript(target),
  ])
    scripts.add(script);
  scripts.delete('');
  return [...scripts];
}

describe('no text of a Lustre cluster file runs anything (safety 22)', function () {
  this.timeout(60_000);
  const corpus = () =>
    ways.flatMap((way) => commands.map((command) => way.replaceAll('#', command.replaceAll('@', '/x/ran'))));
  const inAll = (payload: string) =>
    Object.fromEntries(Object.entries(plain).map(([field, path]) => [field, `${path}${payload}`])) as Record<
      Field,
      string
    >;

  it('changes nothing of any script but the quoted word', () => {
    const cluster = clusterOf(plain);
    assert.ok(cluster, 'the plain cluster file has errors');
    const expected = scriptsOf(cluster);
    assert.ok(expected.length > 25, `${expected.length} scripts`);
    let taken = 0;
    for (const payload of corpus()) {
      const values = inAll(payload);
      const other = clusterOf(values);
      if (!other) continue;
      taken++;
      scriptsOf(other).forEach((script, index) => {
        const back = (Object.keys(plain) as Field[]).reduce(
          (text, field) => text.replaceAll(quote(values[field]), quote(plain[field])),
          script,
        );
        assert.equal(back, expected[index], JSON.stringify(payload));
      });
    }
    assert.ok(taken >= 40, `only ${taken} strings were taken`);
  });

  it('is not taken at all as the name of a cluster, a node, a resource, a file system or a NID', () => {
    for (const field of ['cluster', 'node', 'drbd', 'filesystem'])
      for (const payload of corpus())
        assert.equal(
          clusterOf(plain, { [field]: payload }),
          undefined,
          `${field}: ${JSON.stringify(payload)}`,
        );
    for (const payload of corpus()) {
      const cluster = clusterOf(plain, { nid: payload });
      if (cluster)
        for (const script of scriptsOf(cluster))
          assert.ok(!script.includes(payload) || script.includes(quote(payload)));
    }
  });
});
