import assert from 'node:assert/strict';
import { check } from '../../../src/rules/check';
import { checkFiles } from '../../../src/rules/files';
import { brief, moosefs, vstorage } from '../cluster/helpers';
import { file, observed, systems } from './helpers';

describe('check', () => {
  it('sorts findings of the file and of the rules by line, column and code', () => {
    const { findings } = check(vstorage({ node: '    colour: red\n' }), systems);
    assert.deepEqual(brief(findings), [
      '3:25-3:28 error too-few-domains',
      '7:13-7:16 warning mds-quorum',
      '8:5-8:11 warning unknown-key',
    ]);
  });
  it('asks for what each cluster of the file reports by its name', () => {
    const asked: string[] = [];
    check(`${moosefs()}---\n${vstorage()}`, systems, (name) => {
      asked.push(name);
      return observed({});
    });
    assert.deepEqual(asked, ['files', 'media']);
  });
  it('runs no rule but those of the file where the system is unknown', () => {
    assert.deepEqual(brief(check(file([{}]).replace('vstorage', 'ceph'), systems).findings), [
      '2:9-2:13 error bad-value',
    ]);
  });
});

describe('several files', () => {
  const at = (name: string, text: string) => ({ name, text: Buffer.from(text) });

  it('a cluster of one name in two files is an error in the later one, related to the first', () => {
    const [first, second] = checkFiles(
      [at('a.yaml', moosefs()), at('b.yaml', `# more\n${moosefs()}`)],
      systems,
    );
    assert.equal(
      first?.checked.findings.some(({ code }) => code === 'duplicate-name'),
      false,
    );
    const found = second?.checked.findings.find(({ code }) => code === 'duplicate-name');
    assert.deepEqual(found && brief([found]), ['2:10-2:15 error duplicate-name']);
    assert.deepEqual(
      found?.related.map(({ file: name, range }) => [name, range.start.line]),
      [['a.yaml', 0]],
    );
    assert.deepEqual(
      second?.checked.documents.map(({ hasErrors, cluster }) => [hasErrors, cluster]),
      [[true, undefined]],
    );
  });
  it('a file that is given twice is read once', () => {
    const files = checkFiles([at('a.yaml', moosefs()), at('a.yaml', moosefs())], systems);
    assert.deepEqual(
      files.map(({ name }) => name),
      ['a.yaml'],
    );
    assert.equal(
      files[0]?.checked.findings.some(({ code }) => code === 'duplicate-name'),
      false,
    );
  });
});
