import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { partsAnswer } from '../../../src/discovery/parts';
import { lustreSystem } from '../../../src/systems/lustre/system';
import { moosefsSystem } from '../../../src/systems/moosefs/system';
import { vstorageSystem } from '../../../src/systems/vstorage/system';
import { chunkserver, clusterOf, found } from './stub';

const fixture = (name: string) => readFileSync(resolve(import.meta.dirname, '../../fixtures', name), 'utf8');

describe('Discovery of recorded answers', () => {
  it('MooseFS: the healthy cluster, of which only m1 and cs1 were asked', async () => {
    const at = (name: string) => fixture(`moosefs/01-healthy/${name}.txt`);
    const m1 = partsAnswer({
      host: 'm1',
      addresses: at('m1_ip_a'),
      processes: 'init\nmfsmaster\nmfsmetalogger\nucarp',
      mounts: 'mfsmaster:9421 /mnt/mfs fuse.mfs rw,nosuid 0 0',
      installed: 'mfsmaster\nmfsmetalogger\nucarp',
      settings: 'file|mfsmaster\nDATA_PATH = /srv/mfs\nfile|mfsmetalogger\nMASTER_HOST = mfsmaster',
      ucarp: 'ucarp|7|i|eth0\nucarp|7|v|10\nucarp|7|a|10.77.0.99\nucarp|7|k|50',
      disks: '',
      resolved: 'mfsmaster|10.77.0.1',
      mfscli: ['SIN', 'SCS', 'SHD', 'SMB', 'SIC'].map((set) => at(`mfscli_${set}_pipe`)).join('\n'),
    });
    const cs1 = chunkserver('cs1', [], {
      addresses: '2: eth0    inet 10.77.0.101/24 scope global eth0',
      disks: `hdd|found\ndisk|*|/mnt/hdd1/\n${at('cs1_df')}`,
    });
    const { text, live } = await found(
      (node) => (node === '10.77.0.11' ? m1 : cs1),
      ['10.77.0.11', '10.77.0.101'],
    );
    const cluster = clusterOf(text);
    assert.deepEqual(
      cluster.nodes.map(({ name, roles, disks }) => ({ name, roles, disks: disks.map(({ path }) => path) })),
      [
        { name: 'm1', roles: ['master', 'client'], disks: [] },
        { name: 'cs1', roles: ['chunkserver'], disks: ['/mnt/hdd1'] },
      ],
    );
    assert.deepEqual(cluster.section, {
      masterHost: 'mfsmaster',
      dataPath: '/srv/mfs',
      virtualIp: '10.77.0.99/24',
      interface: 'eth0',
      vhid: 10,
      advertisementPassword: 'from-file',
      mountPoint: '/mnt/mfs',
    });
    assert.equal(cluster.redundancy?.pieces, 2);
    assert.match(text, /masterHost: mfsmaster # TODO: does not mean 10\.77\.0\.99 on m1: 10\.77\.0\.1/);
    assert.match(text, /\/mnt\/hdd1.*marked for removal/);
    assert.match(text, /MooseFS 3\.0\.117; the master was m1/);
    assert.deepEqual(
      live.unasked.filter(({ roles }) => roles.includes('chunkserver')).map(({ address }) => address),
      ['10.77.0.102', '10.77.0.103', '10.77.0.104'],
    );
  });

  it('Lustre: a mirrored target that was moved to its partner, and a client', async () => {
    const server = (node: 'oss1' | 'oss2', state: string, mounts: string) => {
      const at = (name: string) => fixture(`drbd/14-after-planned-switch/${node}/${name}.txt`);
      return partsAnswer({
        host: node,
        addresses: '',
        processes: 'init',
        mounts: `/dev/vda1 / ext4 rw 0 0\n${mounts}`,
        installed: 'lctl',
        drbdconfig:
          'resource ost0 { device /dev/drbd0 minor 0; on oss1 { address 10.0.1.3:7788; } on oss2 { address 10.0.1.4:7788; } }',
        drbdstate: `${at('proc-drbd').split('\n')[0]}\n${at('drbdsetup-status-verbose-statistics')}`,
        labels: mounts === '' ? '' : '/dev/drbd0|scratch-OST0000',
        lctl: '',
        nids: state,
        fstab: '',
        ha: 'resource|oss1 drbddisk::ost0 Filesystem::/dev/drbd0::/mnt/ost0::lustre\nha|ucast eth0 10.0.1.4\nha|serial /dev/ttyS0',
      });
    };
    const answers: Record<string, string> = {
      '10.0.1.3': server('oss1', '10.0.1.3@tcp', ''),
      '10.0.1.4': server(
        'oss2',
        '10.0.1.4@tcp',
        fixture('drbd/14-after-planned-switch/oss2/proc-mounts.txt'),
      ),
      '10.0.1.9': partsAnswer({
        host: 'lc1.example.net',
        processes: 'init',
        mounts: '10.0.1.1@tcp:10.0.1.2@tcp:/scratch /mnt/scratch lustre rw,flock 0 0',
        installed: 'lctl',
        lctl: fixture('lustre/imports-old.txt'),
      }),
    };
    const { text } = await found((node) => answers[node] ?? '', Object.keys(answers), lustreSystem);
    const cluster = clusterOf(text, lustreSystem);
    assert.deepEqual(
      cluster.nodes.map(({ name, roles }) => `${name} ${roles.join()}`),
      ['oss1 oss', 'oss2 oss', 'lc1 client'],
    );
    assert.deepEqual(cluster.section, {
      filesystem: 'scratch',
      mgsNids: ['10.0.1.1@tcp', '10.0.1.2@tcp'],
      heartbeatPaths: ['ping', 'serial'],
      clientMount: '/mnt/scratch',
      targets: [
        {
          name: 'OST0000',
          device: '/dev/drbd0',
          drbd: 'ost0',
          mountPoint: '/mnt/ost0',
          // Where it is mounted now is its partner; haresources says where it belongs.
          primary: 'oss1',
          secondary: 'oss2',
          serviceNodes: ['10.0.1.3@tcp', '10.0.1.4@tcp'],
        },
      ],
    });
    assert.match(text, /DRBD 8\.4\.11 when this was written: ost0 Primary/);
  });

  it('vstorage: services by host, parameters in force, replicas; a host that was not asked is told', async () => {
    const node = (host: string, more: Record<string, string> = {}) =>
      partsAnswer({
        host,
        addresses: '',
        processes: 'init',
        mounts: '/dev/sdb1 /vstorage/1 ext4 rw 0 0',
        clusters: 'stor1',
        disks: 'disk|/vstorage/1\n/dev/sdb1 8000000000000 3000000000000 0 40% /vstorage/1',
        stat: '',
        ...more,
      });
    const stat = `asked|stor1\n${fixture('vstorage/01-stat-healthy.txt')}asked|config\n${fixture('vstorage/17-get-config.txt')}asked|attributes\n`;
    const answers: Record<string, string> = {
      'st1.example': node('st1.example', { stat }),
      'st2.example': node('st2.example'),
      'st4.example': node('st4.example'),
    };
    const { text, live } = await found(
      (name) => answers[`${name}.example`] ?? '',
      Object.keys(answers),
      vstorageSystem,
    );
    const cluster = clusterOf(text, vstorageSystem);
    assert.deepEqual(
      cluster.nodes.map(
        ({ name, roles, disks }) => `${name} ${roles.join('+')} ${disks.map(({ path }) => path).join()}`,
      ),
      ['st1 mds+cs /vstorage/1', 'st2 mds+cs /vstorage/1', 'st4 cs /vstorage/1'],
    );
    assert.equal(cluster.name, 'stor1');
    assert.deepEqual(cluster.redundancy, { pieces: 3, tolerance: 2, failureDomain: 'host' });
    assert.equal((cluster.section['parameters'] as Record<string, number>)['mds.wd.max_offline_cs_hosts'], 2);
    assert.deepEqual(
      live.unasked.map(({ address, roles }) => `${address} ${roles.join('+')}`),
      ['st3.example mds+cs'],
    );
  });

  it('every system: nodes that run nothing of it are nothing of it', async () => {
    const nothing = partsAnswer({
      host: 'a',
      addresses: '',
      processes: 'init',
      mounts: '/dev/vda1 / ext4 rw 0 0',
    });
    for (const system of [moosefsSystem, lustreSystem, vstorageSystem]) {
      const { live } = await found(() => nothing, ['10.0.0.1'], system);
      assert(!live.nodes.some(({ roles }) => roles !== undefined && roles.length > 0), system.spec.id);
    }
  });
});
