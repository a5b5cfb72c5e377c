import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { t, plural, translateWith } from '../../../src/editor/l10n';
import { clusterRow } from '../../../src/editor/tree-rows';
import { bundle, messages, untranslated } from '../../../scripts/l10n-messages.mjs';
import { entry, state } from './samples';

const root = new URL('../../../', import.meta.url).pathname;

/** Files whose texts are no words for a person, or are for developers. */
const technical = [
  'src/editor/known-names.ts',
  'src/editor/page-text.ts',
  'src/editor/problem-report.ts',
  'src/editor/redact.ts',
  'src/editor/report-problem.ts',
];

/**
 * What stays English: reasons of aborts (the core passes them on), lines of the log, states, examples of input, names,
 * classes of the page.
 */
const english = [
  'The editor is closing.',
  'The thread that checks large files has ended.',
  'The editor was closed or reloaded.',
  'The terminal was closed.',
  'Aborted by Ctrl-C.',
  'Run … (… on …): …. …',
  'to …',
  'offline, chunkserver r7, rack:r7 -active',
  'root@m1.example.net, root@m2.example.net:2222, root@192.0.2.13',
  'Standby drift',
  'The clock of this machine was put back: … points of the chart of a rebuild lie in the future and are left out.',
  'sends and receives',
  'dialogue …',
  'verdict bad',
  'verdict good',
  'tile sum',
];

describe('Messages of the editor', () => {
  afterEach(() => translateWith(undefined));

  it('are English with their fillings until an editor translates them', () => {
    assert.equal(t('{0} of {1} active, {0}', 2, 'three'), '2 of three active, 2');
    assert.equal(t('nothing for {7}'), 'nothing for {7}');
    assert.equal(plural(1, 'one', 'many'), 'one');
    assert.equal(plural(0, 'one', 'many'), 'many');
  });

  it('are translated when they are shown, not when their file is loaded', () => {
    translateWith((message) => `⟦${message}⟧`);
    const row = clusterRow(entry({ state: state() }));
    assert.match(row.description, /⟦/);
    for (const group of row.children) assert.match(group.description, /⟦/);
  });

  it('are literals, so that translators get all of them', async () => {
    const { messages: all, opaque } = await messages(root);
    assert.deepEqual(opaque, []);
    assert.ok(all.length > 50);
    for (const message of all) assert.notEqual(message.trim(), '');
  });

  it('are all in the bundle for translators, and no other: npm run l10n writes it', async () => {
    assert.equal(readFileSync(`${root}l10n/bundle.l10n.json`, 'utf8'), await bundle(root));
  });

  it('are all that a person is shown: no text of some words goes by them', async () => {
    const plain = (await untranslated(root)).filter(
      ({ file, text }) => !technical.includes(file) && !english.includes(text),
    );
    assert.deepEqual(plain, []);
  });

  it('have their fillings numbered from {0} on, so that a translation can name each', async () => {
    for (const message of (await messages(root)).messages) {
      const numbers = [...new Set([...message.matchAll(/\{(\d+)\}/g)].map(([, number]) => Number(number)))];
      assert.deepEqual(
        numbers.toSorted((a, b) => a - b),
        numbers.map((_, index) => index),
        message,
      );
    }
  });
});
