import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ClientChannel } from 'ssh2';
import { parse } from '../../../src/cluster/parse';
import type { Cluster } from '../../../src/cluster/cluster';
import { command } from '../../../src/demo/run';
import { startDemo, type Demo } from '../../../src/demo/server';
import { splitWords } from '../../../src/failover/words';
import { beatScript, readBeat } from '../../../src/heartbeat/beat';
import { openConnections } from '../../../src/ssh/connections';
import type { Connections } from '../../../src/ssh/connection';
import { SshError } from '../../../src/ssh/error';
import { loadSsh2 } from '../../../src/ssh/library';
import { moosefsProbes } from '../../../src/systems/moosefs/probes';
import { surveyScript } from '../../../src/systems/moosefs/scripts/survey';
import { MoosefsSimulator } from '../../../src/systems/moosefs/simulator';
import { layout } from '../../../src/systems/moosefs/simulator-layout';
import { moosefsSpec } from '../../../src/systems/moosefs/spec';
import { readSurvey } from '../../../src/systems/moosefs/survey';

const run = promisify(execFile);

describe('the demo', () => {
  let dir: string;
  let simulator: MoosefsSimulator;
  let demo: Demo;
  let cluster: Cluster;
  let connections: Connections;

  beforeEach(async () => {
    // a blank and a quote in the path, as a user's folder may have
    dir = await mkdtemp(join(tmpdir(), "standby demo's "));
    simulator = new MoosefsSimulator();
    demo = await startDemo([simulator], { dir, tickMs: 0 });
    const [document] = parse(await readFile(join(dir, simulator.fileName)), [moosefsSpec]).documents;
    assert.ok(document?.cluster, 'the cluster file has no errors');
    cluster = document.cluster;
    connections = openConnections(cluster, { configFile: demo.sshConfig });
  });
  afterEach(async () => {
    connections.dispose();
    await demo.dispose();
    await rm(dir, { recursive: true, force: true });
  });

  const nodeOf = (name: string) => {
    const node = cluster.nodes.find((each) => each.name === name);
    assert.ok(node);
    return node;
  };
  const exec = (node: string, script: string, timeoutMs = 5_000) =>
    connections.to(node).exec(script, { timeoutMs });

  async function master(node: string) {
    const probe = moosefsProbes.node.find(({ id }) => id === 'moosefs-master');
    const script = probe?.script(cluster, nodeOf(node));
    assert.ok(probe && script);
    const reading = probe.read(await exec(node, script), cluster, nodeOf(node));
    return moosefsProbes.combine(cluster, new Map([[node, reading]]), { at: 0 });
  }

  it('writes a cluster file without findings of its own, naming what the simulator knows', async () => {
    const text = await readFile(join(dir, simulator.fileName));
    const parsed = parse(text, [moosefsSpec]);
    assert.deepEqual(parsed.findings, []);
    assert.deepEqual(cluster, layout(demo.place));
  });

  it('answers all nine nodes over real SSH, with host keys from its known_hosts', async () => {
    for (const { name } of cluster.nodes) {
      const talk = await connections.to(name).converse(beatScript, { timeoutMs: 5_000 });
      const answers = [
        talk.first,
        await talk.ask({ timeoutMs: 5_000 }),
        await talk.ask({ timeoutMs: 5_000 }),
      ];
      talk.close();
      const [reading] = answers.map(readBeat);
      assert.ok((reading?.uptimeSeconds ?? 0) > 0, name);
    }
    const survey = readSurvey((await exec('m1', surveyScript(cluster, nodeOf('m1')))).stdout);
    assert.ok(survey.liveVersion !== undefined && survey.addresses.includes('127.0.0.99'));
    assert.equal((await stat(join(dir, 'ssh', 'id_ed25519'))).mode & 0o777, 0o600);
  });

  it('refuses every login but the one with its own key', async () => {
    const { Client, utils } = await loadSsh2();
    const tries: [string, string][] = [
      ['root', utils.generateKeyPairSync('ed25519').private],
      ['admin', await readFile(join(dir, 'ssh', 'id_ed25519'), 'utf8')],
    ];
    for (const [username, privateKey] of tries) {
      const client = new Client().on('error', () => {});
      const refused = once(client, 'error') as Promise<[Error & { level?: string }]>;
      client.connect({ host: '127.0.0.1', port: demo.place.ports.get('m1') ?? 0, username, privateKey });
      assert.equal((await refused)[0].level, 'client-authentication');
      client.destroy();
    }
  });

  it('goes silent when its power fails: an open connection hangs, a new one is taken and never answered', async () => {
    await exec('cs3', 'hostname');
    const ended: string[] = [];
    const raw = connect(demo.place.ports.get('cs3') ?? 0, '127.0.0.1');
    for (const event of ['end', 'close', 'error']) raw.on(event, () => ended.push(event));
    await once(raw, 'data'); // the greeting of the SSH server
    await demo.setPower('cs3', false);

    const asked = exec('cs3', 'hostname', 300);
    await assert.rejects(asked, (error: SshError) => error instanceof SshError && error.reason === 'timeout');
    const fresh = connect(demo.place.ports.get('cs3') ?? 0, '127.0.0.1');
    let said = '';
    fresh.on('data', (piece: Buffer) => (said += piece.toString()));
    fresh.on('error', () => ended.push('fresh error'));
    await once(fresh, 'connect');
    raw.write('anybody there?');
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.deepEqual([said, ended], ['', []]);

    const reset = new Promise((resolve) => fresh.once('close', resolve));
    await demo.setPower('cs3', true);
    await reset; // a machine that has booted knows nothing of it
    connections.dispose();
    connections = openConnections(cluster, { configFile: demo.sshConfig });
    assert.equal((await exec('cs3', 'hostname')).stdout, 'cs3\n');
    raw.destroy();
  });

  it('lets a node tell whether it reaches another', async () => {
    const port = demo.place.ports.get('cs3') ?? 0;
    assert.equal(await connections.to('cs1').reach('127.0.0.1', port, 2_000), 'open');
    await demo.setPower('cs3', false);
    assert.equal(await connections.to('cs1').reach('127.0.0.1', port, 600), 'unreachable');
  });

  it('has a console that says off only once the power is off', async () => {
    const [program = '', ...words] = splitWords(nodeOf('m1').console ?? '');
    const ask = async () => (await run(program, words)).stdout.trim();
    assert.equal(await ask(), 'Chassis Power is on');
    await demo.setPower('m1', false);
    assert.equal(await ask(), 'Chassis Power is off');
    await demo.setPower('m1', true);
    assert.equal(await ask(), 'Chassis Power is on');
    await assert.rejects(run(program, [...words.slice(0, -1), 'nobody']));
  });

  it('shows a chunkserver’s loss and return through the same connection', async () => {
    await demo.setPower('cs2', false);
    simulator.advance(6_000);
    const lost = (await master('m1'))?.rebuild[0];
    assert.ok((lost?.remaining ?? 0) > 100);
    simulator.advance(20_000);
    assert.ok(((await master('m1'))?.rebuild[0]?.remaining ?? 0) < (lost?.remaining ?? 0));
    await demo.setPower('cs2', true);
    simulator.advance(4_000);
    assert.equal((await master('m1'))?.rebuild[0]?.remaining, 0);
  });

  it('moves the address to another candidate when the master’s host dies', async () => {
    await demo.setPower('m1', false);
    simulator.advance(4_000);
    const survey = readSurvey((await exec('m2', surveyScript(cluster, nodeOf('m2')))).stdout);
    assert.ok(survey.addresses.includes('127.0.0.99'));
    assert.equal(survey.liveVersion, undefined);
  });

  it('takes the commands of its prompt, and says what is wrong with others', async () => {
    const say = (line: string) => command(demo, line.split(' '));
    assert.match(await say('kill cs3'), /cs3 is off/);
    assert.match(await say('status'), /cs3 +off/);
    assert.match(await say('stop-chunkserver cs3'), /cs3 is off/);
    assert.match(await say('start cs3'), /cs3 is on/);
    assert.match(await say('stop-master m1'), /killed/);
    assert.match(await say('kill cs33'), /one node: m1/);
    assert.match(await say('kill'), /one node/);
    assert.match(await say('dance'), /no command dance/);
    assert.match(await say('help'), /stop-master NODE/);
  });

  describe('an interactive session', () => {
    async function shell(node: string) {
      const { Client } = await loadSsh2();
      const client = new Client();
      client.connect({
        host: '127.0.0.1',
        port: demo.place.ports.get(node) ?? 0,
        username: 'root',
        privateKey: await readFile(join(dir, 'ssh', 'id_ed25519')),
      });
      await once(client, 'ready');
      const channel = await new Promise<ClientChannel>((resolve, reject) =>
        client.shell({}, (error, opened) => (error ? reject(error) : resolve(opened))),
      );
      let text = '';
      channel.on('data', (piece: Buffer) => (text += piece.toString()));
      const until = async (pattern: RegExp) => {
        for (const start = Date.now(); !pattern.test(text) && Date.now() - start < 3_000;)
          await new Promise((resolve) => setTimeout(resolve, 10));
        assert.match(text, pattern);
        text = '';
      };
      return { client, channel, until };
    }

    it('has a prompt, echoes, knows some commands and ends with exit', async () => {
      const { client, channel, until } = await shell('m1');
      await until(/root@m1:~# $/);
      channel.write('hostnamX\x7fe\r');
      await until(/hostnamX\x08 \x08e\r\nm1\r\nroot@m1:~# $/);
      channel.write('frobnicate; rm -rf /\r');
      await until(/frobnicate;: not found/);
      const exit = once(channel, 'exit');
      channel.write('exit\r');
      assert.equal((await exit)[0], 0);
      client.end();
    });

    it('powers the node off', async () => {
      const { client, channel, until } = await shell('cs5');
      let closed = false;
      client.on('close', () => (closed = true)).on('error', () => {});
      await until(/root@cs5:~# $/);
      channel.write('poweroff\r');
      for (let i = 0; i < 100 && simulator.isUp('cs5'); i++)
        await new Promise((resolve) => setTimeout(resolve, 10));
      assert.equal(simulator.isUp('cs5'), false);
      await assert.rejects(exec('cs5', 'hostname', 300));
      assert.equal(closed, false, 'no farewell');
      client.destroy();
    });
  });
});
