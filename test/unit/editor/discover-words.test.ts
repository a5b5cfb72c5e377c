import assert from 'node:assert/strict';
import type { AskedNode, UnaskedNode, Unknown } from '../../../src/discovery/discovered';
import type { Discovery } from '../../../src/discovery/discovery';
import {
  addressOf,
  areAllRoot,
  nobodyAnswered,
  progressText,
  splitAddresses,
  writtenText,
} from '../../../src/editor/discover-words';

const asked = (name: string, ...problems: string[]): AskedNode => ({
  name,
  address: name,
  answered: problems.length === 0,
  problems,
});
const unasked = (address: string, name?: string): UnaskedNode => ({
  address,
  roles: ['chunkserver'],
  knownBy: 'm1',
  ...(name === undefined ? {} : { name }),
});

function found(
  nodes: readonly AskedNode[],
  unknown: readonly Unknown[] = [],
  others: readonly UnaskedNode[] = [],
): Discovery {
  const live = { notes: [], redundancy: [], nodes: [], section: [], unasked: others, unknown };
  return { text: '', live, nodes, unknown };
}

describe('Addresses as they are typed or pasted', () => {
  it('stand apart by spaces, commas, semicolons or lines, each once', () => {
    assert.deepEqual(splitAddresses(' root@m1, m2;m3\nroot@m4:2222\r\n\troot@m1 '), [
      'root@m1',
      'm2',
      'm3',
      'root@m4:2222',
    ]);
    assert.deepEqual(splitAddresses(' , ;\n'), []);
  });

  it('lose the marks of a list and of quotes', () => {
    assert.deepEqual(splitAddresses('- "m1"\n- `m2`,\n(m3)'), ['m1', 'm2', 'm3']);
  });

  it('keep an IPv6 address in brackets', () => {
    assert.deepEqual(splitAddresses('root@[2001:db8::1]:22 2001:db8::2'), [
      'root@[2001:db8::1]:22',
      '2001:db8::2',
    ]);
  });

  it('need no sudo only where every one of them is root’s', () => {
    assert.ok(areAllRoot(['root@m1', 'root@m2']));
    assert.ok(!areAllRoot(['root@m1', 'm2']));
    assert.ok(!areAllRoot([]));
  });

  it('of nodes that others told get the user whom all the others have', () => {
    assert.equal(addressOf(unasked('192.0.2.7'), ['ops@m1', 'ops@m2:22']), 'ops@192.0.2.7');
    assert.equal(addressOf(unasked('192.0.2.7'), ['ops@m1', 'root@m2']), '192.0.2.7');
    assert.equal(addressOf(unasked('192.0.2.7'), ['m1']), '192.0.2.7');
  });
});

describe('What is told of a discovery', () => {
  it('while it runs: how many have answered, and who did not', () => {
    assert.equal(progressText(asked('m1'), 1, 3), '1 of 3: m1 answered');
    assert.equal(progressText(asked('m2', 'Nobody is there.'), 2, 3), '2 of 3: m2 did not answer');
  });

  it('when nobody answered: each reason once, and at most three of them', () => {
    assert.equal(nobodyAnswered([asked('m1', 'Refused.')]), 'The node did not answer. Refused.');
    const nodes = ['a', 'b', 'c', 'd', 'd'].map((word, index) => asked(`n${index}`, `Reason ${word}.`));
    assert.equal(
      nobodyAnswered(nodes),
      'None of the 5 nodes answered. Reason a. Reason b. Reason c. One more reason is in the log.',
    );
  });

  it('when it is written: who is missing, what is open, who was not asked', () => {
    assert.equal(
      writtenText('media.cluster.yaml', found([asked('m1'), asked('m2')])),
      'media.cluster.yaml was written from what 2 of 2 nodes say. Nothing is left open.',
    );
    const nodes = [asked('m1'), asked('cs1', 'Timeout.')];
    const others = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => unasked('192.0.2.1', name));
    assert.equal(
      writtenText('x.cluster.yaml', found(nodes, [{ sentence: 'One.' }, { sentence: 'Two.' }], others)),
      'x.cluster.yaml was written from what 1 of 2 nodes say. Not in it, because they did not answer: cs1. ' +
        '2 things could not be found out: they are marked TODO. ' +
        'The cluster knows nodes that were not asked: a, b, c, d, e and 2 more.',
    );
  });
});
