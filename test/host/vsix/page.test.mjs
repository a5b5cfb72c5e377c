// The page that the editor shows of an installed extension: what somebody reads before the first cluster file.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { startHost } from '../host.mjs';
import { launchBrowser, openWorkbench } from '../workbench.mjs';

describe('the page of the installed extension', function () {
  this.timeout(240_000);
  let host;
  let browser;
  let workbench;
  let folder;

  before(async () => {
    assert.ok(process.env.STANDBY_TEST_VSIX, 'run by test/host/vsix.mjs, which names the package');
    folder = await mkdtemp('/tmp/standby-page-');
    [host, browser] = await Promise.all([startHost(), launchBrowser()]);
    workbench = await openWorkbench(browser, host, folder);
  });

  after(async () => {
    await browser?.close();
    await host?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('shows the icon and the README, without empty pictures and links that lead nowhere', async () => {
    await workbench.command('Extensions: Show Installed Extensions');
    const { page } = workbench;
    await page
      .locator('.extensions-list .monaco-list-row')
      .filter({ hasText: 'Watch storage clusters' })
      .first()
      .click();
    await page.locator('.extension-editor .icon').first().waitFor();
    const readme = workbench.webview();
    await readme.getByRole('heading', { name: 'Standby', exact: true }).waitFor();
    await workbench.picture('installed-page');
    const pictures = await readme.locator('img').evaluateAll((all) => all.map((img) => img.outerHTML));
    // The editor takes the address from every picture that is not on the web: an empty frame would be left.
    assert.deepEqual(
      pictures.filter((html) => !/ src="https:/.test(html)),
      [],
    );
    const links = await readme
      .locator('a[href]')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    assert.deepEqual(
      links.filter((link) => !/^(https:|#)/.test(link)),
      [],
    );
  });
});
