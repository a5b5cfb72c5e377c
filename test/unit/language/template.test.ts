import assert from 'node:assert/strict';
import { template } from '../../../src/cluster/language/template';
import { check } from '../../../src/rules/check';
import { systems } from '../../../src/systems/index';

describe('A new cluster file', () => {
  for (const { spec } of systems) {
    it(`of ${spec.id} has no error that a person did not have to put in: only required keys of the section are left`, () => {
      const text = template(spec, 'storage');
      const { findings } = check(text, systems);
      const errors = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
      assert.deepEqual(
        errors.filter((code) => !(spec.sectionRequired && ['missing-key', 'bad-value'].includes(code))),
        [],
        text,
      );
    });
  }
});
