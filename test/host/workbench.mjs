// The workbench as a person uses it: a Chromium page on a running host, and what can be done and read there.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { loadPlaywright } from './install.mjs';

/** Every wait has this limit in ms: a busy machine is ten times slower than an idle one. */
export const WAIT = 90_000;

/** The git-ignored folder that pictures go into. */
export const pictures = path.join(import.meta.dirname, 'screenshots');

const chromiums = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of an installed Chromium (`CHROMIUM` in the environment goes first), or undefined. */
export function findChromium() {
  return [process.env.CHROMIUM, ...chromiums].find(
    (file) => file !== undefined && file !== '' && existsSync(file),
  );
}

/** Starts a headless Chromium. */
export async function launchBrowser() {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error('no Chromium found: apt-get install chromium, or set CHROMIUM');
  const { chromium } = await loadPlaywright();
  return chromium.launch({
    executablePath,
    headless: true,
    timeout: WAIT,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** The address that opens `folder` on a host, with pairs for the workbench's own payload. */
export function workbenchUrl(host, folder, payload = []) {
  const pairs = [...payload, ['skipWelcome', 'true'], ['skipReleaseNotes', 'true']];
  const query = new URLSearchParams({ folder, payload: JSON.stringify(pairs) });
  return `${host.url}/?${query}`;
}

/** Opens a folder in a new page and waits for the workbench to stand. */
export function openWorkbench(browser, host, folder, size) {
  return openPage(browser, workbenchUrl(host, folder), size);
}

/** Opens an address in a new page, gives the password when asked, and waits for the workbench to stand. */
export async function openPage(browser, address, { width = 1280, height = 800, password } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT);
  await page.goto(address);
  if (password !== undefined) {
    await page.locator('input[type=password]').fill(password);
    await page.keyboard.press('Enter');
  }
  const workbench = new Workbench(page);
  await workbench.stands();
  return workbench;
}

/** One open workbench. Every method waits for what it needs, up to `WAIT`. */
export class Workbench {
  constructor(page) {
    this.page = page;
  }

  async stands() {
    await this.page.locator('.monaco-workbench').waitFor();
    await this.page.locator('.statusbar .statusbar-item').first().waitFor();
  }

  /** Reloads the window. */
  async reload() {
    await this.page.reload();
    await this.stands();
  }

  /** Runs a command by its title in the command palette, such as "Standby: Refresh". */
  async command(title) {
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
    // The palette lists what was possible when it was opened: what has just become so needs another look.
    for (let tries = 0; ; tries += 1) {
      const input = await this.quickInput('F1');
      await input.fill(`>${title}`);
      try {
        await row.waitFor({ timeout: WAIT / 6 });
        break;
      } catch (error) {
        if (tries >= 5) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
    await row.click();
  }

  /** Opens a file of the folder by its name. */
  async openFile(name) {
    const input = await this.quickInput('Control+P');
    await input.fill(name);
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first();
    await row.waitFor();
    await row.click();
    await this.page.getByRole('tab', { name }).first().waitFor();
  }

  async quickInput(key) {
    const input = this.page.locator('.quick-input-widget input').first();
    // A key pressed while the workbench still restores its focus is lost, so it is pressed until it works.
    for (let tries = 0; ; tries += 1) {
      await this.page.keyboard.press(key);
      try {
        await input.waitFor({ timeout: 3000 });
        return input;
      } catch (error) {
        if (tries >= 10) throw error;
      }
    }
  }

  /** Picks the row of an open quick pick that contains a text. */
  async pick(text) {
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
    await row.waitFor();
    await row.click();
  }

  /** Answers an open input box. */
  async answer(text) {
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(text);
    await input.press('Enter');
  }

  /** Opens a container of the activity bar by its title. */
  async openContainer(name) {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name });
    await tab.waitFor();
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
  }

  /** The rows of a tree view whose accessible name matches. */
  rows(tree, name) {
    return this.page.getByRole('tree', { name: tree }).getByRole('treeitem', { name });
  }

  /** Opens every closed row of a tree that is in sight, down to `levels` levels. */
  async expandAll(tree, levels = 4) {
    for (let level = 0; level < levels; level += 1) {
      const closed = this.page
        .getByRole('tree', { name: tree })
        .locator('[role=treeitem][aria-expanded=false]');
      for (let left = await closed.count(); left > 0; left -= 1) {
        await closed.first().locator('.monaco-tl-twistie').click();
      }
    }
  }

  /** Moves the mouse onto the n-th squiggle of a kind and returns the text of its hover. */
  async hoverSquiggle(kind = 'warning', n = 0) {
    const squiggle = this.page.locator(`.squiggly-${kind}`).nth(n);
    await squiggle.waitFor({ state: 'attached' });
    const box = await squiggle.boundingBox();
    const hover = this.page.locator('.monaco-hover:visible').first();
    for (let tries = 0; ; tries += 1) {
      await this.page.mouse.move(box.x + 4, box.y + 120);
      await this.page.mouse.move(box.x + Math.min(12, box.width / 2), box.y + box.height / 2, { steps: 5 });
      try {
        await hover.waitFor({ timeout: 5000 });
        return await hover.innerText();
      } catch (error) {
        if (tries >= 5) throw error;
      }
    }
  }

  /** The body of the newest webview. */
  webview() {
    return this.page
      .frameLocator('iframe.webview.ready')
      .last()
      .frameLocator('#active-frame')
      .locator('body');
  }

  /** Puts the cursor into the terminal in sight and presses a key there. */
  async terminalKey(key) {
    await this.page.locator('.terminal-wrapper.active .xterm-helper-textarea').first().focus();
    await this.page.keyboard.press(key);
  }

  /** The text of the terminal in sight, from its accessibility copy where that is on, else from its rows. */
  async terminalText() {
    const rows = this.page.locator(
      '.terminal-wrapper.active .xterm-rows > div, .terminal-wrapper.active .xterm-accessibility-tree > div',
    );
    return (await rows.allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
  }

  /** Changes the colour theme to one of `themes`, and takes the mouse off whatever has a hover. */
  async theme({ title, mark }) {
    await this.command('Preferences: Color Theme');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(title);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first().click();
    await input.waitFor({ state: 'hidden' });
    await this.page.locator(`.monaco-workbench.${mark}`).waitFor();
    await this.page.mouse.move(0, 0);
  }

  /** Shows the notifications that are or were up, as texts. */
  async toasts() {
    return this.page.locator('.notification-toast').allInnerTexts();
  }

  /** Writes a picture of the window to `screenshots/NAME.png`. */
  async picture(name) {
    await mkdir(pictures, { recursive: true });
    const file = path.join(pictures, `${name}.png`);
    await this.page.screenshot({ path: file, animations: 'disabled' });
    return file;
  }

  async resize(width, height) {
    await this.page.setViewportSize({ width, height });
  }

  async close() {
    await this.page.context().close();
  }
}

/** The themes that pictures are taken in: file suffix, title in the theme picker, class of the workbench. */
export const themes = [
  { suffix: 'light', title: 'Light Modern', mark: 'vs' },
  { suffix: 'dark', title: 'Dark Modern', mark: 'vs-dark' },
  { suffix: 'contrast', title: 'Dark High Contrast', mark: 'hc-black' },
];
