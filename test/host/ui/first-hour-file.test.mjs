// The second half of a person's first hour: a cluster file of their own, made by asking real SSH servers, watched, and
// compared with what the nodes say. The tests build on each other.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { startHost } from '../host.mjs';
import { launchBrowser, openWorkbench, themes } from '../workbench.mjs';
import { fingerprint, makeKey, startNode, whyNoNodes } from './real-sshd.mjs';
import { until } from './run-in-terminal.mjs';

describe('an own cluster file, from nothing', function () {
  this.timeout(240_000);
  this.bail(true);

  const undo = [];
  let dir;
  let folder;
  let nodes;
  let workbench;

  before(async function () {
    const why = whyNoNodes();
    if (why !== undefined) {
      console.log(`      skipped: ${why}`);
      this.skip();
    }
    dir = await mkdtemp('/tmp/standby-first-');
    undo.push(() => rm(dir, { recursive: true, force: true }));
    folder = path.join(dir, 'clusters');
    await mkdir(folder);
    const login = makeKey(path.join(dir, 'login'));
    const [m1, cs1, host, browser] = await Promise.all([
      startNode(dir, { name: 'm1', login, processes: ['mfsmaster'], master: true }),
      startNode(dir, {
        name: 'cs1',
        login,
        processes: ['mfschunkserver'],
        disks: ['/mnt/hdd1', '/mnt/hdd2'],
      }),
      startHost(),
      launchBrowser(),
    ]);
    undo.push(...[m1, cs1, host].map((each) => () => each.stop()), () => browser.close());
    nodes = { m1, cs1 };
    // The person's own configuration: nothing of Standby's is set.
    const ssh = path.join(host.dir, 'home/.ssh');
    await mkdir(ssh, { mode: 0o700 });
    await writeFile(path.join(ssh, 'config'), `Host *\n  IdentityFile ${login}\n  IdentitiesOnly yes\n`);
    workbench = await openWorkbench(browser, host, folder, { width: 1400, height: 900 });
  });

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed' || workbench === undefined) return;
    await workbench.picture('first-hour-failed').catch(() => {});
    console.log('      the window when it failed: screenshots/first-hour-failed.png');
  });

  after(async () => {
    for (const step of undo.reverse()) await Promise.resolve(step()).catch(() => {});
  });

  it('has no view while there is no cluster file, and one that leads on once it is asked for', async () => {
    const tab = workbench.page.locator('.activitybar').getByRole('tab', { name: 'Standby' });
    assert.equal(await tab.count(), 0, 'Standby shows itself to people without a cluster file');
    await workbench.command('Standby: Show Clusters');
    await tab.waitFor();
    const welcome = workbench.page.locator('.welcome-view-content');
    for (const name of ['New Cluster File', 'Open Demo Clusters'])
      await welcome.getByRole('button', { name }).waitFor();
    await inEveryTheme('welcome');
  });

  it('asks for system and addresses, shows every new host key, and writes a file that validates', async () => {
    const { page } = workbench;
    await page.locator('.welcome-view-content').getByRole('button', { name: 'New Cluster File' }).click();
    await workbench.pick('MooseFS');
    await workbench.pick('Ask the nodes over SSH');
    const input = page.locator('.quick-input-widget input:visible').first();
    await input.fill('root@127.0.0.1:99999');
    await input.press('Enter');
    await page.getByText('The port of').first().waitFor();
    await workbench.picture('wizard-address-problem');
    // A pasted list has its lines.
    await input.fill('');
    await page.evaluate((text) => {
      const field = document.activeElement;
      const data = new DataTransfer();
      data.setData('text/plain', text);
      field.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      );
      document.execCommand('insertText', false, text);
    }, `root@127.0.0.1:${nodes.m1.port}\nroot@127.0.0.1:${nodes.cs1.port}`);
    await inEveryTheme('wizard-addresses', undefined, false);
    await input.press('Enter');

    const dialog = page.locator('.monaco-dialog-box');
    const shown = [];
    for (let asked = 0; asked < 2; asked += 1) {
      await dialog.waitFor();
      const words = await dialog.innerText();
      shown.push(/SHA256:\S+/.exec(words)?.[0]);
      if (asked === 0) await workbench.picture('wizard-host-key');
      await dialog.getByRole('button', { name: 'Store Key and Connect' }).click();
      await until('the question has gone', 30_000, async () => {
        return (await dialog.count()) === 0 || (await dialog.innerText()) !== words;
      });
    }
    assert.deepEqual(shown.sort(), [fingerprint(dir, 'm1'), fingerprint(dir, 'cs1')].sort());

    // The recorded master knows chunkservers that nobody can reach here.
    await page.getByPlaceholder('Other nodes that these know').waitFor();
    await workbench.picture('wizard-unasked');
    await page.keyboard.press('Escape');

    const name = page.locator('.quick-input-widget input:visible').first();
    await name.waitFor();
    await name.fill('first hour');
    await name.press('Enter');
    await page.getByText('is not a name').first().waitFor();
    await name.fill('first');
    await name.press('Enter');
    await page.getByRole('tab', { name: 'first.cluster.yaml' }).waitFor();
    await page.locator('.notification-toast').filter({ hasText: 'first.cluster.yaml was written' }).waitFor();
    await workbench.picture('wizard-written');

    assert.deepEqual(await readdir(folder), ['first.cluster.yaml']);
    const text = await readFile(path.join(folder, 'first.cluster.yaml'), 'utf8');
    assert.match(text, /^cluster: first$/m);
    assert.match(text, /name: m1[\s\S]*roles: \[ ?master ?\]/);
    assert.match(text, /name: cs1[\s\S]*roles: \[ ?chunkserver ?\][\s\S]*\/mnt\/hdd1/);
    assert.match(text, /TODO/);
  });

  it('watches the nodes of that file with the keys that were stored', async () => {
    const toast = workbench.page.locator('.notification-toast').filter({ hasText: 'was written' });
    await toast.getByRole('button', { name: 'Connect' }).click();
    await workbench.openContainer('Standby');
    for (const node of ['m1', 'cs1'])
      await workbench
        .rows('Clusters', new RegExp(`^node ${node},.* active`))
        .first()
        .waitFor();
    await workbench.picture('first-hour-watched');
  });

  it('compares the file with the nodes: says so when nothing differs, shows what does, and takes it over', async () => {
    const { page } = workbench;
    const file = path.join(folder, 'first.cluster.yaml');
    const before = await readFile(file, 'utf8');
    await nodes.m1.forgetOthers();
    await workbench.command('Notifications: Clear All Notifications');
    await workbench.command('Standby: Compare with Cluster');
    await page
      .locator('.notification-toast')
      .filter({ hasText: 'the file says what its nodes say' })
      .waitFor();

    // Somebody has written another size, and forgotten a disk.
    const wrong = before.replace(/(?<=hdd1, capacity: )\w+/, '132MiB').replace(/\n.*hdd2.*/, '');
    await writeFile(file, wrong);
    await page.locator('.view-line').filter({ hasText: '132MiB' }).first().waitFor();
    await workbench.command('Notifications: Clear All Notifications');
    await workbench.command('Standby: Compare with Cluster');
    await page
      .locator('.notification-toast')
      .filter({ hasText: /differ in \d things/ })
      .waitFor();
    await page.getByRole('tab', { name: 'What the nodes say' }).waitFor();
    await inEveryTheme('drift-diff');
    await workbench.command('View: Close All Editors');
    await workbench.openFile('first.cluster.yaml');
    await until('a squiggle says what differs', 60_000, async () => {
      const all = await page.locator('.squiggly-warning').count();
      for (let n = 0; n < all; n += 1)
        if (/Standby drift/.test(await workbench.hoverSquiggle('warning', n))) return true;
      return false;
    });
    await inEveryTheme('drift', () => workbench.hoverSquiggle('warning'));

    const lines = (await readFile(file, 'utf8')).split('\n');
    const line = lines.findIndex((each) => each.includes('132MiB'));
    const place = await workbench.quickInput('Control+G');
    await place.fill(`:${line + 1}:${(lines[line]?.indexOf('132MiB') ?? 0) + 2}`);
    await place.press('Enter');
    await page.keyboard.press('Control+.');
    const takeAll = page.locator('.action-widget').getByText(/Take over all \d live values/);
    await takeAll.waitFor();
    await workbench.picture('drift-fixes');
    await takeAll.click();
    await workbench.command('File: Save');
    await until('the file is as the nodes have it', 30_000, async () => {
      const now = await readFile(file, 'utf8');
      return /hdd1, capacity: 64MiB/.test(now) && now.includes('/mnt/hdd2');
    });
  });

  it('writes an example without connecting, and overwrites nothing', async () => {
    const { page } = workbench;
    await workbench.command('Standby: New Cluster File…');
    await workbench.pick('Lustre');
    await workbench.pick('Write a commented example instead');
    await page.getByRole('tab', { name: 'storage.cluster.yaml' }).waitFor();
    assert.equal(existsSync(path.join(folder, 'storage.cluster.yaml')), false);
  });

  async function inEveryTheme(name, again = () => {}, others = true) {
    const chosen = others && process.env.STANDBY_TEST_PICTURES ? themes : [];
    for (const theme of chosen) {
      await workbench.theme(theme);
      await again();
      await workbench.picture(`${name}-${theme.suffix}`);
    }
    if (chosen.length === 0) await workbench.picture(name);
  }
});
