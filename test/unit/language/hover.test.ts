import assert from 'node:assert/strict';
import { hoverAt } from '../../../src/cluster/language/hover';
import { outline } from '../../../src/cluster/language/outline';
import { cursor, lustre, specs, vstorage } from './language';

function hover(marked: string) {
  const { outline: shape, offset, text } = cursor(marked);
  const found = hoverAt(shape, offset, specs);
  return (
    found && { ...found, words: found.texts.join('\n'), on: text.slice(found.range.start, found.range.end) }
  );
}

describe('hover', () => {
  it('says what a key means, what belongs there, and its default', () => {
    const found = hover(vstorage.replace('failureDomain', 'failure‸Domain'));
    assert.equal(found?.on, 'failureDomain');
    assert.match(found?.words ?? '', /fails as a whole[^]*disk, host, rack, row, room[^]*Default: host/);
  });

  it('says the unit of a parameter, and its value in words', () => {
    assert.match(
      hover(vstorage.replace('mds.wd.offline_tout', 'mds.wd‸.offline_tout'))?.words ?? '',
      /Milliseconds[^]*Default for Virtuozzo storage: 900000, which is 15 min\./,
    );
    assert.match(hover(vstorage.replace('900000', '900‸000'))?.words ?? '', /900000 ms = 15 min/);
  });

  it('says the default of a timing for the system', () => {
    const marked = vstorage.replace('interval: 5s', 'offline‸After: 90s');
    assert.match(hover(marked)?.words ?? '', /Default for Virtuozzo storage: 15 min/);
    assert.match(hover(marked.replace('‸', '').replace('90s', '9‸0s'))?.words ?? '', /90 s = 90000 ms/);
  });

  it('says a size in both kinds of units', () => {
    assert.match(
      hover(vstorage.replace('8TB', '‸8TB'))?.words ?? '',
      /8 TB = 7\.27 TiB \(8 000 000 000 000 bytes\)/,
    );
  });

  it('says of a value that explains nothing itself what its key means', () => {
    const found = hover(vstorage.replace('address: ', 'address: ‸'));
    assert.equal(found?.title, 'address');
    assert.match(found?.words ?? '', /A host name or an IP address/);
    const list = hover(lustre.replace('mgsNids: [', 'mgsNids: [‸'));
    assert.deepEqual([list?.title, list?.words.includes('look for the MGS')], ['mgsNids', true]);
    assert.match(
      hover(vstorage.replace('interval: 5s', 'interval: 5‸x'))?.words ?? '',
      /Default for Virtuozzo/,
    );
  });

  it('says what a role is', () => {
    const found = hover(vstorage.replace('[cs]', '[c‸s]'));
    assert.match(found?.words ?? '', /chunk services.*hold the data.*2 of the nodes have/);
  });

  it('says what a node is, at its name and where it is used', () => {
    for (const marked of [
      lustre.replace('name: oss1', 'name: os‸s1'),
      lustre.replace('primary: oss1', 'primary: os‸s1'),
    ]) {
      const found = hover(marked);
      assert.equal(found?.title, 'oss1');
      assert.equal(found?.subtitle, 'oss · 192.0.2.3');
      assert.deepEqual(found?.about, { kind: 'node', name: 'oss1' });
    }
  });

  it('asks for the computed facts at redundancy, its encoding and its replicas', () => {
    for (const marked of [
      vstorage.replace('redundancy', 'redun‸dancy'),
      vstorage.replace('5+2', '5‸+2'),
      vstorage.replace('encoding: 5+2', 'replicas: 3‸'),
    ]) {
      assert.deepEqual(hover(marked)?.about, { kind: 'redundancy' });
    }
  });

  it('puts nothing from the file into Markdown', () => {
    const found = hover(lustre.replaceAll('oss1', '![x](y)').replace('name: ![', 'name: !‸['));
    assert.doesNotMatch(found?.words ?? '', /x\]/);
  });

  it('says nothing about comments, unknown keys, and what anybody may name', () => {
    assert.equal(hover('# redun‸dancy\n'), undefined);
    assert.equal(hover('clustre‸: a\n'), undefined);
    assert.equal(hover('cluster: a‸\n'), undefined);
  });

  it('never throws, and stands around the mouse, anywhere in whole and broken text', () => {
    for (const text of [vstorage, lustre.replaceAll('\n', '\r\n')]) {
      for (let offset = 0; offset <= text.length; offset++) {
        for (const given of [text, text.slice(0, offset)]) {
          const found = hoverAt(outline(given), offset, specs);
          if (found) assert.ok(found.range.start <= offset && offset <= found.range.end);
        }
      }
    }
  });
});
