import assert from 'node:assert/strict';
import { isForeign } from '../../../src/editor/foreign-setting';

describe('the file of a setting', () => {
  it('is foreign when a workspace names it, or when it lies in whatever workspace is open', () => {
    assert.equal(isForeign(undefined), false);
    assert.equal(isForeign({ globalValue: '/home/me/.ssh/config' }), false);
    assert.equal(isForeign({ globalValue: '~/.ssh/other', workspaceValue: ' ' }), false);
    assert.equal(isForeign({ globalValue: '/home/me/.ssh/config', workspaceValue: 'ssh/config' }), true);
    assert.equal(isForeign({ workspaceFolderValue: '', workspaceValue: '/tmp/config' }), true);
    assert.equal(isForeign({ globalValue: 'ssh/config' }), true);
  });
});
