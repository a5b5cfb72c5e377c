import assert from 'node:assert/strict';
import { t, plural, translateWith } from '../../../src/editor/l10n';
import { clusterRow } from '../../../src/editor/tree-rows';
import { messages } from '../../../scripts/l10n-messages.mjs';
import { entry, state } from './samples';

const root = new URL('../../../', import.meta.url).pathname;

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
});
