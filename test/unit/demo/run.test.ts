import assert from 'node:assert/strict';
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { runDemo } from '../../../src/demo/run';
import type { Demo } from '../../../src/demo/server';
import { MoosefsSimulator } from '../../../src/systems/moosefs/simulator';

describe('the demo at its prompt', () => {
  let dir: string;
  beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), 'standby-demo-'))));
  afterEach(() => rm(dir, { recursive: true, force: true }));

  function start(signal?: AbortSignal) {
    const input = new PassThrough();
    const output = new PassThrough();
    let text = '';
    output.on('data', (piece: Buffer) => (text += piece.toString()));
    let ready: (demo: Demo) => void = () => {};
    const started = new Promise<Demo>((resolve) => (ready = resolve));
    const over = runDemo({
      simulator: new MoosefsSimulator(),
      dir,
      input,
      output,
      onReady: (demo) => ready(demo),
      ...(signal && { signal }),
    });
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
    const power = JSON.parse(await readFile(join(dir, 'power.json'), 'utf8')) as Record<string, string>;
    assert.deepEqual([power['cs3'], power['m1']], ['off', 'on']);
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
});
