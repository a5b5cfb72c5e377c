import assert from 'node:assert/strict';
import fc from 'fast-check';
import { planJson } from '../../../src/failover/json';
import { planMarkdown } from '../../../src/failover/preview';
import { check, gone, plan, step } from './fakes';

describe('a plan to read', () => {
  const full = plan(
    [
      step('a', {
        checks: [check('space', { holds: true }), gone({ holds: false })],
        verify: [check('it runs')],
        danger: 'data-loss',
        typed: { name: 'm2', why: 'It may lack writes.' },
        done: true,
        script: 'first line\nsecond line',
      }),
    ],
    { to: 'm2', refused: 'The console of m1 says on.', notes: ['m2 was chosen.'] },
  );

  it('JSON has exactly the keys of the command line page', () => {
    assert.deepEqual(planJson(full), {
      kind: 'failover',
      cluster: 'c1',
      target: null,
      to: 'm2',
      refused: 'The console of m1 says on.',
      steps: [
        {
          id: 'a',
          title: 'Step a',
          node: 'm2',
          why: 'because',
          checks: [
            { title: 'space', command: 'check space', holds: true },
            { title: 'm1 is off', command: 'console m1', holds: false },
          ],
          command: 'first line\nsecond line',
          verify: [{ title: 'it runs', command: 'check it runs' }],
          danger: 'data-loss',
          done: true,
        },
      ],
    });
    assert.ok(!('refused' in planJson(plan([]))));
  });

  it('Markdown says first that it is refused, then the notes, then the steps with everything in them', () => {
    const text = planMarkdown(full);
    const order = [
      'Refused',
      'm2 was chosen',
      '1 of 1: Step a',
      'Where: m2',
      'Why: because',
      'data-loss',
      'space',
      'console m1',
      'second line',
      'it runs',
    ];
    const places = order.map((part) => text.indexOf(part));
    assert.ok(
      places.every((place) => place >= 0),
      JSON.stringify(places),
    );
    assert.ok(places[0]! < places[1]! && places[1]! < places[2]!);
  });

  it('no content closes its fence', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('`', '```', '\n', 'a', ' ', '~~~', '````sh', '\u001b[2J', '#')),
        (parts) => {
          const script = `x${parts.join('')}`;
          const lines = planMarkdown(plan([step('a', { script })])).split('\n');
          const start = lines.findIndex((line) => /^`{3,}sh$/.test(line));
          const fence = lines[start]?.slice(0, -2) ?? '';
          // CommonMark 0.31, 4.5: a closing fence is at least as long as the opening one, indented by at most 3.
          const closing = lines.findIndex(
            (line, index) => index > start && new RegExp(`^ {0,3}\`{${fence.length},}\\s*$`).test(line),
          );
          assert.equal(
            closing,
            lines.findLastIndex((line) => line === fence),
          );
        },
      ),
    );
  });

  it('text from elsewhere stays text', () => {
    const text = planMarkdown(
      plan([step('a', { why: '<img src=x> [go](http://evil) `x` **b**\n# head \u001b[31m' })], {
        refused: '# big\n> x',
      }),
    );
    assert.ok(!/(?<!\\)</.test(text), text);
    assert.ok(!text.includes('[go](') && !text.includes('http://') && !text.includes('\u001b'));
    assert.equal(text.split('\n').filter((line) => line.startsWith('#')).length, 2);
  });
});
