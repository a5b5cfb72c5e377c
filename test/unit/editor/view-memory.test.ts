import assert from 'node:assert/strict';
import type { Memento } from 'vscode';
import type { Sessions } from '../../../src/editor/sessions';
import type { ClusterTree } from '../../../src/editor/tree';
import { ViewMemory } from '../../../src/editor/view-memory';

/** A window whose view was last in sight or not, as its workspace remembers. */
function window(wasVisible: boolean | undefined) {
  const kept = new Map<string, unknown>();
  let see: (visible: boolean) => void = () => undefined;
  let news: () => void = () => undefined;
  const nothing = { dispose: () => undefined };
  const tree = {
    visible: false,
    backs: 0,
    onDidChangeVisibility: (listener: (visible: boolean) => void) => ((see = listener), nothing),
    comeBack() {
      this.backs += 1;
      return Promise.resolve();
    },
  };
  const sessions = {
    all: [] as unknown[],
    onDidChange: (listener: () => void) => ((news = listener), nothing),
  };
  const store = {
    get: () => wasVisible,
    update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
  };
  const memory = new ViewMemory(
    tree as unknown as ClusterTree,
    sessions as unknown as Sessions,
    store as unknown as Memento,
  );
  return {
    tree,
    kept,
    memory,
    see: (visible: boolean) => see(visible),
    found: () => {
      sessions.all.push({});
      news();
    },
    news: () => news(),
  };
}

describe('The view after a reload', () => {
  it('comes back once, when the first cluster is there', () => {
    const { tree, news, found } = window(true);
    news();
    assert.equal(tree.backs, 0, 'its container does not exist yet');
    found();
    found();
    assert.equal(tree.backs, 1);
  });

  it('stays away when it was not in sight, or was never seen', () => {
    for (const before of [false, undefined]) {
      const { tree, found } = window(before);
      found();
      assert.equal(tree.backs, 0);
    }
  });

  it('does not come back over what a person did meanwhile, and remembers that', () => {
    const { tree, kept, see, found } = window(true);
    see(true);
    see(false);
    found();
    assert.equal(tree.backs, 0);
    assert.deepEqual([...kept.values()], [false]);
  });
});
