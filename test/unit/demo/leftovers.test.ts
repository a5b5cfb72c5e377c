import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { makeDemoFolder, sweepLeftovers } from '../../../src/demo/leftovers';

describe('the folders of demos in the editor', () => {
  let tmp: string;
  beforeEach(async () => (tmp = await mkdtemp(join(tmpdir(), 'standby-leftovers-'))));
  afterEach(() => rm(tmp, { recursive: true, force: true }));

  it('are removed once their process is gone, and nothing else is', async () => {
    const gone = await makeDemoFolder(tmp, 4_000_001);
    const running = await makeDemoFolder(tmp, 4_000_002);
    await mkdir(join(gone, 'ssh'));
    await writeFile(join(gone, 'ssh', 'id_ed25519'), 'secret');
    assert.equal((await stat(gone)).mode & 0o777, 0o700);
    const precious = join(tmp, 'precious');
    await mkdir(precious);
    await writeFile(join(precious, 'file'), 'mine');
    // Somebody else's link with such a name, a demo of the command line, and one of another machine.
    await symlink(precious, `${gone.slice(0, -6)}linked`);
    await mkdir(join(tmp, 'standby-demo-abcdef'));
    await mkdir(join(tmp, 'standby-open-demo-elsewhere.example-4000001-abcdef'));

    assert.equal(await sweepLeftovers(tmp, (pid) => pid === 4_000_002), 1);
    assert.deepEqual(
      (await readdir(tmp)).sort(),
      [
        'precious',
        'standby-demo-abcdef',
        'standby-open-demo-elsewhere.example-4000001-abcdef',
        basename(running),
        basename(`${gone.slice(0, -6)}linked`),
      ].sort(),
    );
    assert.deepEqual(await readdir(precious), ['file']);
  });

  it('of a process that runs stay', async () => {
    const mine = await makeDemoFolder(tmp);
    assert.equal(await sweepLeftovers(tmp), 1);
    assert.ok((await stat(mine)).isDirectory());
  });

  it('need no folder to look in', async () => {
    assert.equal(await sweepLeftovers(join(tmp, 'nowhere')), 0);
  });
});
