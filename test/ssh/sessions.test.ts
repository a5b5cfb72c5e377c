import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import type { NodeConnection } from '../../src/ssh/connection';
import { clusterOf, failureOf, nodeAt } from './clusters';
import { AMPLE, TEST_LIMIT } from './limits';
import { Sshd, makeKey, whyNoSshd } from './sshd';
import { Workplace } from './workplace';

const why = whyNoSshd();

describe(`A server that allows few sessions${why ? ` (skipped: ${why})` : ''}`, function () {
  this.timeout(TEST_LIMIT);
  const place = new Workplace();
  const at = (name: string) => place.at(name);
  const servers: Sshd[] = [];
  let key: string;

  before(function () {
    if (why) return this.skip();
    key = makeKey(at('id'));
  });
  afterEach(async () => {
    place.close();
    await Promise.all(servers.splice(0).map((server) => server.down()));
  });
  after(() => place.dispose());

  async function connect(mostSessions: number): Promise<NodeConnection> {
    const sshd = await Sshd.start(at(`sshd${mostSessions}`), [key], [`MaxSessions ${mostSessions}`]);
    servers.push(sshd);
    writeFileSync(place.knownHosts, sshd.knownHostsLine);
    writeFileSync(place.config, `User ${sshd.user}\nIdentityFile ${key}\nIdentityAgent none\n`);
    return place.open(clusterOf(nodeAt('m1', sshd.port))).to('m1');
  }

  for (const most of [2, 3, 4])
    it(`answers commands beside heartbeats and scripts that stay, with ${most}`, async () => {
      const node = await connect(most);
      const talk = await node.converse('answer=here', { timeoutMs: AMPLE });
      const probe = async (name: string) => {
        const options = { timeoutMs: AMPLE, keepLate: true, isStanding: true };
        return (await node.exec(`echo ${name}`, options)).stdout;
      };
      const all = () => Promise.all(['a', 'b', 'c'].map(probe));
      assert.deepEqual(await all(), ['a\n', 'b\n', 'c\n']);
      const steps = ['one', 'two'].map((word) => node.exec(`echo ${word}`, { timeoutMs: AMPLE }));
      assert.deepEqual(
        (await Promise.all(steps)).map(({ stdout }) => stdout),
        ['one\n', 'two\n'],
      );
      assert.deepEqual(await all(), ['a\n', 'b\n', 'c\n']);
      assert.equal(await talk.ask({ timeoutMs: AMPLE }), 'here');
    });

  it('begins no command that waited for its turn longer than it may (safety 6)', async () => {
    const node = await connect(6);
    const [, error] = await Promise.all([
      node
        .exec('sleep 1; echo a', { timeoutMs: AMPLE })
        .then(() => node.exec('echo again', { timeoutMs: AMPLE, beginWithinMs: AMPLE })),
      failureOf(node.exec(`sleep 0.2; echo begun >${at('begun')}`, { timeoutMs: AMPLE, beginWithinMs: 0 })),
    ]);
    assert.equal(error.reason, 'busy');
    assert.ok(!existsSync(at('begun')));
  });

  it('is named as the reason where it has no room for any command', async () => {
    const node = await connect(1);
    await node.converse('answer=here', { timeoutMs: AMPLE });
    for (const isStanding of [true, false]) {
      const error = await failureOf(node.exec('echo a', { timeoutMs: AMPLE, isStanding }));
      assert.equal(error.reason, 'protocol');
      assert.match(error.message, /MaxSessions/);
    }
  });
});
