import assert from 'node:assert/strict';
import { severityChoices, withSeverities } from '../../../src/rules/severity';
import { file, findings } from './helpers';

// 1+1 on two nodes without an MDS.
const found = findings(file([{}, {}]));
const brief = (setting: unknown) =>
  withSeverities(found, severityChoices(setting)).map(({ code, severity }) => `${severity} ${code}`);

describe('standby.rules.severity', () => {
  it('changes the severity of its codes, and leaves the others alone', () => {
    assert.deepEqual(brief({}), ['warning no-spare-domain', 'error mds-quorum']);
    assert.deepEqual(brief({ 'no-spare-domain': 'error', 'mds-quorum': 'information' }), [
      'error no-spare-domain',
      'information mds-quorum',
    ]);
  });
  it('off removes a finding', () => {
    assert.deepEqual(brief({ 'mds-quorum': 'off' }), ['warning no-spare-domain']);
  });
  it('what is no choice changes nothing', () => {
    for (const setting of [undefined, null, 'off', ['off'], { 'mds-quorum': 'of' }, { 'mds-quorum': 0 }]) {
      assert.deepEqual(brief(setting), brief({}));
    }
    assert.deepEqual(withSeverities(found, severityChoices(JSON.parse('{"__proto__": "off"}'))), found);
  });
});
