import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { haStateScript } from '../../../src/systems/lustre/scripts/ha';
import { surveyScript } from '../../../src/systems/lustre/scripts/survey';
import {
  backupScript,
  backupStateScript,
  connectScript,
} from '../../../src/systems/lustre/scripts/split-brain';
import {
  demoteScript,
  promoteScript,
  seeLostScript,
  targetStateScript,
  umountScript,
  waitRecoveryScript,
} from '../../../src/systems/lustre/scripts/target';
import type { LustreTarget } from '../../../src/systems/lustre/section';
import { layout } from '../../../src/systems/lustre/simulator-layout';
import { readHa, readServer, readTargetState } from '../../../src/systems/lustre/survey';

const connected = `ost0 role:Secondary suspended:no
    write-ordering:flush
  volume:0 minor:0 disk:UpToDate
      size:131032 read:0 written:282996 al-writes:8 bm-writes:0 upper-pending:0
      lower-pending:0 al-suspended:no blocked:no
  peer connection:Connected role:Secondary congested:no
    volume:0 replication:Established peer-disk:UpToDate resync-suspended:no
        received:139587 sent:0 out-of-sync:0 pending:0 unacked:0
`;
const alone = connected
  .replace('Connected role:Secondary', 'Connecting role:Unknown')
  .replace('Established peer-disk:UpToDate', 'Off peer-disk:DUnknown');

/** What a node's programs say is played by small programs; the shell and its tools are real. */
describe('the scripts of Lustre’s plans, under a real shell', function () {
  this.timeout(20_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'standby-scripts-'));
    mkdirSync(join(folder, 'bin'));
    mkdirSync(join(folder, 'run'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const target = (more: Partial<LustreTarget> = {}): LustreTarget => ({
    name: 'OST0000',
    kind: 'OST',
    device: join(folder, 'device'),
    drbd: 'ost0',
    mountPoint: join(folder, 'mnt'),
    primary: 'oss1',
    serviceNodes: [],
    ...more,
  });
  const program = (name: string, body: string) => {
    const file = join(folder, 'bin', name);
    writeFileSync(file, `#!/bin/sh\necho "${name} $*" >>'${folder}/calls'\n${body}\n`);
    chmodSync(file, 0o755);
  };
  const calls = () => (existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8') : '');
  const says = (status: string) => program('drbdsetup', `cat <<'E'\n${status}E`);
  const run = (script: string): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      execFile(
        'sh',
        ['-c', script.replaceAll('/run/standby', join(folder, 'run'))],
        { env: { LC_ALL: 'C', PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` } },
        (error, stdout, stderr) =>
          resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
      );
    });

  it('promotes by a plain drbdadm primary, never forced', async () => {
    says(connected);
    program('drbdadm', ':');
    const { code, stderr } = await run(promoteScript(target()));
    assert.equal(code, 0, stderr);
    assert.match(calls(), /^drbdadm primary ost0$/m);
    assert.doesNotMatch(calls(), /force/);
  });

  it('does not even ask drbdadm while the copy is bad or the other side is Primary', async () => {
    program('drbdadm', ':');
    for (const status of [
      connected.replace('disk:UpToDate', 'disk:Outdated'),
      connected.replace('role:Secondary congested', 'role:Primary congested'),
      'no such resource\n',
    ]) {
      says(status);
      const { code } = await run(promoteScript(target()));
      assert.equal(code, 1, status);
    }
    says(connected);
    // Something is mounted there already.
    assert.equal((await run(promoteScript(target({ mountPoint: '/proc' })))).code, 1);
    assert.doesNotMatch(calls(), /drbdadm primary/);
  });

  it('explains what drbdadm refuses, with whoever holds the device open', async () => {
    writeFileSync(join(folder, 'device'), '');
    mkdirSync(join(folder, 'mnt'));
    program('drbdadm', "echo '0: State change failed: (-12) Device is held open by someone' >&2; exit 11");
    const holder = spawn('sh', ['-c', 'exec 5<"$0"; echo ready; exec sleep 20', join(folder, 'device')]);
    try {
      await new Promise((resolve) => holder.stdout.once('data', resolve));
      const { code, stdout, stderr } = await run(demoteScript(target()));
      assert.equal(code, 11);
      assert.match(stdout, /-12/);
      assert.match(stderr, new RegExp(`held open by pid ${holder.pid} \\(sleep\\)`));
    } finally {
      holder.kill('SIGKILL');
    }
    for (const [number, meaning] of [
      ['-1', /other node is Primary.*never force/],
      ['-2', /not up to date/],
      ['-7', /fencing policy/],
      ['-10', /other node refused/],
    ] as const) {
      program('drbdadm', `echo '0: State change failed: (${number}) x' >&2; exit 11`);
      assert.match((await run(demoteScript(target()))).stderr, meaning);
    }
    program('drbdadm', "echo 'ost0: Failure: (162) Invalid configuration request' >&2; exit 10");
    assert.equal((await run(demoteScript(target()))).code, 0, 'it was so already');
  });

  it('a command that hangs is bounded, and said', async () => {
    program('umount', 'exec sleep 30');
    const script = umountScript(target({ mountPoint: '/proc' })).replace('bounded 120', 'bounded 1');
    const began = Date.now();
    const { code, stdout, stderr } = await run(script);
    assert.ok(Date.now() - began < 28_000, 'the sleep was waited for');
    assert.equal(code, 124);
    assert.match(stdout, /no answer within 1 s/);
    assert.match(stderr, /never uses umount -f/);
  });

  it('sees a partner lost only when it was read twice', async () => {
    const quick = (script: string) => script.replace('sleep 10\n', 'sleep 0.1\n');
    says(alone);
    assert.equal((await run(quick(seeLostScript([target()])))).code, 0);
    // Gone, and back again.
    program(
      'drbdsetup',
      `n=$(cat '${folder}/n' 2>/dev/null || echo 0); echo $((n + 1)) >'${folder}/n'
if [ "$n" -eq 0 ]; then cat <<'E'\n${alone}E\nelse cat <<'E'\n${connected}E\nfi`,
    );
    const { code, stderr } = await run(quick(seeLostScript([target()])));
    assert.equal(code, 1);
    assert.match(stderr, /back: that node lives/);
  });

  it('takes itself out of a resync in the wrong direction', async () => {
    program('drbdadm', ':');
    says(connected.replace('replication:Established', 'replication:SyncSource'));
    const { code, stderr } = await run(connectScript(target(), 'victim'));
    assert.equal(code, 1);
    assert.match(stderr, /wrong direction/);
    assert.match(calls(), /pause-sync ost0\n[^]*connect --discard-my-data ost0\n[^]*disconnect ost0/);
    says(connected.replace('replication:Established', 'replication:PausedSyncT'));
    assert.equal((await run(connectScript(target(), 'victim'))).code, 0);
    // A victim that is in use discards nothing.
    says(connected.replace('ost0 role:Secondary', 'ost0 role:Primary'));
    writeFileSync(join(folder, 'calls'), '');
    assert.equal((await run(connectScript(target(), 'victim'))).code, 1);
    assert.doesNotMatch(calls(), /discard/);
  });

  it('waits for a recovery in both printed forms, and tells of it', async () => {
    program(
      'lctl',
      `n=$(cat '${folder}/n' 2>/dev/null || echo 0); echo $((n + 1)) >'${folder}/n'
echo 'mdt.scratch-MDT0000.recovery_status=status: RECOVERING'
if [ "$n" -eq 0 ]; then printf 'obdfilter.scratch-OST0000.recovery_status=\\nstatus: RECOVERING\\ntime_remaining: 280\\nconnected_clients: 1/3\\n'
else echo 'obdfilter.scratch-OST0000.recovery_status=status: INACTIVE'; fi`,
    );
    const { code, stdout } = await run(waitRecoveryScript(['scratch-OST0000'], 20));
    assert.equal(code, 0);
    assert.match(stdout, /scratch-OST0000 RECOVERING.*connected_clients=1\/3/);
    assert.match(stdout, /INACTIVE\nrecovery is over/);
  });

  it('finds what is mounted by its mount point, blanks and all', async () => {
    says(connected);
    const state = async (more: Partial<LustreTarget>) =>
      readTargetState((await run(targetStateScript(target(more)))).stdout);
    assert.equal((await state({ mountPoint: '/proc' })).mounted, 'proc');
    const away = await state({});
    assert.equal(away.mounted, undefined);
    assert.deepEqual(
      [away.mirror?.role, away.mirror?.disk, away.mirror?.connection],
      ['Secondary', 'UpToDate', 'Connected'],
    );
  });

  it('safety 2: on shared storage what Lustre serves without a mount, or a mount that hangs, is not released', async () => {
    const shared = (({ drbd: _, ...rest }: LustreTarget) => rest)(target());
    writeFileSync(shared.device, '');
    const elsewhere = async () =>
      readTargetState((await run(targetStateScript(shared))).stdout).elsewhere ?? '';
    program('lctl', 'echo "error: get_param: no such parameter" >&2; exit 2');
    assert.equal(await elsewhere(), '');
    program('lctl', `echo /dev/other; echo '${shared.device}'`);
    assert.match(await elsewhere(), /Lustre serves it/);
    program('lctl', 'exec sleep 30');
    const hung = targetStateScript(shared).replace('bounded 8 lctl', 'bounded 1 lctl');
    assert.match(readTargetState((await run(hung)).stdout).elsewhere ?? '', /lctl gives no answer/);
    program('lctl', 'exit 2');
    copyFileSync('/bin/sh', join(folder, 'bin', 'mount.lustre'));
    const hangs = spawn(join(folder, 'bin', 'mount.lustre'), ['-c', 'read line', '20']);
    try {
      await new Promise((resolve) => hangs.once('spawn', resolve));
      assert.equal(await elsewhere(), '');
      const { stdout } = await run(targetStateScript({ ...shared, device: '20' }));
      assert.match(readTargetState(stdout).elsewhere ?? '', /a mount of it has not ended/);
    } finally {
      hangs.kill('SIGKILL');
    }
  });

  it('safety 18: what an earlier run kept does not pass for the backup of one that breaks off', async () => {
    const cluster = layout();
    const here = (script: string) => script.replaceAll('/var/tmp/standby-backup', folder);
    const kept = join(folder, 'old.img');
    writeFileSync(kept, '');
    writeFileSync(join(folder, `${cluster.name}-ost0.last`), kept);
    assert.match((await run(here(backupStateScript(cluster, target())))).stdout, /^kept /);
    says(alone);
    program('drbdadm', 'exit 1');
    assert.equal((await run(here(backupScript(cluster, target(), 'copy', 1)))).code, 1);
    assert.equal((await run(here(backupStateScript(cluster, target())))).stdout, 'end\n');
    assert.ok(existsSync(kept), 'it is no longer pointed at, and still there');
  });

  it('safety 13: a Pacemaker that runs and does not answer is not taken for none', async () => {
    const cluster = layout();
    program('pidof', '[ "$1" = pacemakerd ] && echo 4711');
    program('crm_mon', 'echo "Connection to cluster failed" >&2; exit 102');
    const { stdout } = await run(haStateScript(cluster));
    assert.throws(() => readHa(stdout.split('\n')), /Pacemaker runs there, but crm_mon/);
    program('crm_mon', 'echo "<pacemaker-result/>"');
    assert.ok(readHa((await run(haStateScript(cluster))).stdout.split('\n')).pacemaker);
  });

  it('the survey of a node without DRBD, Lustre or an HA manager is read, and says so', async () => {
    const cluster = layout();
    const oss1 = cluster.nodes.find(({ name }) => name === 'oss1');
    assert.ok(oss1);
    const { stdout } = await run(
      `PATH=/usr/bin:/bin:/usr/sbin:/sbin\n${surveyScript(cluster, oss1).replaceAll('drbdsetup', 'no-drbdsetup')}`,
    );
    const survey = readServer(stdout);
    assert.match(survey.targets.get('OST0000')?.mirrorProblem ?? '', /not found/);
    assert.equal(survey.mirrors.get('ost0')?.configured, false);
    assert.deepEqual(
      [survey.ha.heartbeat, survey.ha.pacemaker, survey.recoveries.length],
      [undefined, undefined, 0],
    );
  });
});
