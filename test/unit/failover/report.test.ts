import assert from 'node:assert/strict';
import type { RunEvent, StampedEvent } from '../../../src/failover/events';
import { postMortem, runReport } from '../../../src/failover/report';

const run = '20261121T200000Z-0123abcd';
const at = (second: number, event: RunEvent): StampedEvent => ({
  ...event,
  run,
  time: new Date(Date.UTC(2026, 10, 21, 20, 0, second)).toISOString(),
});

const started = (resumed = false): RunEvent => ({
  type: 'run-started',
  kind: 'failover',
  cluster: 'media',
  to: 'm2',
  file: 'media.cluster.yaml',
  steps: 2,
  resumed,
});
const step = (number: number, title: string): RunEvent => ({
  type: 'step-started',
  step: `s${number}`,
  number,
  of: 2,
  title,
  node: 'm2',
  why: '',
  command: 'true',
  danger: 'none',
});
const ended = (output = ''): RunEvent => ({
  type: 'command-ended',
  step: 's1',
  node: 'm2',
  outcome: 'ended',
  exitCode: 0,
  durationMs: 2500,
  message: '',
  output,
});

const events = [
  at(0, started()),
  at(0, { type: 'note', message: 'Chosen: m2.' }),
  at(1, step(1, 'Try it')),
  at(2, {
    type: 'check',
    step: 's1',
    phase: 'before',
    title: 'No master',
    node: 'm3',
    holds: true,
    detail: 'no process',
  }),
  at(3, { type: 'typed', step: 's1', name: 'm2', why: 'It may lack writes.' }),
  at(5, ended('reached version 7\n```\n# not a title\n')),
  at(5, { type: 'step-ended', step: 's1', outcome: 'succeeded', message: '' }),
];

describe('the report of a run', () => {
  it('says what was asked, what happened in each step, and that it was interrupted', () => {
    const text = runReport([...events, at(6, step(2, 'Do it'))]);
    assert.match(text, /^# failover to m2 on media$/m);
    assert.match(text, /^\| Outcome \| interrupted/m);
    assert.match(text, /^### 1 of 2: Try it$/m);
    assert.match(text, /On m2 at 20:00:01: \*\*succeeded\*\*, 4\.0 s\./);
    assert.match(text, /^- ✓ before: No master \(m3\): no process$/m);
    assert.match(text, /the name m2 was given: It may lack writes\./);
    assert.match(text, /command on m2: exit 0 after 2\.5 s/);
    assert.match(text, /\*\*not ended\*\*/);
    assert.match(text, /Nobody knows: the journal stops here/);
  });

  it('keeps what nodes said in its place', () => {
    const text = runReport(events);
    assert.match(text, /^ {2}````text\n {2}reached version 7\n {2}```\n {2}# not a title\n {2}````$/m);
    const evil = runReport([
      at(0, started()),
      at(1, { type: 'note', message: '[x](command:evil) <b>\n# y' }),
    ]);
    assert.match(evil, /\\\[x\\\]\(command:evil\) \\<b\\> # y/);
  });

  it('shows a resumed run as one, with its end and what is left to do', () => {
    const text = runReport([
      ...events,
      at(20, started(true)),
      at(21, step(1, 'Try it')),
      at(21, { type: 'step-ended', step: 's1', outcome: 'done', message: 'It has already happened.' }),
      at(30, {
        type: 'run-ended',
        outcome: 'succeeded',
        message: 'All 2 steps are through.',
        next: ['Skipped, look at it: x.'],
      }),
    ]);
    assert.match(text, /^\| Resumed \| 2026-11-21T20:00:20/m);
    assert.match(text, /^\| Ended \| .*, after 30 s \|$/m);
    assert.match(text, /\*\*done\*\*, 0\.0 s\. It has already happened\./);
    assert.match(text, /^- Skipped, look at it: x\.$/m);
  });

  it('becomes a post-mortem: a timeline, places for people to write, the whole report below', () => {
    const text = postMortem(events);
    assert.match(text, /^# Post-mortem: failover on media, 2026-11-21$/m);
    assert.match(text, /^\| 20:00:01 \| Step 1 of 2, m2: Try it \|$/m);
    for (const title of ['Summary', 'Impact', 'What went well', 'What did not'])
      assert.match(text, new RegExp(`^## ${title}$`, 'm'));
    assert.equal(text.match(/^# /gm)?.length, 1);
  });
});
