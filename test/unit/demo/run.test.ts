import assert from 'node:assert/strict';
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { runDemo } from '../../../src/demo/run';
import { LargeSimulator } from '../../../src/demo/large';
import { startDemo, type Demo } from '../../../src/demo/server';
import type { Simulator } from '../../../src/demo/simulator';
import { diskScript } from '../../../src/systems/moosefs/probes-scripts';
import { MoosefsSimulator } from '../../../src/systems/moosefs/simulator';
import { layout } from '../../../src/systems/moosefs/simulator-layout';
import { VstorageSimulator } from '../../../src/systems/vstorage/simulator';

describe('the demo at its prompt', () => {
  let dir: string;
  beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), 'standby-demo-'))));
  let ending: AbortController;
  let running: Promise<void> | undefined;
  beforeEach(() => (ending = new AbortController()));
  afterEach(async () => {
    // One that a failed test has left running would keep the whole of the tests from ending.
    ending.abort();
    await running;
    await rm(dir, { recursive: true, force: true });
  });

  function start(signal?: AbortSignal, simulators: readonly Simulator[] = [new MoosefsSimulator()]) {
    const input = new PassThrough();
    const output = new PassThrough();
    let text = '';
    output.on('data', (piece: Buffer) => (text += piece.toString()));
    let ready: (demo: Demo) => void = () => {};
    const started = new Promise<Demo>((resolve) => (ready = resolve));
    const over = runDemo({
      simulators,
      dir,
      input,
      output,
      onReady: (demo) => ready(demo),
      signal: signal ? AbortSignal.any([signal, ending.signal]) : ending.signal,
    });
    running = over;
    const until = async (pattern: RegExp) => {
      for (let i = 0; i < 300 && !pattern.test(text); i++)
        await new Promise((resolve) => setTimeout(resolve, 10));
      assert.match(text, pattern);
    };
    return { input, started, over, until };
  }

  const refused = (port: number) =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(false)).once('error', () => resolve(true));
      socket.once('connect', () => socket.destroy());
    });

  it('does what is typed, tells the consoles, and ends with quit', async () => {
    const { input, started, over, until } = start();
    const demo = await started;
    input.write('kill cs3\n');
    await until(/cs3 is off/);
    const console = (node: string) => readFile(join(dir, 'power', node), 'utf8');
    assert.deepEqual(
      [await console('cs3'), await console('m1')],
      ['Chassis Power is off\n', 'Chassis Power is on\n'],
    );
    input.write('quit\n');
    await over;
    for (const port of demo.place.ports.values()) assert.ok(await refused(port), 'its servers are gone');
  });

  it('goes on when its input ends, and ends with the signal', async () => {
    const controller = new AbortController();
    const { input, started, over } = start(controller.signal);
    const demo = await started;
    input.end();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(await refused(demo.place.ports.get('m1') ?? 0), false);
    controller.abort();
    await over;
    assert.equal(await refused(demo.place.ports.get('m1') ?? 0), true);
  });

  it('runs several clusters side by side, each at its own pace, and knows whose node is meant', async () => {
    const passed: number[] = [];
    class Fast extends LargeSimulator {
      readonly timeFactor = 60;
      override advance(ms: number): void {
        passed.push(ms);
        super.advance(ms);
      }
    }
    const { input, started, over, until } = start(undefined, [new MoosefsSimulator(), new Fast(10)]);
    const demo = await started;
    await until(
      /runs 19 simulated nodes[^]*demo\.cluster\.yaml \(9 nodes\)[^]*large\.cluster\.yaml \(10 nodes, 60 times/,
    );
    assert.ok((await readFile(join(dir, 'large.cluster.yaml'), 'utf8')).includes('name: cs10'));
    const console = (node: string) => readFile(join(dir, 'power', node), 'utf8');
    input.write('kill cs07\n');
    await until(/cs07 is off/);
    assert.match(await console('cs07'), /off/);
    assert.match(await console('cs3'), /on/);
    input.write('stop-master m1\n');
    await until(/mfsmaster on m1 killed/);
    input.write('stop-master cs07\n');
    await until(/stop-master wants the name of one node: m1, m2[^\n]*cs5[^\n]*c1\./);
    input.write('help\n');
    await until(/demo: m1, [^]*stop-master NODE[^]*large: cs01, /);
    for (let i = 0; i < 300 && passed.length < 2; i++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok((passed[1] ?? 0) >= 200 * 60, `${passed[1] ?? 0} ms of its time passed in a tick`);
    input.write('pass 15m\n');
    await until(/15 min have passed/);
    assert.ok(passed.reduce((sum, ms) => sum + ms, 0) >= 900_000);
    for (const strange of ['', ' soon', ' 2d', ' 0s']) {
      input.write(`pass${strange}\n`);
      await until(/pass wants a duration/);
    }
    input.write('quit\n');
    await over;
    assert.equal(demo.place.ports.size, 19);
  });

  it('cuts a node off while its console says on, fills disks, heals, and lets a slow cluster hurry', async () => {
    const moosefs = new MoosefsSimulator();
    const vstorage = new VstorageSimulator();
    const { input, started, over, until } = start(undefined, [moosefs, vstorage]);
    const demo = await started;
    const console = (node: string) => readFile(join(dir, 'power', node), 'utf8');
    const cs2 = layout().nodes.find(({ name }) => name === 'cs2');
    assert.ok(cs2);
    const df = async () => (await moosefs.run('cs2', diskScript(cs2) ?? '', () => {})).stdout;
    input.write('cut m1\n');
    await until(/m1 is cut off/);
    assert.deepEqual([moosefs.isUp('m1'), moosefs.hasPower('m1')], [false, true]);
    assert.equal(await console('m1'), 'Chassis Power is on\n');
    assert.equal((await moosefs.run('m1', 'hostname', () => {})).exitCode, 255);
    input.write('kill m1\n');
    await until(/m1 is off/);
    assert.equal(await console('m1'), 'Chassis Power is off\n');
    input.write('cut m1\n');
    await until(/m1 is off\.\n$/);
    input.write('fill cs2\n');
    await until(/disks of cs2 are nearly full/);
    assert.match(await df(), / 9[4-7]% /);
    input.write('heal m1\nheal cs2\n');
    await until(/m1 is well again[^]*cs2 is well again/);
    assert.deepEqual([moosefs.isUp('m1'), await console('m1')], [true, 'Chassis Power is on\n']);
    assert.doesNotMatch(await df(), / 9[4-7]% /);
    input.write('speed 7\n');
    await until(/^vdemo: time runs 7 times as fast/m);
    assert.match(await readFile(join(dir, 'vdemo.cluster.yaml'), 'utf8'), /x-demo: { timeFactor: 7 }/);
    assert.equal(vstorage.timeFactor, 7);
    for (const strange of ['', ' 0', ' 601', ' 2.5', ' soon']) {
      input.write(`speed${strange}\n`);
      await until(/speed wants how much faster/);
    }
    input.write('quit\n');
    await over;
    assert.equal(demo.place.ports.size, 19);
  });

  it('refuses clusters whose nodes have the same names', async () => {
    await assert.rejects(
      startDemo([new LargeSimulator(20), new LargeSimulator(10)], { dir }),
      /have a node cs01/,
    );
  });
});
