import assert from 'node:assert/strict';
import { parse } from '../../../src/cluster/parse';
import { applyEdits } from '../rules/fixes';
import { specs } from './helpers';

const missing = (text: string) => parse(text, specs).findings.filter(({ code }) => code === 'missing-key');

/** Applies one fix of `missing-key` after the other until none is left. */
function complete(text: string): string {
  let done = text;
  for (let times = 0; times < 20; times++) {
    const fix = missing(done).find(({ fixes }) => fixes.length > 0)?.fixes[0];
    if (!fix) return done;
    const before = missing(done).length;
    done = applyEdits(done, fix);
    const { findings } = parse(done, specs);
    assert.equal(findings.filter(({ code }) => code === 'yaml-syntax').length, 0, done);
    assert.ok(missing(done).length !== before, `${fix.title} settles nothing:\n${done}`);
  }
  assert.fail(`never complete:\n${done}`);
}

describe('Fixes of missing-key', () => {
  it('append the key to a block map, with a value of the right form', () => {
    const text =
      'cluster: a\nsystem: moosefs\nredundancy: { replicas: 2 }\nnodes:\n  - name: m1 # first\n    roles: [master]\n';
    assert.deepEqual(
      missing(text)[0]?.fixes.map(({ title }) => title),
      ['Add address: m1'],
    );
    assert.equal(complete(text), text.replace('[master]\n', '[master]\n    address: m1\n'));
  });
  it('put it before the last key where that one has a list below it', () => {
    const text =
      'cluster: a\nsystem: vstorage\nredundancy: { replicas: 2 }\nnodes:\n  - name: m1\n    roles: [mds]\n    disks:\n      - path: /d\n';
    const done = complete(text);
    assert.match(
      done,
      /\n {4}roles: \[mds\]\n {4}address: m1\n {4}disks:\n {6}- path: \/d\n {8}capacity: 10TB\n$/,
    );
    assert.deepEqual(missing(done), []);
  });
  it('append it to a flow map', () => {
    const text =
      'cluster: a\nsystem: vstorage\nredundancy: {}\nnodes: [{ name: m1, roles: [mds], disks: [{ path: /d, }] }]\n';
    assert.deepEqual(
      missing(text)[0]?.fixes.map(({ title }) => title),
      ['Add encoding: 3+2', 'Add replicas: 3'],
    );
    assert.equal(
      complete(text),
      'cluster: a\nsystem: vstorage\nredundancy: { encoding: 3+2 }\nnodes: [{ name: m1, roles: [mds], disks: [{ path: /d, capacity: 10TB, }], address: m1 }]\n',
    );
  });
  it('lead from a system’s name to a file that lacks nothing', () => {
    for (const id of ['moosefs', 'lustre', 'vstorage']) {
      for (const text of [`system: ${id}`, `system: ${id}\n`, `# mine\nsystem: ${id} # yes\n`]) {
        assert.deepEqual(missing(complete(text)), [], id);
      }
    }
    const virtual = complete('system: moosefs\nmoosefs:\n  virtualIp: 10.0.0.9/24\n');
    assert.match(virtual, /virtualIp: 10\.0\.0\.9\/24\n {2}interface: eth0\n {2}vhid: 10\n/);
  });
  it('keep the line ends and the comments of the text', () => {
    const text =
      'cluster: a # name\r\nsystem: moosefs # kind\r\nnodes: [] # none\r\nredundancy: { replicas: 2 }\r\nx-note: |\r\n  text\r\n';
    assert.deepEqual(missing(text), []);
    const lacking = text.replace('redundancy: { replicas: 2 }\r\n', '');
    assert.equal(complete(lacking), lacking.replace('x-note', 'redundancy: { replicas: 3 }\nx-note'));
  });
  it('are not offered where something unusual stands before the first key', () => {
    const text = 'cluster: a\nsystem: moosefs\nredundancy: { replicas: 2 }\nnodes:\n  - ? name\n    : m1\n';
    assert.deepEqual(
      missing(text).flatMap(({ fixes }) => fixes),
      [],
    );
  });
});
