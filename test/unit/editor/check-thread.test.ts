import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { IncrementalParser } from '../../../src/cluster/incremental';
import { parse } from '../../../src/cluster/parse';
import { CheckThread } from '../../../src/editor/check-thread';
import { check } from '../../../src/rules/check';
import type { Observed } from '../../../src/rules/observed';
import { systems } from '../../../src/systems/index';
import { clusterText } from '../../bench/cluster-text';
import { seedFiles } from '../../fuzz/seeds';

describe('the thread that checks large files', function () {
  let folder: string;
  let thread: CheckThread;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'standby-thread-'));
    const outfile = join(folder, 'check-worker.js');
    await build({
      entryPoints: [join(__dirname, '../../../src/check-worker.ts')],
      bundle: true,
      platform: 'node',
      outfile,
      logLevel: 'warning',
    });
    thread = new CheckThread(outfile, systems);
  });

  after(async () => {
    thread.dispose();
    await rm(folder, { recursive: true });
  });

  const none = () => undefined;
  const broken = clusterText(150).replace('roles: [cs]', 'roles: [cs').replaceAll('used: 6TB', 'used: 11TB');
  for (const [index, text] of [clusterText(250), broken, ...seedFiles, ''].entries()) {
    it(`says what checking in place says: text ${index + 1}`, async () => {
      assert.deepStrictEqual((await thread.check(text, none)).checked, check(text, systems));
    });
  }

  it('answers several at once in their order, and knows bytes', async () => {
    const texts = [clusterText(120), clusterText(3)];
    const answers = await Promise.all(
      texts.map((text) => thread.check(new TextEncoder().encode(text), none)),
    );
    assert.deepStrictEqual(
      answers.map(({ checked }) => checked),
      texts.map((text) => check(text, systems)),
    );
  });

  it('is told what the nodes report', async () => {
    const text = clusterText(8);
    const observed: Observed = {
      disks: new Map([['cs3', new Map([['/dev/sdb', { capacity: 20_000_000_000_000n }]])]]),
      primary: [],
      facts: new Map(),
    };
    const observedFor = (name: string) => (name === 'bench' ? observed : undefined);
    const { checked } = await thread.check(text, observedFor);
    assert.ok(checked.findings.some(({ code }) => code === 'capacity-drift'));
    assert.deepStrictEqual(checked, check(text, systems, observedFor));
  });

  it('keeps what an edit in the editor goes on from', async () => {
    const text = clusterText(250);
    const { kept } = await thread.check(text, none);
    const specs = systems.map(({ spec }) => spec);
    const parser = new IncrementalParser(specs, kept);
    const edited = text.replace('cs100\n', 'cs101\n');
    assert.deepStrictEqual(parser.parseEdit(edited), parse(edited, specs));
  });
});
