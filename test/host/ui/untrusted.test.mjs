// Restricted mode: cluster files are checked and shown, and nothing else happens.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDemo } from '../demo.mjs';
import { startHost } from '../host.mjs';
import { launchBrowser, openWorkbench } from '../workbench.mjs';

describe('an untrusted workspace', function () {
  this.timeout(480_000);

  it('connects to nothing, remembers nothing, and offers no command that would', async () => {
    const demo = await startDemo();
    const host = await startHost({ trust: false });
    const browser = await launchBrowser();
    try {
      const workbench = await openWorkbench(browser, host, demo.dir);
      await workbench.openContainer('Standby');
      await workbench.rows('Clusters', /^node m1,/).waitFor();
      const input = await workbench.quickInput('F1');
      await input.fill('>Standby: ');
      const offered = workbench.page.locator('.quick-input-list .monaco-list-row');
      await offered.filter({ hasText: 'New Cluster File' }).first().waitFor();
      const titles = (await offered.allInnerTexts()).join();
      assert.doesNotMatch(titles, /Fail Over|Connect|Plan|Past Runs|Scripts|Consoles|Terminal/);
      // The first heartbeat of a trusted workspace comes within two seconds.
      await sleep(5_000);
      assert.equal(await workbench.rows('Clusters', /^node .*active/).count(), 0);
      assert.equal(existsSync(path.join(host.dir, 'home/.local/state/standby')), false);
      await workbench.picture('untrusted');
    } finally {
      await browser.close();
      await host.stop();
      await demo.stop();
    }
  });
});
