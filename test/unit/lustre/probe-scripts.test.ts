import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../../src/cluster/cluster';
import type { NodeReading } from '../../../src/heartbeat/probe';
import { lustreProbes } from '../../../src/systems/lustre/probes';
import { lustreFacts } from '../../../src/systems/lustre/probes-facts';
import { layout } from '../../../src/systems/lustre/simulator-layout';
import { recorded, result } from './fixtures';

/** Shells that a node may have as /bin/sh; busybox where it is installed. */
const shells = [['sh'], ['bash', '--posix'], ['busybox', 'sh']].filter(
  ([program = '']) => spawnSync(program, ['-c', 'exit 0'], { stdio: 'ignore' }).error === undefined,
);

const cluster = layout();
const nodeOf = (name: string, inCluster: Cluster = cluster) => {
  const node = inCluster.nodes.find((each) => each.name === name);
  assert.ok(node);
  return node;
};
const probe = (id: string) => {
  const found = lustreProbes.node.find((each) => each.id === id);
  assert.ok(found, id);
  return found;
};

describe('Scripts of the Lustre probes, run by real shells', () => {
  let folder: string;
  const program = (name: string, script: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const says = (name: string, text: string) => {
    writeFileSync(join(folder, `${name}.txt`), text);
    return `cat '${join(folder, `${name}.txt`)}'`;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'standby-lustre-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function ask(shell: readonly string[], id: string, name: string): NodeReading {
    const node = nodeOf(name);
    const script = probe(id).script(cluster, node);
    assert.ok(script !== undefined);
    const { stdout, stderr } = spawnSync(shell[0] ?? '', [...shell.slice(1), '-c', script], {
      encoding: 'utf8',
      timeout: 60_000,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: `${folder}:/usr/bin:/bin`, LC_ALL: 'C', SHLVL: '1' },
    });
    return probe(id).read(result({ stdout, stderr }), cluster, node);
  }

  for (const shell of shells) {
    const named = shell.join(' ');
    it(`a node without any of the programs says so, and nothing fails: ${named}`, () => {
      const storage = lustreFacts(ask(shell, 'lustre-storage', 'oss1'));
      assert.deepEqual(storage.mounts, []);
      assert.deepEqual(storage.devices, { '/dev/drbd0': '/dev/drbd0', '/dev/drbd1': '/dev/drbd1' });
      assert.deepEqual(storage.drbd, { is: 'not-installed' });
      const details = ask(shell, 'lustre-details', 'oss1');
      assert.deepEqual(lustreFacts(details).ha, {
        heartbeat: { is: 'not-installed' },
        pacemaker: { is: 'not-installed' },
      });
      assert.equal(details.services, undefined);
      const servers = lustreFacts(ask(shell, 'lustre-servers', 'oss1'));
      for (const answer of Object.values(servers)) assert.deepEqual(answer, { is: 'not-installed' });
      const client = ask(shell, 'lustre-clients', 'lc1');
      assert.deepEqual(client.services, [{ name: 'lustre', state: 'stopped' }]);
      assert.deepEqual(lustreFacts(client).imports, { is: 'not-installed' });
    });

    it(`what the programs say arrives whole: ${named}`, () => {
      const state = 'drbd/03-healthy/oss1';
      program(
        'drbdsetup',
        `case $1 in events2) ${says('events', recorded(`${state}/drbdsetup-events2-now-statistics.txt`))};; show) ${says('show', recorded('drbd/28-link-cut-both-alive/oss1/drbdsetup-show-defaults.txt'))};; esac`,
      );
      program('drbdadm', `[ "$2" = ost0 ] || exit 1\n${says('gi', recorded(`${state}/drbdadm-get-gi.txt`))}`);
      program(
        'crm_mon',
        `[ "$2" = --output-as=xml ] || exit 1\n${says('crm', recorded('pacemaker/crm_mon-both.xml'))}`,
      );
      program(
        'cl_status',
        'case $1 in hbstatus) echo "Heartbeat is running on this machine.";; nodestatus) [ "$2" = oss1 ] && echo active || { echo dead; exit 1; };; rscstatus) echo local;; esac',
      );
      program(
        'lctl',
        `case "$*" in dl) ${says('dl', recorded('lustre/dl.txt'))};; *recovery*) ${says('recovery', recorded('lustre/recovery.txt'))};; *health*) echo health_check=healthy;; *lfsck*) echo "error: get_param: no such" >&2; exit 2;; *) ${says('params', recorded('lustre/params.txt'))};; esac`,
      );
      const storage = ask(shell, 'lustre-storage', 'oss1');
      const { drbd } = lustreFacts(storage);
      assert.ok(drbd?.is === 'read');
      assert.deepEqual([drbd.value[0]?.resource, drbd.value[0]?.disk], ['ost0', 'UpToDate']);
      assert.deepEqual(storage.services, [{ name: 'drbd', state: 'running' }]);

      const details = ask(shell, 'lustre-details', 'oss1');
      const { ha, generations, options } = lustreFacts(details);
      assert.deepEqual(Object.keys(generations ?? {}), ['ost0'], 'the one that failed has none');
      assert.ok(options?.is === 'read' && options.value[0]?.fencing === 'dont-care');
      assert.deepEqual(ha?.heartbeat, {
        is: 'read',
        value: { running: true, nodes: { oss1: 'active', oss2: 'dead' }, resources: 'local' },
      });
      assert.ok(ha.pacemaker.is === 'read' && ha.pacemaker.value.nodes.length === 2);

      const servers = lustreFacts(ask(shell, 'lustre-servers', 'oss1'));
      assert.deepEqual(servers.health, { is: 'read', value: 'healthy' });
      assert.ok(servers.recovery?.is === 'read' && servers.recovery.value.length === 6);
      assert.deepEqual(servers.lfsck, { is: 'read', value: [] }, 'no parameters of that name');
    });
  }

  it('a program that hangs is given up on the node itself, and the others are asked all the same', () => {
    // The limit itself, made shorter.
    program('timeout', '[ "$1 $2 $3" = "-k 1 5" ] || exit 1; shift 3; exec /usr/bin/timeout -k 1 0.3 "$@"');
    program('lctl', 'case "$*" in dl) sleep 60;; *) echo health_check=healthy;; esac');
    const servers = lustreFacts(ask(['sh'], 'lustre-servers', 'oss1'));
    assert.deepEqual(servers.served, { is: 'unanswered', why: 'no answer within 5 s' });
    assert.deepEqual(servers.health, { is: 'read', value: 'healthy' });
  });

  it('a refusal is an answer that says why', () => {
    program('drbdsetup', 'echo "Permission denied. Are you root?" >&2; exit 20');
    assert.deepEqual(lustreFacts(ask(['sh'], 'lustre-storage', 'oss1')).drbd, {
      is: 'unanswered',
      why: 'Permission denied. Are you root?',
    });
  });

  it('no script asks df or touches a mount point, and each program has its limit', () => {
    for (const { name } of cluster.nodes)
      for (const each of lustreProbes.node) {
        const script = each.script(cluster, nodeOf(name)) ?? '';
        assert.doesNotMatch(script, /\b(df|ls|stat|du|findmnt|mountpoint)\b/, `${each.id} on ${name}`);
      }
    const client = { ...nodeOf('lc1'), disks: [{ path: '/mnt/scratch', capacity: 1n, tier: 0 }] };
    assert.equal(probe('disks').script(cluster, client), undefined, 'df of a client’s mount hangs');
  });

  it('an answer that is cut off is unreadable', () => {
    const node = nodeOf('oss1');
    for (const each of lustreProbes.node.filter(({ id }) => id !== 'disks'))
      assert.throws(() => each.read(result({ stdout: '@@ mounts\n\n= 0\n' }), cluster, node), /@@ end/);
    assert.throws(
      () => probe('lustre-storage').read(result({ stdout: '@@ end\n', truncated: true }), cluster, node),
      /cut off for its length/,
    );
  });
});
