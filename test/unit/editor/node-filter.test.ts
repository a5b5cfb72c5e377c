import assert from 'node:assert/strict';
import { nodeFilter } from '../../../src/editor/node-filter';
import { active, node } from './samples';

const nodes = [
  { node: node('m1', ['master'], { rack: 'r1' }), state: active('m1'), isPrimary: true },
  { node: node('cs1', ['chunkserver'], { rack: 'r1' }), state: active('cs1'), isPrimary: false },
  {
    node: node('cs2', ['chunkserver'], { rack: 'r2' }),
    state: active('cs2', { liveness: 'inactive' }),
    isPrimary: false,
  },
  {
    node: node('cs12', ['chunkserver'], { rack: 'r12' }),
    state: active('cs12', { liveness: 'offline', verdict: 'down' }),
    isPrimary: false,
  },
];

function found(text: string): string[] {
  const filter = nodeFilter(text);
  assert.ok(filter);
  return nodes
    .filter((each) => filter.matches(each.node, each.state, each.isPrimary))
    .map((each) => each.node.name);
}

describe('A filter of nodes', () => {
  it('finds by name, role, state, rack and address, in any case', () => {
    assert.deepEqual(found('CS'), ['cs1', 'cs2', 'cs12']);
    assert.deepEqual(found('master'), ['m1']);
    assert.deepEqual(found('primary'), ['m1']);
    assert.deepEqual(found('offline'), ['cs12']);
    assert.deepEqual(found('down'), ['cs12']);
    assert.deepEqual(found('r12'), ['cs12']);
    assert.deepEqual(found('cs2.example'), ['cs2']);
  });

  it('does not take inactive for active', () => {
    assert.deepEqual(found('active'), ['m1', 'cs1']);
    assert.deepEqual(found('-active'), ['cs2', 'cs12']);
  });

  it('wants all words, looks at one field where it is named, and leaves out what has a minus', () => {
    assert.deepEqual(found('cs r1'), ['cs1', 'cs12']);
    assert.deepEqual(found('rack:r1 -rack:r12'), ['m1', 'cs1']);
    assert.deepEqual(found('name:cs1 -state:offline'), ['cs1']);
    assert.deepEqual(found('colour:red'), []);
  });

  it('is none at all when nothing was typed', () => {
    assert.equal(nodeFilter('  '), undefined);
    assert.equal(nodeFilter('-'), undefined);
    assert.equal(nodeFilter('  a   b ')?.text, 'a b');
  });
});
