import assert from 'node:assert/strict';
import { LogTail } from '../../../src/editor/log-tail';
import { problemReport, type Problem } from '../../../src/editor/problem-report';
import { active, cluster, node, state } from './samples';

const hostile = cluster({
  name: 'acme-prod',
  section: { virtualIp: '172.16.0.99/16', masterHost: 'mfsmaster.acme.example' },
  nodes: [
    node('zeus', ['master'], {
      address: '10.9.8.7',
      rack: 'basement-7',
      ssh: { user: 'acmeadmin', identityFile: '~/.ssh/acme_key', proxyJump: 'jumphost', become: 'sudo' },
      console: 'ipmitool -H bmczeus -U ADMIN -P Tr0ub4dor power status',
      disks: [{ path: '/srv/acme/d1', capacity: 1n, tier: 0 }],
    }),
    node('```', ['chunkserver'], { address: '2001:db8::beef' }),
  ],
});

const log = [
  'Watching cluster acme-prod.',
  'zeus (10.9.8.7): acmeadmin@10.9.8.7 via jumphost refused the key ~/.ssh/acme_key\nfake [info] line',
  'the console of zeus said: ipmitool -H bmczeus -U ADMIN -P Tr0ub4dor power status',
  'answer: \u001b[31mred\u001b[0m ``` end\n````\n# A heading of mine\n<script>alert(1)</script>',
  'Error: no\n    at run (/home/jane/.vscode/extensions/standby/dist/extension.js:10:20)',
  'Jane’s laptop, jane on thinkpad-of-jane; basement-7; /srv/acme/d1; 172.16.0.99',
];

const problem: Problem = {
  versions: { Standby: '0.1.0', 'Operating system': 'Linux 6.1.0-acme x64' },
  settings: {
    'standby.ssh.configFile': { user: '/home/jane/acme/config' },
    'standby.codeLens.enabled': undefined,
  },
  clusters: [
    {
      cluster: hostile,
      watched: true,
      state: state({ cluster: hostile, nodes: [active('zeus'), active('```', { liveness: 'offline' })] }),
    },
  ],
  log,
  machine: { user: 'jane', home: '/home/jane', host: 'thinkpad-of-jane' },
  extensionPath: '/home/jane/.vscode/extensions/standby',
};

describe('A report of a problem', () => {
  const text = problemReport(problem);

  it('names no cluster, node, address, user, rack, key, console or secret', () => {
    const telling =
      /acme-prod|zeus|10\.9\.8\.7|beef|acmeadmin|acme_key|jumphost|bmczeus|Tr0ub4dor|basement|srv|mfsmaster|172\.16|thinkpad|\bjane\b/i;
    assert.doesNotMatch(text, telling);
    assert.match(text, /node1 \(address1\): user\d+@address1 via host\d+ refused the key path\d+/);
  });

  it('says what developers need: versions, how the clusters are, what is set, the log with a readable stack', () => {
    assert.match(text, /- Standby: 0\.1\.0/);
    assert.match(text, /- cluster1: moosefs, 2 nodes, watched, 1 active, 1 offline/);
    assert.match(
      text,
      /"standby\.ssh\.configFile": \{\n\s+"user": "path\d+\/acme\/config"|"user": "path\d+"/,
    );
    assert.doesNotMatch(text, /codeLens/);
    assert.match(text, /at run \(<extension>\/dist\/extension\.js:10:20\)/);
  });

  it('stays in its form, whatever a node answered', () => {
    const fence = /^(`{3,})text$/m.exec(text)?.[1] ?? '';
    assert.equal(fence.length, 5, 'one more than the longest in the log');
    const inside = text.slice(text.indexOf(`${fence}text`) + fence.length + 4, text.lastIndexOf(fence));
    assert.ok(!inside.includes(fence));
    assert.ok(inside.includes('# A heading of mine') && inside.includes('<script>'));
    assert.ok(!text.includes('\u001b'));
    const outside = text.replace(inside, '');
    assert.doesNotMatch(outside, /heading of mine|<script>/);
  });

  it('says that nothing was sent', () => {
    assert.match(text, /Nothing has been sent anywhere\./);
  });
});

describe('The end of the log', () => {
  it('is kept, a long line cut, the oldest lines dropped', () => {
    const tail = new LogTail();
    for (let i = 0; i < 1_500; i += 1) tail.add('info', `line ${i}`, 0);
    tail.add('warn', 'x'.repeat(9_999), 0);
    assert.ok(tail.lines.length <= 400);
    assert.equal(tail.lines.at(-2), '1970-01-01T00:00:00.000Z [info] line 1499');
    assert.ok((tail.lines.at(-1)?.length ?? 0) < 2_100);
  });
});
