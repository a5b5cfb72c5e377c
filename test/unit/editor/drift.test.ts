import assert from 'node:assert/strict';
import type { Range } from '../../../src/cluster/place';
import type { AskedNode } from '../../../src/discovery/discovered';
import type { Drift } from '../../../src/discovery/drift';
import { compatibleFixes, isAboutNodesOf, liveText } from '../../../src/editor/drift-fixes';
import { comparisonText, takeAllTitle } from '../../../src/editor/drift-words';
import { plainCluster } from '../plain-cluster';
import { node } from './samples';

const at = (line: number, from: number, to = from): Range => ({
  start: { line, character: from },
  end: { line, character: to },
});

function drift(id: string, range: Range, newText?: string): Drift {
  return {
    id,
    kind: 'differs',
    path: [id],
    range,
    sentence: `${id} differs.`,
    ...(newText === undefined ? {} : { fix: { title: `Take ${id}`, edits: [{ range, newText }] } }),
  };
}

const asked = (name: string, answered: boolean): AskedNode => ({
  name,
  address: name,
  answered,
  problems: [],
});

describe('The file as its nodes would have it', () => {
  it('has every live value that there is a fix for', () => {
    const text = 'a: 1\nb: 2\nc: 3\n';
    const drifts = [drift('a', at(0, 3, 4), '7'), drift('b', at(1, 3, 4)), drift('c', at(3, 0), 'd: 4\n')];
    assert.equal(liveText(text, drifts), 'a: 7\nb: 2\nc: 3\nd: 4\n');
  });

  it('leaves a fix out that would change what another changes, wholly', () => {
    const both: Drift = {
      ...drift('both', at(0, 0, 4)),
      fix: {
        title: 'Take both',
        edits: [
          { range: at(0, 0, 4), newText: 'x' },
          { range: at(1, 0, 1), newText: 'y' },
        ],
      },
    };
    const drifts = [drift('a', at(0, 3, 4), '7'), both];
    assert.equal(compatibleFixes(drifts).length, 1);
    assert.equal(liveText('a: 1\nb\n', drifts), 'a: 7\nb\n');
  });

  it('takes several that are added at one place, in their order', () => {
    const drifts = [drift('a', at(1, 0), '- one\n'), drift('b', at(1, 0), '- two\n')];
    assert.equal(liveText('list:\n', drifts), 'list:\n- one\n- two\n');
  });
});

describe('A comparison', () => {
  const nodeAt = (name: string, address: string) => node(name, ['master'], { address });
  const [m1, m2] = [nodeAt('m1', '192.0.2.1'), nodeAt('m2', '192.0.2.2')];

  it('is about the nodes that were asked: one may come or go, but another address is another machine', () => {
    const media = plainCluster('media', [m1, m2]);
    assert.ok(isAboutNodesOf(plainCluster('media', [{ ...m1, roles: ['chunkserver'] }, m2]), media));
    assert.ok(isAboutNodesOf(plainCluster('media', [m1]), media));
    assert.ok(isAboutNodesOf(plainCluster('media', [m2, m1, nodeAt('m3', '192.0.2.3')]), media));
    assert.ok(!isAboutNodesOf(plainCluster('media', [m1, nodeAt('m2', '192.0.2.9')]), media));
    assert.ok(!isAboutNodesOf(plainCluster('media', [nodeAt('m4', '192.0.2.1')]), media));
    assert.ok(!isAboutNodesOf({ ...media, system: 'lustre' }, media));
  });

  it('is told with who did not answer and what could not be compared', () => {
    const nodes = [asked('m1', true), asked('m2', true)];
    assert.equal(
      comparisonText('media', { drifts: [], unknown: [] }, { nodes }),
      'media: the file says what its nodes say (2 of 2 answered).',
    );
    assert.equal(
      comparisonText(
        'media',
        { drifts: [drift('a', at(0, 0))], unknown: [{ sentence: 'x' }, { sentence: 'y' }] },
        { nodes: [...nodes, asked('cs1', false)] },
      ),
      'media: the file and its nodes differ in one thing. Not compared, because they did not answer: cs1. ' +
        '2 things could not be compared; the log says what.',
    );
    assert.equal(takeAllTitle(3), 'Take over all 3 live values');
  });
});
