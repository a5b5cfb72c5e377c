import assert from 'node:assert/strict';
import { parse } from '../../../src/cluster/parse';
import { applyEdits } from '../../../src/editor/apply-edits';
import { clusterNameOf, fileNameOf, nameProblem, renamed } from '../../../src/editor/cluster-file-name';
import { systems } from '../../../src/systems/index';

const specs = systems.map(({ spec }) => spec);
const text = `# Found by asking.
cluster: moosefs   # TODO: a name
system: moosefs
redundancy: { replicas: 2 }
nodes:
  - { name: m1, address: 192.0.2.1, roles: [master] }
`;

describe('The name of a new cluster', () => {
  it('takes the place of the one that was found, and leaves everything else as it is', () => {
    const after = renamed(text, parse(text, specs), 'media');
    assert.equal(after, text.replace('cluster: moosefs', 'cluster: media'));
    assert.equal(clusterNameOf(parse(after, specs)), 'media');
  });

  it('stays a name where YAML would see a number or a truth in it', () => {
    for (const name of ['123', '1e3', 'true', 'no', 'null', '0x10', '2026-01-01', '1.5']) {
      const file = parse(renamed(text, parse(text, specs), name), specs);
      assert.equal(clusterNameOf(file), name);
      assert.equal(file.documents[0]?.hasErrors, false, name);
    }
  });

  it('is refused with a sentence where the file could not have it', () => {
    assert.equal(nameProblem('media-2'), undefined);
    assert.match(nameProblem('my cluster') ?? '', /is not a name/);
    assert.match(nameProblem('') ?? '', /is not a name/);
    assert.match(nameProblem('../etc') ?? '', /is not a name/);
    assert.equal(fileNameOf('media'), 'media.cluster.yaml');
  });
});

describe('Edits put into a text', () => {
  const at = (line: number, character: number, end = character) => ({
    start: { line, character },
    end: { line, character: end },
  });

  it('land where the editor would put them, whatever ends the lines', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const before = ['one', 'two 😀 x', 'three'].join(end);
      const after = applyEdits(before, [
        { range: at(2, 0, 5), newText: '3' },
        { range: at(1, 7, 8), newText: 'y' },
        { range: at(0, 3), newText: '!' },
      ]);
      assert.equal(after, ['one!', 'two 😀 y', '3'].join(end));
    }
  });

  it('of two that overlap keep the first, and both that only touch', () => {
    assert.equal(
      applyEdits('abcdef', [
        { range: at(0, 0, 3), newText: 'X' },
        { range: at(0, 2, 4), newText: 'Y' },
        { range: at(0, 3, 4), newText: 'Z' },
      ]),
      'XZef',
    );
  });

  it('beyond the end go to the end', () => {
    assert.equal(applyEdits('a\n', [{ range: at(7, 0), newText: 'b\n' }]), 'a\nb\n');
  });
});
