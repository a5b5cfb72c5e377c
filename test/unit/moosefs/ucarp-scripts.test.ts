import assert from 'node:assert/strict';
import { beyondMovingTheAddress, downHookAdds } from '../../../src/systems/moosefs/hooks';
import { readSurvey, type Survey } from '../../../src/systems/moosefs/survey';
import { compareUcarp } from '../../../src/systems/moosefs/ucarp-compare';
import { ucarpReadme, ucarpScripts } from '../../../src/systems/moosefs/ucarp-scripts';
import { cluster, survey, type CandidateFacts } from './plan-fixtures';

const text = (name: string) => ucarpScripts(cluster).find((file) => file.name === name)?.text ?? '';

describe('the generated ucarp scripts', () => {
  it('safety 10: the hooks move the address and start nothing', () => {
    for (const [kind, name] of [
      ['up', 'vip-up'],
      ['down', 'vip-down'],
    ] as const) {
      const hook = { kind, file: name, text: text(name) };
      assert.deepEqual(beyondMovingTheAddress(hook), []);
      assert.equal(downHookAdds(hook), false);
    }
    assert.match(text('vip-down'), /^ip addr del /m);
    assert.doesNotMatch(text('start'), /mfsmaster|mfsmetalogger|setup\.sh/);
  });

  it('safety 11: ucarp starts at a skew that a promoted node can win against, without vip-down', () => {
    assert.match(text('start'), /-k 50 /);
    assert.match(text('start'), /-B -z -n$/m);
  });

  it('safety 21: the password comes from a root-only file and is in no text', () => {
    const secret = { ...cluster, section: { ...cluster.section, advertisementPassword: 'sesame' } };
    const all = [...ucarpScripts(secret).map((file) => file.text), ucarpReadme(secret)].join('\n');
    assert.doesNotMatch(all, /sesame/);
    assert.match(text('start'), /-o "\$password"/);
    assert.doesNotMatch(text('start'), / -p /);
  });

  it('quote what the cluster file says', () => {
    const odd = { ...cluster, section: { ...cluster.section, passwordFile: "/etc/x'; touch /tmp/y #" } };
    const start = ucarpScripts(odd)[0]?.text ?? '';
    assert.ok(start.includes(`password='/etc/x'\\''; touch /tmp/y #'`), start);
  });

  it('explain each difference to the document', () => {
    const page = ucarpReadme(cluster);
    for (const [there, here] of [
      ['-s eth0', '-s and the address'],
      ['-p secret', '-o /etc/ucarp/password'],
      ['no -k', '-k 50'],
      ['no -n', '-n'],
      ['setup.sh &', 'nothing is started'],
      ['ip addr add', 'ip addr del'],
    ])
      assert.ok(
        page.split('\n').some((line) => line.includes(there ?? '') && line.includes(`| ${here}`)),
        there,
      );
  });
});

describe('the comparison of what is on the nodes', () => {
  const found = (facts: CandidateFacts) =>
    compareUcarp(cluster, new Map<string, Survey>([['m2', readSurvey(survey(facts))]])).map(
      ({ severity, message }) => `${severity}: ${message}`,
    );
  const hook = text('vip-up').trimEnd();

  it('finds nothing where the generated ones are, comments apart', () => {
    assert.deepEqual(found({ hook }), []);
    assert.deepEqual(found({ hook: hook.replace(/^# .*$/gm, '# mine') }), []);
  });

  it('finds the document’s hook, a low skew, another harmless hook, and no ucarp', () => {
    const seed =
      '#!/bin/bash\nexec 2> /dev/null\nip addr add "$2"/16 dev "$1"\n/usr/share/ucarp/setup.sh &\nexit 0';
    assert.match(found({ hook: seed }).join(), /^error: .*does more than move the address/);
    assert.match(found({ hook, ucarps: [0] }).join(), /^error: ucarp runs at skew 0/);
    assert.match(found({ hook, ucarps: [20] }).join(), /^warning: ucarp runs at skew 20/);
    assert.match(
      found({ hook: hook.replace('"$2/$3"', '"$2/24"') }).join(),
      /^information: .*not the generated one/,
    );
    assert.match(found({ ucarps: [] }).join(), /^warning: No ucarp/);
  });

  it('does not complain of a promoted master at skew 1', () => {
    assert.deepEqual(found({ hook, ucarps: [1], live: 1460 }), []);
    assert.match(found({ hook, ucarps: [1] }).join(), /^error: ucarp runs at skew 1/);
  });
});
