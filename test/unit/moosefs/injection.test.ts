import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../../src/cluster/cluster';
import { parse } from '../../../src/cluster/parse';
import { runOnThisMachine } from '../../../src/failover/console';
import { lockScript } from '../../../src/failover/lock-scripts';
import type { Plan, Step } from '../../../src/failover/plan';
import { splitWords } from '../../../src/failover/words';
import { commandLine, quote } from '../../../src/ssh/shell';
import { moosefsPlanners } from '../../../src/systems/moosefs/planners';
import { moosefsProbes } from '../../../src/systems/moosefs/probes';
import { moosefsSpec } from '../../../src/systems/moosefs/spec';
import { input, silence, type World } from './plan-fixtures';

/** What would be run; only built-ins and redirections, which need no PATH. `@` stands for the file that would appear. */
const commands = [
  ': >@',
  'echo x >@',
  'printf x >>@',
  'exec 5>@',
  'eval ": >@"',
  '{ : >@; }',
  'trap ": >@" EXIT',
  'command : >@',
];
/** Ways out of a word, or into a shell. `#` stands for the command. */
const ways = [
  '$(#)',
  '`#`',
  ';#',
  ';#;',
  '&&#',
  '||#',
  '|#',
  '&#&',
  '\n#\n',
  "';#;'",
  "'\n#\n'",
  '";#;"',
  '"$(#)"',
  "'$(#)'",
  "'`#`'",
  "\\';#;\\'",
  "\\\\';#;'",
  "''';#;'''",
  '\\$(#)',
  '\\`#\\`',
  '${x:-$(#)}',
  '$((`#`))',
  '<(#)',
  '>(#)',
  "$'\\n#\\n'",
  '(#)',
  'x\r\n#\n',
  '--\n#',
  '*;#;?',
  '\t;\t#',
  '~;#',
  '#',
  '\n#\nend\n',
  "'EOF'\n#\nEOF\n",
];

/** Fields of a cluster file, each as text that the payload is put into. */
const plainFields = {
  name: 'm1',
  address: '10.0.0.1',
  user: 'root',
  become: 'sudo',
  role: 'master',
  console: '/bin/true',
  disk: '/mnt/hdd1',
  dataPath: '/var/lib/mfs',
  masterHost: 'mfsmaster',
  virtualIp: '10.0.0.99/24',
  interface: 'eth0',
  passwordFile: '/etc/ucarp/password',
  mountPoint: '/mnt/mfs',
  cluster: 'media',
};
type Field = keyof typeof plainFields;

function fileWith(fields: Readonly<Record<Field, string>>): string {
  const t = (text: string) => JSON.stringify(text);
  const rest = ['m2', 'm3'].map(
    (name, index) => `  - { name: ${name}, address: 10.0.0.${index + 12}, roles: [master] }`,
  );
  return [
    `cluster: ${t(fields.cluster)}`,
    'system: moosefs',
    'redundancy: { replicas: 2 }',
    'nodes:',
    `  - name: ${t(fields.name)}`,
    `    address: ${t(fields.address)}`,
    `    roles: [${t(fields.role)}]`,
    `    ssh: { user: ${t(fields.user)}, become: ${t(fields.become)} }`,
    `    console: ${t(fields.console)}`,
    ...rest,
    '  - name: cs1',
    '    address: 10.0.0.21',
    '    roles: [chunkserver]',
    `    disks: [{ path: ${t(fields.disk)}, capacity: 1TiB }]`,
    '  - { name: cs2, address: 10.0.0.22, roles: [chunkserver] }',
    '  - { name: c1, address: 10.0.0.31, roles: [client] }',
    'moosefs:',
    `  dataPath: ${t(fields.dataPath)}`,
    `  masterHost: ${t(fields.masterHost)}`,
    `  virtualIp: ${t(fields.virtualIp)}`,
    `  interface: ${t(fields.interface)}`,
    '  vhid: 10',
    `  passwordFile: ${t(fields.passwordFile)}`,
    `  mountPoint: ${t(fields.mountPoint)}`,
    '',
  ].join('\n');
}

const clusterOf = (fields: Readonly<Record<Field, string>>): Cluster | undefined =>
  parse(fileWith(fields), [moosefsSpec]).documents[0]?.cluster;

const live = {
  live: 1460,
  holdsAddress: true,
  processes: ['mfsmaster 48 S'],
  testSays: 'mfsmaster pid: 48',
};
const hook = '#!/bin/sh\n/usr/share/ucarp/setup.sh &';
const worlds: readonly [World, object][] = [
  [{ m1: silence, m2: { holdsAddress: true } }, {}],
  [{ m1: silence, m2: { holdsAddress: true, hook } }, {}],
  [{ m1: silence, m2: { hook } }, {}],
  [{ m1: live }, { to: 'm2' }],
  [{ m1: live, m2: { ucarps: [1], scratchLeft: true, processes: [] } }, {}],
  [{ m1: { holdsAddress: true, ownLogs: [[1, 1459, 1795295541]] } }, {}],
  [{ m1: { ucarps: [] }, m2: live }, { target: 'm1' }],
  [{ m1: live }, { target: 'm2' }],
];

/** Every script that probes, plans and locks make of a cluster. */
function scriptsOf(cluster: Cluster): string[] {
  const scripts = new Set<string>();
  const ofStep = ({ script, checks, verify, doneWhen, undo = [] }: Step): void => {
    scripts.add(script);
    for (const check of [...checks, ...verify, ...doneWhen]) {
      if (check.type !== 'script') continue;
      scripts.add(check.script);
      if (check.beside) scripts.add(check.beside.script);
    }
    undo.forEach(ofStep);
  };
  for (const planner of moosefsPlanners) {
    for (const node of planner.surveyed(cluster)) scripts.add(planner.surveyScript(cluster, node));
    const plans: Plan[] = worlds.map(([world, request]) =>
      planner.plan({ ...input(world, { kind: planner.kind, ...request }), cluster }),
    );
    plans.push(planner.plan({ ...input({}, { kind: planner.kind, target: 'm1' }), cluster, offline: true }));
    for (const { steps } of plans) steps.forEach(ofStep);
  }
  for (const node of cluster.nodes)
    for (const probe of moosefsProbes.node) scripts.add(probe.script(cluster, node) ?? '');
  for (const verb of ['take', 'touch', 'release'] as const)
    scripts.add(lockScript({ verb, cluster: cluster.name, owner: 'r1', token: 't1' }, '/nonexistent'));
  scripts.delete('');
  return [...scripts];
}

/** A real shell without a single program in its PATH, in a folder of its own. */
function sh(script: string, folder: string): Promise<void> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', script], { cwd: folder, env: { PATH: '/nonexistent' }, timeout: 10_000 }, () =>
      resolve(),
    );
  });
}

describe('no text of a cluster file runs anything (safety 22)', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'standby-injection-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const corpus = () =>
    ways.flatMap((way) =>
      commands.map((command, index) =>
        way.replaceAll('#', command.replaceAll('@', join(folder, `ran-${index}`))),
      ),
    );
  const free = ['dataPath', 'mountPoint', 'passwordFile', 'disk', 'console'] as const;
  const withGrammar = (Object.keys(plainFields) as Field[]).filter(
    (field) => !free.some((each) => each === field),
  );
  /** The payload in every field that takes free text. */
  const inAll = (payload: string) => ({
    ...plainFields,
    ...Object.fromEntries(
      free.map((field) => [field, field === 'console' ? `/bin/true ${payload}` : `/x-${field}${payload}`]),
    ),
  });
  const plain = clusterOf(plainFields);

  it('has a corpus of at least 200 strings, and a shell that would run them', async () => {
    assert.ok(new Set(corpus()).size >= 200, `${corpus().length}`);
    assert.ok(plain, 'the plain cluster file has errors');
    assert.ok(scriptsOf(plain).length > 30, 'few scripts were looked at');
    // The corpus is not harmless by itself: unquoted, most of it does run.
    let ran = 0;
    for (const payload of corpus().slice(0, 80)) {
      await sh(`x=${payload}\n: ${payload}\n`, folder);
      for (let index = 0; index < commands.length; index++) {
        const file = join(folder, `ran-${index}`);
        if (!existsSync(file)) continue;
        ran++;
        rmSync(file);
      }
    }
    assert.ok(ran > 40, `only ${ran} of 80 would have run`);
  });

  it('changes nothing of any script but the quoted word', () => {
    assert.ok(plain);
    const expected = scriptsOf(plain);
    let taken = 0;
    for (const payload of corpus()) {
      const values = inAll(payload);
      const cluster = clusterOf(values);
      // Line breaks may be refused in a path, too.
      if (!cluster) continue;
      taken++;
      scriptsOf(cluster).forEach((script, index) => {
        const back = free.reduce(
          (text, field) => text.replaceAll(quote(values[field]), quote(plainFields[field])),
          script,
        );
        assert.equal(back, expected[index], JSON.stringify(payload));
      });
    }
    assert.ok(taken >= 200, `only ${taken} strings were taken`);
  });

  it('is not taken at all as a name, an address, a role or an interface', () => {
    for (const field of withGrammar) {
      for (const payload of corpus().filter((_, index) => index % 8 === 0)) {
        const cluster = clusterOf({ ...plainFields, [field]: payload });
        if (field !== 'user' && field !== 'address' && field !== 'masterHost')
          assert.equal(cluster, undefined, `${field}: ${JSON.stringify(payload)}`);
        if (!cluster) continue;
        assert.deepEqual(
          scriptsOf(cluster).filter((script) => script.includes(payload) && !script.includes(quote(payload))),
          [],
          `${field}: ${JSON.stringify(payload)}`,
        );
      }
    }
  });

  it('runs nothing in a real shell, also inside the line that a login shell gets', async () => {
    for (const [number, payload] of corpus().entries()) {
      const cluster = clusterOf(inAll(payload));
      if (!cluster) continue;
      // Every script meets a twelfth of the corpus, and every string a twelfth of the scripts: they differ in little.
      const all = scriptsOf(cluster).filter((_, index) => index % 12 === number % 12);
      // Each in a subshell of its own: a script ends with `exit`.
      await sh(all.map((script) => `(\n${script}\n) </dev/null >/dev/null 2>&1`).join('\n'), folder);
      const line = commandLine(all[0] ?? '', 'none').replace(/^env .*? sh /, '/bin/sh ');
      await sh(line, folder);
      for (let index = 0; index < commands.length; index++)
        assert.ok(!existsSync(join(folder, `ran-${index}`)), JSON.stringify(payload));
    }
  });

  it('a console is words for one program, and no shell sees them (safety 19)', async () => {
    for (const payload of corpus().filter((_, index) => index % 4 === 0)) {
      let words: string[];
      try {
        words = splitWords(`/bin/echo ${payload}`);
      } catch {
        continue;
      }
      await runOnThisMachine(words, { timeoutMs: 5_000 });
    }
    for (let index = 0; index < commands.length; index++)
      assert.ok(!existsSync(join(folder, `ran-${index}`)));
  });
});
