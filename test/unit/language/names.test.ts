import assert from 'node:assert/strict';
import { definitionAt, nodeNameAt, renameNode } from '../../../src/cluster/language/names';
import { outline } from '../../../src/cluster/language/outline';
import { cursor, lustre, specs, vstorage } from './language';

function renamed(marked: string, name: string): string {
  const { outline: shape, offset, text } = cursor(marked);
  const places = renameNode(shape, offset, name, specs);
  if (typeof places === 'string') return places;
  return [...places]
    .sort((a, b) => b.start - a.start)
    .reduce((all, { start, end }) => all.slice(0, start) + name + all.slice(end), text);
}

function defined(marked: string): string | undefined {
  const { outline: shape, offset, text } = cursor(marked);
  const found = definitionAt(shape, offset, specs);
  return found && text.slice(text.lastIndexOf('\n', found.start) + 1, found.end).trim();
}

describe('names of nodes', () => {
  it('lead from a use to the node', () => {
    assert.equal(defined(lustre.replace('primary: oss1', 'primary: o‸ss1')), '- { name: oss1');
    assert.equal(defined(lustre.replace('"oss2"', '"oss2‸"')), '- name: oss2');
  });

  it('lead from an alias to its anchor, the last one before it', () => {
    assert.equal(defined('x-a: &d 1\nx-b: &d 2\nheartbeat: { witnesses: *d‸ }\nx-c: &d 3\n'), 'x-b: &d');
  });

  it('lead nowhere from other words', () => {
    assert.equal(defined(lustre.replace('filesystem: scratch', 'filesystem: sc‸ratch')), undefined);
    assert.equal(defined(vstorage.replace('rack: r2', 'rack: r2‸')), undefined);
  });

  it('are found wherever they are used', () => {
    const { outline: shape, offset } = cursor(lustre.replace('name: oss1', 'name: ‸oss1'));
    const found = nodeNameAt(shape, offset, specs);
    assert.deepEqual([found?.declared.length, found?.used.length], [1, 1]);
  });

  it('are renamed everywhere in their document, within quotes too, and nowhere else', () => {
    assert.equal(
      renamed(`${lustre.replace('"oss2"', '"oss‸2"')}---\n${lustre}`, 'oss9'),
      `${lustre.replace('"oss2"', '"oss9"').replace('name: oss2', 'name: oss9')}---\n${lustre}`,
    );
  });

  it('keep the line ends of a file with CRLF', () => {
    const text = lustre.replaceAll('\n', '\r\n');
    assert.equal(renamed(text.replace('primary: oss1', 'primary: oss1‸'), 'a'), text.replaceAll('oss1', 'a'));
  });

  it('are renamed at an anchor', () => {
    const text =
      'system: lustre\nnodes:\n  - name: &n a‸1\nlustre:\n  targets:\n    - { name: MGT, primary: *n }\n    - { name: OST0000, primary: a1 }\n';
    assert.equal(renamed(text, 'b'), text.replace('‸', '').replaceAll('a1', 'b'));
  });

  it('are not renamed to what is no name, to one that is taken, or while they are ambiguous', () => {
    const marked = lustre.replace('primary: oss1', 'primary: oss1‸');
    assert.match(renamed(marked, 'a b'), /is not a name/);
    assert.match(renamed(marked, 'oss2'), /another node 'oss2'/);
    assert.match(renamed(marked.replace('name: oss2', 'name: oss1'), 'x'), /Several nodes/);
    assert.match(renamed(lustre.replace('primary: oss1', 'primary: ghost‸'), 'x'), /no node 'ghost'/);
    assert.match(renamed('cluster: a‸\n', 'x'), /Only names of nodes/);
  });

  it('never throw in broken text', () => {
    for (let cut = 0; cut <= lustre.length; cut++) {
      const shape = outline(lustre.slice(0, cut));
      nodeNameAt(shape, cut, specs);
      definitionAt(shape, cut, specs);
    }
  });
});
