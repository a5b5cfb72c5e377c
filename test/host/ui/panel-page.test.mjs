// The page of the rebuild panel in a real browser, without an editor around it: what it costs with a thousand nodes and
// a day of history, and what hostile names can do to it (nothing).
import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pageText } from '../../../src/editor/page-text.ts';
import { clusterMap } from '../../../src/rebuild/map.ts';
import { tracked } from '../../../src/rebuild/track.ts';
import { extensionFolder } from '../host.mjs';
import { launchBrowser } from '../workbench.mjs';

const origin = 'https://panel.test';
const built = path.join(extensionFolder, 'dist/webview');
const now = Date.UTC(2026, 0, 2, 3, 4, 5);

const parts = {
  title: 'Rebuild Progress',
  script: `${origin}/rebuild.js`,
  style: `${origin}/rebuild.css`,
  source: origin,
  nonce: 'of-this-test',
};

describe('the page of the rebuild panel', function () {
  this.timeout(120_000);
  let browser;
  let page;
  let violations;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser?.close());

  beforeEach(async () => {
    const context = await browser.newContext({
      viewport: { width: 700, height: 900 },
      reducedMotion: 'reduce',
    });
    page = await context.newPage();
    violations = [];
    page.on('console', (message) => {
      if (/Content.Security.Policy|Refused to/i.test(message.text())) violations.push(message.text());
    });
    page.on('pageerror', (error) => violations.push(String(error)));
    await page.addInitScript(() => {
      window.heard = [];
      window.acquireVsCodeApi = () => ({
        postMessage: (message) => window.heard.push(message),
        setState: (state) => (window.kept = state),
        getState: () => undefined,
      });
    });
    const text = pageText(parts);
    await page.route(`${origin}/**`, async (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      if (name === '') return route.fulfill({ contentType: 'text/html', body: text });
      return route.fulfill({
        contentType: name.endsWith('.js') ? 'text/javascript' : 'text/css',
        body: await readFile(path.join(built, name), 'utf8'),
      });
    });
    await page.goto(`${origin}/`);
    await page.waitForFunction(() => window.heard.some(({ type }) => type === 'ready'));
  });
  afterEach(async () => {
    await page.context().close();
  });

  const show = (snapshot) =>
    page.evaluate(
      async (message) => {
        const begin = performance.now();
        window.dispatchEvent(new MessageEvent('message', { data: message }));
        const script = performance.now() - begin;
        await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted, 0)));
        return { script, painted: performance.now() - begin };
      },
      { type: 'snapshot', snapshot },
    );

  it('speaks the language of the editor, whatever a translation holds', async () => {
    const messages = { Ask: 'Fragen </script><script>throw 1</script>', 'What if…': 'Was wäre, wenn …' };
    const body = pageText({ ...parts, language: 'de', messages });
    await page.route(`${origin}/`, (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.evaluate(() => (window.heard = []));
    await page.goto(`${origin}/`);
    await page.waitForFunction(() => window.heard.some(({ type }) => type === 'ready'));
    assert.equal(await page.getAttribute('html', 'lang'), 'de');
    assert.equal(await page.textContent('#what-if-title'), 'Was wäre, wenn …');
    assert.equal(await page.textContent('.what-if vscode-button'), messages.Ask);
    assert.deepEqual(violations, []);
  });

  it('shows a thousand nodes and a day of history at once, and small updates cost little', async () => {
    const points = day();
    const first = await show(snapshotOf(1000, points));
    const updates = [];
    for (let index = 1; index <= 20; index += 1) {
      const longer = [...points, [now + index * 5_000, 5e11 - index, 1e6]];
      updates.push((await show(snapshotOf(1000, longer))).script);
    }
    const session = await page.context().newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    await session.send('Performance.enable');
    const { metrics } = await session.send('Performance.getMetrics');
    const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize').value / 1e6;
    const { size } = await stat(path.join(built, 'rebuild.js'));
    const update = updates.toSorted((a, b) => a - b)[updates.length >> 1];
    console.log(
      `      1,000 nodes, ${points.length} points: first paint ${first.painted.toFixed(0)} ms (goal 500), update ${update.toFixed(1)} ms of script (goal 16), heap ${heap.toFixed(1)} MB (goal 60), bundle ${(size / 1e3).toFixed(0)} kB (goal 450)`,
    );
    assert.equal(await page.locator('.tile.sum').count(), 20);
    assert.ok(size <= 450_000, `bundle ${size}`);
    assert.ok(heap <= 60, `heap ${heap} MB`);
    // A busy machine is several times slower; the figures above say what it was.
    assert.ok(first.painted <= 2_000, `first paint ${first.painted} ms`);
    assert.ok(update <= 64, `update ${update} ms`);
    assert.deepEqual(violations, []);
  });

  it('shows names as text, whatever is in them, and runs no script that a snapshot holds', async () => {
    const hostile = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>';
    const snapshot = snapshotOf(10, day().slice(-50), hostile);
    await show(snapshot);
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    assert.equal(await page.locator('#page img, #page script').count(), 0);
    assert.equal(await page.locator('.tile .name').first().textContent(), hostile);
    assert.equal(await page.locator('.card h2').first().textContent(), hostile);
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.pwned = 2';
      document.body.append(script);
    });
    assert.equal(
      await page.evaluate(() => window.pwned),
      undefined,
      'the policy lets a script without nonce run',
    );
    assert.equal(violations.length, 1, 'that script alone was refused');
  });

  it('is used by keyboard alone, and asks what was typed', async () => {
    await show(snapshotOf(10, day().slice(-50)));
    const reached = [];
    for (let index = 0; index < 24; index += 1) {
      await page.keyboard.press('Tab');
      reached.push(
        await page.evaluate(() => {
          const { activeElement: one } = document;
          return one?.dataset.node ?? one?.textContent?.trim().slice(0, 30) ?? one?.tagName;
        }),
      );
    }
    for (const name of ['cs0', 'cs9', 'Ask', 'Copy as Markdown', 'Export CSV', 'Show Log'])
      assert.ok(reached.includes(name), `${name} is not reached: ${reached.join(' | ')}`);
    await page.locator('[data-node=cs3]').focus();
    await page.keyboard.press('Enter');
    await page.locator('#lose').focus();
    await page.keyboard.type('cs1, cs2');
    await page.keyboard.press('Enter');
    const heard = await page.evaluate(() => window.heard);
    assert.deepEqual(
      heard.filter(({ type }) => type === 'reveal' || type === 'what-if'),
      [
        { type: 'reveal', node: 'cs3' },
        { type: 'what-if', lose: 'cs1, cs2', bandwidth: '' },
      ],
    );
    assert.deepEqual(await page.evaluate(() => window.kept.lose), 'cs1, cs2');
  });

  it('keeps the focus where it is when figures change, and tells a screen reader of states, not of ticks', async () => {
    await show(snapshotOf(10, day().slice(-50)));
    await page.locator('[data-node=cs3]').focus();
    await page.evaluate(() => {
      window.told = 0;
      new MutationObserver(() => (window.told += 1)).observe(document.querySelector('.spoken'), {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
    for (let index = 1; index <= 5; index += 1) {
      const next = snapshotOf(10, day().slice(-50));
      next.headline = { ...next.headline, sentence: `Rebuilding: ${index} TB left.` };
      next.map[0].nodes[0].fill.used += 1e11 * index;
      await show(next);
    }
    assert.equal(await page.evaluate(() => document.activeElement.dataset.node), 'cs3');
    assert.equal(await page.evaluate(() => window.told), 0);
    await show({
      ...snapshotOf(10, day().slice(-50)),
      headline: { tone: 'good', word: 'Complete', sentence: 'Complete: all.' },
    });
    assert.equal(await page.locator('.spoken').textContent(), 'Complete: all.');
  });

  it('says with words and arrows who sends and who receives, and only where somebody tells it', async () => {
    const quiet = snapshotOf(10, day().slice(-50));
    await show(quiet);
    assert.equal(await page.locator('.map .legend').isVisible(), false);
    assert.equal(await page.locator('.flow').count(), 0);
    const busy = snapshotOf(10, day().slice(-50));
    busy.map[0].nodes[1].flow = 'sends';
    busy.map[0].nodes[2].flow = 'receives';
    busy.map[0].flow = { sends: 1, receives: 1 };
    await show(busy);
    assert.match(await page.locator('[data-node=cs1]').innerText(), /▲ sends/);
    assert.match(await page.locator('[data-node=cs2]').getAttribute('title'), /▼ receives/);
    assert.equal(await page.locator('.flow').count(), 2);
    assert.equal(await page.locator('.map .legend').innerText(), '▲ sends copies, ▼ receives them.');
  });

  it('counts down between two snapshots', async () => {
    const snapshot = snapshotOf(10, day().slice(-50));
    const ends = Date.now() + 50_000;
    Object.assign(snapshot.rebuild[0].progress, { etaSeconds: 50, endsAt: ends, etaRange: [40, 65] });
    await show(snapshot);
    const left = async () =>
      Number(/about (\d+) s\n\(\d+ s to/.exec(await page.locator('.facts').first().innerText())?.[1]);
    const first = await left();
    assert.ok(first <= 50, String(first));
    await page.waitForFunction(
      (before) => Number(/about (\d+) s/.exec(document.querySelector('.facts').innerText)?.[1]) < before,
      first,
    );
  });

  it('fills a wide window with two columns that do not overlap', async () => {
    await page.setViewportSize({ width: 1500, height: 900 });
    await show(snapshotOf(10, day().slice(-50)));
    const [cards, map, whatIf] = await Promise.all(
      ['.cards', '.map', '.what-if'].map((name) => page.locator(name).boundingBox()),
    );
    assert.ok(cards.x + cards.width <= map.x, 'the map stands beside the cards');
    assert.ok(map.y + map.height <= whatIf.y, 'what if stands below the map');
  });

  it('fits into 320 pixels without scrolling sideways', async () => {
    await page.setViewportSize({ width: 320, height: 900 });
    await show(snapshotOf(10, day().slice(-50)));
    const [wide, shown] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      window.innerWidth,
    ]);
    assert.ok(wide <= shown, `${wide} pixels wide in ${shown}`);
  });
});

/** A day of samples every five seconds, as the history keeps them. */
function day() {
  let track;
  for (let at = now - 86_400_000; at <= now; at += 5_000)
    track = tracked(track, 'bytes', { at, remaining: 1e12 + (now - at) * 1e4, rate: 1e7 });
  return track.points.map(({ at, remaining, rate }) => [at, remaining, rate]);
}

function snapshotOf(count, points, name) {
  const nodes = Array.from({ length: count }, (_, index) => ({
    name: index === 0 && name !== undefined ? name : `cs${index}`,
    address: `10.0.${index >> 8}.${index & 255}`,
    roles: ['cs'],
    ssh: { become: 'none' },
    disks: [],
    ...(count > 100 ? { rack: `r${index % 20}` } : {}),
  }));
  const map = clusterMap({ nodes }, () => ({
    liveness: 'active',
    stores: true,
    fill: { capacity: 1e13, used: 4e12 },
  }));
  return {
    clusters: [{ key: 'k', name: 'media' }],
    chosen: 'k',
    at: now,
    watched: true,
    observerLost: false,
    troubled: [{ name: 'cs3', liveness: 'offline' }],
    rebuild: [
      {
        progress: {
          what: name ?? 'degraded chunks',
          unit: 'bytes',
          remaining: 5e11,
          peak: 9e12,
          state: 'rebuilding',
          since: now - 3_600_000,
          ratePerSecond: 1e7,
          etaSeconds: 50_000,
        },
        points,
      },
    ],
    headline: { tone: 'busy', word: 'Rebuilding', sentence: 'Rebuilding: 500 GB of 9 TB left.' },
    map,
  };
}
