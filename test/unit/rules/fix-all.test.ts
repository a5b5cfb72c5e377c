import assert from 'node:assert/strict';
import type { Finding, Fix } from '../../../src/cluster/finding';
import { safeFixes } from '../../../src/rules/fix-all';
import { findings } from './helpers';

const range = (line: number, from: number, to: number) => ({
  start: { line, character: from },
  end: { line, character: to },
});
const fix = (line: number, from: number, to: number, safe = true): Fix => ({
  title: `${line}:${from}`,
  edits: [{ range: range(line, from, to), newText: 'x' }],
  safe,
});
const finding = (...fixes: Fix[]): Finding => ({
  code: 'bad-value',
  severity: 'error',
  message: '',
  range: range(0, 0, 1),
  related: [],
  fixes,
});
const titles = (...all: Finding[]) => safeFixes(all).map(({ title }) => title);

describe('Fix all', () => {
  it('takes the first safe fix of each finding, and no other', () => {
    assert.deepEqual(
      titles(finding(fix(1, 0, 1, false)), finding(fix(2, 0, 1, false), fix(2, 4, 5), fix(2, 8, 9))),
      ['2:4'],
    );
  });
  it('passes over a fix that would touch the same text', () => {
    assert.deepEqual(titles(finding(fix(1, 0, 4)), finding(fix(1, 3, 6)), finding(fix(1, 5, 6))), [
      '1:0',
      '1:5',
    ]);
    assert.deepEqual(titles(finding(fix(1, 2, 2)), finding(fix(1, 2, 2))), ['1:2']);
  });
  it('settles differences of case, and leaves guesses to a person', () => {
    const text =
      'cluster: a\nsystem: vstorage\nredundancy: { Replicas: 1 }\nnodes:\n' +
      '  - { name: a, adress: h, roles: [CS, mds], disks: [{ path: /d, capacity: 1tb }] }\n';
    assert.deepEqual(
      safeFixes(findings(text)).flatMap(({ edits }) => edits.map(({ newText }) => newText)),
      ['replicas', 'cs', '1TB'],
    );
  });
});
