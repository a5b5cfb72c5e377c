import assert from 'node:assert/strict';
import type { ParsedDocument } from '../../../src/cluster/parse';
import { answerWhatIf } from '../../../src/rebuild/what-if/answer';
import { check } from '../../../src/rules/check';
import { systems } from '../../../src/systems/index';

const file = (more: string) => `cluster: media
system: vstorage
redundancy: { encoding: 1+2, failureDomain: rack }
nodes:
${['r0', 'r1', 'r2', 'r3']
  .map(
    (rack, index) =>
      `  - { name: n${index}, address: 10.0.0.${index + 1}, roles: [cs]${index === 3 ? more : `, rack: ${rack}`}, disks: [{ path: /d, capacity: 10TB, used: 1TB }] }`,
  )
  .join('\n')}
`;

function answer(text: string, away?: Parameters<typeof answerWhatIf>[3]['away']) {
  const [[document], [well]] = [text, file(', rack: r3')].map(
    (each) => check(Buffer.from(each), systems).documents,
  ) as [readonly ParsedDocument[], readonly ParsedDocument[]];
  assert.ok(document && well?.cluster);
  // While somebody types, the panel has the file as it is now and the cluster as it last was whole.
  return answerWhatIf(document.draft, well.cluster, new Set(['n0']), away ? { away } : {});
}

describe('The answer to what if', () => {
  it('is never that it is survivable while the file does not say how data is spread', () => {
    assert.equal(answer(file(', rack: r3')).isBad, false);
    const { isBad, sentences } = answer(file(''));
    assert.equal(isBad, true);
    assert.match(sentences.join('\n'), /^Whether data would be lost is unknown: the file does not say/);
  });

  it('says so, and is not safe, while a piece is missing though every node is there', () => {
    const away = { nodes: new Set<string>(), isRebuilt: false, isDegraded: true };
    const { isBad, sentences } = answer(file(', rack: r3'), away);
    assert.equal(isBad, true);
    assert.match(sentences[0] ?? '', /rebuilding something, or waits to: chunks that lack a piece already/);
  });

  it('names the nodes of which nobody knows whether they are there', () => {
    const away = { nodes: new Set<string>(), isRebuilt: false, unsure: ['n0', 'n2'] };
    assert.match(
      answer(file(', rack: r3'), away).sentences[0] ?? '',
      /^Whether n2 is there is not known: it counts as there\.$/,
    );
  });
});
