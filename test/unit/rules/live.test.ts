import assert from 'node:assert/strict';
import { file, findings, observed, only, TB } from './helpers';

const text = file([{ disks: ['capacity: 10TB', 'capacity: 10TB'] }, { disks: ['capacity: 10TB'] }]);
const disk = (capacity: bigint) => ({ capacity, used: TB });

describe('live rules', () => {
  it('capacity-drift: more than 5 % from the declared capacity, on the path', () => {
    const at = (capacity: bigint) =>
      only(text, ['capacity-drift'], observed({ n2: { '/d0': disk(capacity) } }));
    assert.deepEqual(at((21n * TB) / 2n), []);
    assert.deepEqual(at((21n * TB) / 2n + 1n), ['6:59-6:62 warning capacity-drift']);
    assert.deepEqual(at((19n * TB) / 2n), []);
    assert.deepEqual(at((19n * TB) / 2n - 1n), ['6:59-6:62 warning capacity-drift']);
  });
  it('undeclared-disk: reported and not written, or the reverse', () => {
    const report = observed({ n1: { '/d0': disk(10n * TB), '/d7': disk(TB) } });
    assert.deepEqual(only(text, ['undeclared-disk'], report), [
      '5:13-5:15 information undeclared-disk',
      '5:90-5:93 information undeclared-disk',
    ]);
    assert.match(
      findings(text, report).find(({ code }) => code === 'undeclared-disk')?.message ?? '',
      /\/d7/,
    );
  });
  it('a node that has not reported has no such finding', () => {
    assert.deepEqual(only(text, ['undeclared-disk', 'capacity-drift']), []);
    assert.deepEqual(only(text, ['undeclared-disk'], observed({ n1: {} })), []);
  });
  it('a trailing slash in the file is no difference', () => {
    const slashed = text.replaceAll('/d0,', '/d0/,');
    const report = observed({ n2: { '/d0': disk(10n * TB) } });
    assert.deepEqual(only(slashed, ['undeclared-disk'], report), []);
  });
  it('nearly-full works on what the node reports', () => {
    const report = observed({ n2: { '/d0': { capacity: 10n * TB, used: 9n * TB } } });
    assert.deepEqual(only(text, ['nearly-full'], report), ['6:59-6:62 warning nearly-full']);
  });
  describe('consoles', () => {
    const withConsole = file([{ extra: ', console: ipmitool -H bmc1 power status' }, {}]);
    const command = 'ipmitool -H bmc1 power status';
    const codes = ['console-unproven', 'console-contradicts'];
    const at = (said?: 'proven' | 'contradicts', text = command, answering = ['n1', 'n2']) =>
      only(
        withConsole,
        codes,
        observed({}, [], {
          consoles: new Map(said ? [['n1', { text, said }]] : []),
          answering: new Set(answering),
        }),
      );
    it('console-unproven: one of which nothing is remembered, on its text', () => {
      assert.deepEqual(at(), ['5:52-5:81 information console-unproven']);
      assert.deepEqual(at('proven'), []);
    });
    it('console-unproven: the proof of another text is none', () => {
      assert.deepEqual(at('proven', 'ipmitool -H bmc2 power status'), [
        '5:52-5:81 information console-unproven',
      ]);
    });
    it('console-contradicts: it says off and its node answers, on its text', () => {
      assert.deepEqual(at('contradicts'), ['5:52-5:81 error console-contradicts']);
    });
    it('console-contradicts: not while the node is silent, which it may well be off', () => {
      assert.deepEqual(at('contradicts', command, ['n2']), []);
    });
    it('nothing is said while nobody watches, or nobody looked into what is remembered', () => {
      assert.deepEqual(only(withConsole, codes), []);
      assert.deepEqual(only(withConsole, codes, observed({})), []);
    });
  });
  it('two-masters: on the first of them, the others related', () => {
    const claim = (what: string, node: string) => ({ what, node });
    const report = observed({}, [claim('master', 'n2'), claim('master', 'n1')]);
    const [found, ...more] = findings(text, report).filter(({ code }) => code === 'two-masters');
    assert.equal(more.length, 0);
    assert.deepEqual(only(text, ['two-masters'], report), ['5:13-5:15 error two-masters']);
    assert.equal(found?.related[0]?.range.start.line, 5);
    assert.deepEqual(only(text, ['two-masters'], observed({}, [claim('a', 'n1'), claim('b', 'n2')])), []);
    assert.deepEqual(only(text, ['two-masters'], observed({}, [claim('a', 'n1'), claim('a', 'n1')])), []);
  });
});
