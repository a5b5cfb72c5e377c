import assert from 'node:assert/strict';
import { parse, parseDocument } from 'yaml';
import { check } from '../../../src/rules/check';
import { systems } from '../../../src/systems/index';
import { blocks, pages, read } from './pages';

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly language: string;
  readonly files: string;
}

describe('The snippets of the pages', () => {
  const ci = blocks(read('docs/ci.md'))
    .filter(({ language }) => language === 'yaml')
    .map(({ code }) => parse(code, { strict: true }) as Record<string, unknown>);
  const [github, gitlab, preCommit] = ci;
  const [hook, ...others] = parse(read('.pre-commit-hooks.yaml')) as Hook[];

  it('are YAML without a mistake', () => {
    for (const page of pages) {
      for (const { language, code } of blocks(read(page))) {
        // The pages of the rules have examples of what is wrong; their own test reads them.
        if (language !== 'yaml' || page.startsWith('docs/rules/')) continue;
        const { errors, warnings } = parseDocument(code, { strict: true });
        assert.deepEqual([...errors, ...warnings], [], page);
      }
    }
  });

  it('are cluster files that Standby finds nothing wrong with, where they are whole', () => {
    let whole = 0;
    for (const page of pages.filter((each) => !each.startsWith('docs/rules/')))
      for (const { language, code } of blocks(read(page))) {
        if (language !== 'yaml' || !/^cluster: /m.test(code) || !/^nodes:/m.test(code)) continue;
        whole += 1;
        const found = check(code, systems).findings.filter(({ severity }) => severity === 'error');
        // The README's first file is meant to have one: it says what is missing.
        if (page === 'README.md') assert.ok(found.length > 0, 'nothing is missing in it any more');
        else assert.deepEqual(found, [], page);
      }
    assert.ok(whole >= 2);
  });

  it('for GitHub: the SARIF that is written is the one that is uploaded, after a finding, too', () => {
    const { steps } = (github?.['jobs'] as { standby: { steps: Record<string, unknown>[] } }).standby;
    const run = steps.map((step) => step['run']).find((line) => String(line).startsWith('standby validate'));
    const upload = steps.find((step) => String(step['uses']).includes('upload-sarif'));
    const file = (upload?.['with'] as { sarif_file: string }).sarif_file;
    assert.match(String(run), new RegExp(`--format sarif .* > ${file}$`));
    assert.equal(upload?.['if'], 'always()');
    assert.deepEqual(github?.['permissions'], { contents: 'read', 'security-events': 'write' });
  });

  it('for GitLab: the last command decides, and the SARIF is kept', () => {
    const job = gitlab?.['standby'] as { script: string[]; artifacts: { paths: string[]; when: string } };
    assert.match(job.script.at(-1) ?? '', /^standby validate (?!.*\|\|)/);
    assert.ok(job.script.some((line) => line.includes(`> ${job.artifacts.paths[0]}`)));
    assert.equal(job.artifacts.when, 'always');
  });

  it('for pre-commit: the hook of the page is that of the project, and takes cluster files alone', () => {
    assert.ok(hook);
    assert.deepEqual(others, []);
    const [{ hooks: [told] = [] } = {}] = preCommit?.['repos'] as [{ hooks?: Hook[] }];
    for (const key of ['id', 'entry', 'language', 'files'] as const) assert.equal(told?.[key], hook[key]);
    const takes = new RegExp(hook.files);
    for (const name of ['cluster.yaml', 'media.cluster.yaml', 'a/b/media.cluster.yaml', 'a/cluster.yaml'])
      assert.match(name, takes);
    for (const name of ['supercluster.yaml', 'cluster.yml', 'cluster.yaml.orig', 'notes/cluster.yaml.md'])
      assert.doesNotMatch(name, takes);
  });
});
