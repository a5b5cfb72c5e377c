import assert from 'node:assert/strict';
import { check } from '../../../src/rules/check';
import { fileFixes } from '../../../src/rules/file-fixes';
import { applyEdits } from './fixes';
import { systems } from './helpers';

function fixes(text: string, code: string) {
  const { documents, findings } = check(text, systems);
  return findings.filter((one) => one.code === code).map((one) => fileFixes(one, documents, text));
}
const count = (text: string, code: string) =>
  check(text, systems).findings.filter((one) => one.code === code).length;

const racks = `cluster: media
system: vstorage
redundancy: { replicas: 2, failureDomain: rack }
nodes:
  - { name: cs1, address: h1, roles: [mds, cs] }
  - name: cs2 # the old one
    address: h2
    roles: [cs]
  - disks:
      - { path: /d, capacity: 1TB }
    roles: [cs]
    name: "cs3"
    address: h3
  - {
      name: cs4,
      address: h4, roles: [cs]
    }
  - { name: cs5, address: h5, roles: [cs], rack: r7 }
`;

describe('Fixes of the whole file', () => {
  it('missing-domain: adds the key to one node', () => {
    const all = fixes(racks, 'missing-domain');
    assert.equal(all.length, 4);
    for (const [own, ...more] of all) {
      assert.equal(more.length, 1);
      assert.equal(own?.title, 'Add a rack to this node');
      const after = applyEdits(racks, own ?? assert.fail());
      assert.equal(count(after, 'missing-domain'), 3);
      assert.equal(count(after, 'yaml-syntax'), 0);
    }
  });
  it('missing-domain: adds the key to every node that lacks it, however it is written', () => {
    for (const text of [racks, racks.replaceAll('\n', '\r\n')]) {
      const fix = fixes(text, 'missing-domain')[0]?.[1] ?? assert.fail();
      assert.equal(fix.title, 'Add a rack to all 4 nodes that lack it');
      const after = applyEdits(text, fix);
      assert.equal(count(after, 'missing-domain'), 0);
      assert.equal(count(after, 'yaml-syntax'), 0);
    }
    assert.match(
      applyEdits(racks, fixes(racks, 'missing-domain')[0]?.[1] ?? assert.fail()),
      /\{ name: cs1, rack: r1, address.*\n {2}- name: cs2 # the old one\n {4}rack: r1\n/,
    );
  });
  it('no-spare-domain: adds a node after the last one, which settles it', () => {
    const tail = ['', '\nvstorage: { name: a }\n', '\n# the end\n---\ncluster: other\n'];
    const nodes = [
      '  - { name: a, address: a, roles: [mds, cs] }\n  - { name: spare1, address: b, roles: [cs] }',
      '- name: a\n  address: a\n  roles: [mds, cs]\n- name: b\n  address: b\n  roles: [cs]\n  console: |\n    true',
    ];
    for (const list of nodes) {
      for (const end of tail) {
        const text = `cluster: media\nsystem: vstorage\nredundancy: { replicas: 2 }\nnodes:\n${list}${end}`;
        const [[fix, ...more] = []] = fixes(text, 'no-spare-domain');
        assert.deepEqual([fix?.title, more.length], ['Add a spare node', 0]);
        const after = applyEdits(text, fix ?? assert.fail());
        assert.equal(count(after, 'no-spare-domain'), 0, after);
        assert.equal(count(after, 'spare-domains'), 1, after);
        assert.equal(count(after, 'duplicate-name'), 0, after);
      }
    }
  });
  it('too-few-domains: the new node stands in a rack of its own', () => {
    const text = racks
      .replace('replicas: 2', 'replicas: 3')
      .replace(
        /nodes:[^]*$/,
        'nodes:\n  - { name: a, address: a, roles: [mds, cs], rack: r1 }\n  - { name: b, address: b, roles: [cs], rack: r2 }\n',
      );
    const [[fix] = []] = fixes(text, 'too-few-domains');
    const after = applyEdits(text, fix ?? assert.fail());
    assert.match(after, /spare1.*rack: r3/);
    assert.equal(
      fix?.edits[0]?.snippet,
      '  - { name: b, address: b, roles: [cs], rack: r2 \\}\n  - { name: ${1:spare1}, address: ${2:spare1}, roles: [cs], rack: ${3:r3} \\}',
    );
    assert.equal(count(after, 'too-few-domains'), 0);
  });
  it('wrong-role: the node that is named gets the role that is needed, however its list is written', () => {
    const tail =
      'lustre:\n  filesystem: a\n  mgsNids: [h@tcp]\n  targets:\n    - { name: OST0000, device: /d, mountPoint: /m, primary: oss1, secondary: "mds1" }\n';
    const lists = [
      [' [mds]', ' [mds, oss]'],
      [' [mgs, "mds" ] # both', ' [mgs, "mds", oss ] # both'],
      [' [\n      mds,\n    ]', ' [\n      mds, oss,\n    ]'],
      ['\n      - mgs\n      - mds # and more', '\n      - mgs\n      - mds # and more\n      - oss'],
      ['\n    - mds', '\n    - mds\n    - oss'],
    ];
    for (const [before = '', after = ''] of lists) {
      for (const ends of ['\n', '\r\n']) {
        const text =
          `cluster: a\nsystem: lustre\nnodes:\n  - { name: oss1, address: h1, roles: [oss] }\n  - name: mds1\n    roles:${before}\n    address: h2\n${tail}`.replaceAll(
            '\n',
            ends,
          );
        const [[fix, ...more] = []] = fixes(text, 'wrong-role');
        assert.deepEqual([fix?.title, more.length], ['Add the role oss to mds1', 0], before);
        const done = applyEdits(text, fix ?? assert.fail());
        assert.ok(done.replaceAll('\r\n', '\n').includes(`roles:${after}\n    address`), done);
        assert.deepEqual([count(done, 'wrong-role'), count(done, 'yaml-syntax')], [0, 0]);
      }
    }
    const shared = `cluster: a\nsystem: lustre\nnodes:\n  - { name: oss1, address: h1, roles: [oss] }\n  - { name: mds1, address: h2, roles: &r [mds] }\n  - { name: mds2, address: h3, roles: *r }\n`;
    for (const name of ['mds1', 'mds2']) {
      assert.deepEqual(fixes(shared + tail.replace('mds1', name), 'wrong-role'), [[]], name);
    }
    assert.deepEqual(fixes(racks.replace('[mds, cs]', '[md]'), 'wrong-role'), [[]]);
  });
  it('a list in brackets, and other findings, have none', () => {
    const text =
      'cluster: a\nsystem: vstorage\nredundancy: { replicas: 1 }\nnodes: [{ name: a, address: a, roles: [mds, cs] }]\n';
    assert.deepEqual(fixes(text.replace('replicas: 1', 'replicas: 2'), 'too-few-domains'), [[]]);
    assert.deepEqual(fixes(text, 'no-redundancy'), [[]]);
  });
});
