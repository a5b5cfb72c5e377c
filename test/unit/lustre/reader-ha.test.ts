import assert from 'node:assert/strict';
import { UnreadableError } from '../../../src/heartbeat/probe';
import { readClStatus } from '../../../src/systems/lustre/reader-heartbeat';
import { readCrmMon } from '../../../src/systems/lustre/reader-pacemaker';
import { recorded } from './fixtures';

const heartbeat = (state: string) => readClStatus(recorded(`heartbeat/${state}.txt`));
const pacemaker = (name: string) => readCrmMon(recorded(`pacemaker/${name}.xml`));

describe('Reader of Heartbeat', () => {
  it('every recorded state: both up, and each holds its own', () => {
    for (const node of ['oss1', 'oss2'])
      assert.deepEqual(heartbeat(`both-up/${node}`), {
        running: true,
        nodes: { oss1: 'active', oss2: 'active' },
        resources: 'local',
      });
  });

  it('every recorded state: the link is down, and both say that the other is dead and hold everything', () => {
    assert.deepEqual(heartbeat('oss1-link-down/oss1'), {
      running: true,
      nodes: { oss1: 'active', oss2: 'dead' },
      resources: 'all',
    });
    assert.deepEqual(heartbeat('oss1-link-down/oss2'), {
      running: true,
      nodes: { oss1: 'dead', oss2: 'active' },
      resources: 'all',
    });
  });

  it('“dead” and “cannot sign on” have one exit status, and are not one thing', () => {
    const text = `# cl_status hbstatus
Heartbeat is stopped on this machine.
rc=1
# cl_status nodestatus oss1
Cannot signon with heartbeat
rc=1
# cl_status rscstatus
Cannot signon with heartbeat
rc=1
`;
    assert.deepEqual(readClStatus(text), { running: false, nodes: { oss1: 'unknown' } });
  });

  it('an answer that was cut off counts for nothing', () => {
    const text = recorded('heartbeat/oss1-link-down/oss2.txt');
    const whole = readClStatus(text);
    for (let end = 0; end < text.length; end += 1) {
      try {
        const { nodes, resources } = readClStatus(text.slice(0, end));
        for (const [node, word] of Object.entries(nodes)) assert.equal(word, whole.nodes[node]);
        assert.ok(resources === undefined || resources === whole.resources);
      } catch (error) {
        assert.ok(error instanceof UnreadableError, String(error));
      }
    }
  });

  it('words that nobody knows are unreadable, or unknown', () => {
    assert.throws(() => readClStatus('# cl_status hbstatus\nHeartbeat sleeps.\nrc=0\n'), UnreadableError);
    assert.throws(() => readClStatus(''), UnreadableError);
  });
});

describe('Reader of Pacemaker', () => {
  const node = (name: string, isDc: boolean, online = true) => ({
    name,
    online,
    standby: false,
    maintenance: false,
    unclean: false,
    isDc,
  });
  const resource = (id: string, agent: string, parent?: string) => ({
    id,
    agent,
    role: 'Stopped',
    said: 'Stopped',
    managed: true,
    failed: false,
    nodes: [],
    ...(parent === undefined ? {} : { parent }),
  });
  const twoNodes = (oss1Online: boolean) => ({
    version: '2.1.5',
    quorum: true,
    fencing: false,
    maintenance: false,
    nodes: [node('oss1', true, oss1Online), node('oss2', false)],
    resources: [
      resource('p_drbd_ost0', 'ocf:linbit:drbd', 'ms_drbd_ost0'),
      resource('p_drbd_ost0', 'ocf:linbit:drbd', 'ms_drbd_ost0'),
      resource('p_fs_ost0', 'ocf:heartbeat:Filesystem'),
    ],
    failures: [],
    bans: [],
  });

  it('every recorded state of 2.x: all fields', () => {
    assert.deepEqual(pacemaker('crm_mon-both'), twoNodes(true));
    assert.deepEqual(pacemaker('crm_mon-oss1-offline'), twoNodes(false));
  });

  it('1.1: its root, its old words for roles, failures and bans', () => {
    const found = readCrmMon(recorded('lustre/crm_mon-1.1.xml'));
    assert.deepEqual(found, {
      version: '1.1.23-1.el7',
      quorum: true,
      fencing: true,
      maintenance: true,
      nodes: [
        { name: 'oss1', online: true, standby: true, maintenance: false, unclean: true, isDc: false },
        { name: 'oss2', online: true, standby: false, maintenance: true, unclean: false, isDc: true },
      ],
      resources: [
        {
          id: 'p_drbd_ost0',
          agent: 'ocf::linbit:drbd',
          role: 'Promoted',
          said: 'Master',
          managed: true,
          failed: false,
          nodes: ['oss2'],
          parent: 'ms_drbd_ost0',
        },
        {
          id: 'p_drbd_ost0',
          agent: 'ocf::linbit:drbd',
          role: 'Unpromoted',
          said: 'Slave',
          managed: false,
          failed: false,
          nodes: ['oss1'],
          parent: 'ms_drbd_ost0',
        },
        {
          id: 'p_fs_ost0',
          agent: 'ocf::heartbeat:Filesystem',
          role: 'Started',
          said: 'Started',
          managed: true,
          failed: true,
          nodes: ['oss2'],
          parent: 'g_ost0',
        },
      ],
      failures: [{ node: 'oss1', what: 'p_fs_ost0_start_0' }],
      bans: [{ id: 'cli-ban-ms_drbd_ost0-on-oss1', resource: 'ms_drbd_ost0', node: 'oss1' }],
    });
  });

  it('a document that is cut off anywhere is unreadable, never half of one', () => {
    const text = recorded('pacemaker/crm_mon-both.xml').trimEnd();
    for (let end = 0; end < text.length; end += 7)
      assert.throws(() => readCrmMon(text.slice(0, end)), UnreadableError, `cut at ${end}`);
  });

  it('other documents are unreadable', () => {
    for (const text of ['', 'Connection to cluster failed\n', '<html/>', '<crm_mon version="1"/>'])
      assert.throws(() => readCrmMon(text), UnreadableError, text);
  });
});
