import assert from 'node:assert/strict';
import type { RunEvent } from '../../../src/failover/events';
import { oneLine, plain, tail } from '../../../src/failover/plain';
import { Terminal } from '../../../src/failover/terminal';
import { ManualClock, settled, step } from './fakes';

describe('terminal', () => {
  let written: string;
  let clock: ManualClock;
  let interrupts: number;
  let columns: number;
  let terminal: Terminal;
  let signal: AbortSignal;
  let stop: AbortController;
  beforeEach(() => {
    written = '';
    interrupts = 0;
    columns = 80;
    clock = new ManualClock();
    stop = new AbortController();
    signal = stop.signal;
    terminal = open(false);
  });
  afterEach(() => terminal.dispose());

  const open = (colour: boolean) =>
    new Terminal({
      write: (text) => (written += text),
      columns: () => columns,
      colour,
      clock,
      onInterrupt: () => interrupts++,
      confirmed: ['m7'],
    });
  const tell = (event: RunEvent, to = terminal) =>
    to.tell({ ...event, run: 'r1', time: '2026-11-21T03:00:00Z' });
  const start = () => ({
    step: step('a'),
    about: 'start' as const,
    message: 'Step a',
    allowed: ['continue', 'skip', 'abort'] as const,
  });
  const failed = () => ({
    step: step('a'),
    about: 'check' as const,
    message: 'space: 3 MB are free',
    allowed: ['retry', 'skip', 'abort'] as const,
  });
  const begin = (command = 'run a', title = 'Promote') =>
    tell({
      type: 'step-started',
      step: 'a',
      number: 2,
      of: 9,
      title,
      node: 'm2',
      why: 'Clients wait.',
      command,
      danger: 'disruptive',
    });
  /** Lets the prompt be drawn. */
  const drawn = async () => {
    await settled();
    await clock.advance(1000);
  };
  const press = async (...keys: string[]) => {
    for (const key of keys) {
      terminal.feed(key);
      await drawn();
    }
  };

  it('shows a step with where, why, which of how many, its danger and its command', () => {
    begin();
    for (const part of ['2 of 9', 'Promote', 'm2', 'Clients wait.', 'run a', 'DISRUPTIVE'])
      assert.ok(written.includes(part), part);
  });

  it('safety 6: keys pressed before the prompt was drawn are thrown away', async () => {
    begin();
    terminal.feed('\r');
    const decision = terminal.decide(start(), signal);
    terminal.feed('\r');
    await settled();
    terminal.feed('a');
    assert.ok(!written.includes('continue'), 'the prompt was drawn already');
    await drawn();
    let answered = false;
    void decision.then(() => (answered = true));
    await settled();
    assert.equal(answered, false, 'a key of earlier answered');
    await press('\r');
    assert.deepEqual(await decision, { act: 'continue' });
  });

  it('safety 6: the rest of what came with an answer answers nothing later', async () => {
    const first = terminal.typeName({ step: step('a'), name: 'm2', why: 'Why.' }, signal);
    await drawn();
    await press('m2\r\r\r');
    assert.equal(await first, true);
    const second = terminal.decide(start(), signal);
    let answered = false;
    void second.then(() => (answered = true));
    await drawn();
    assert.equal(answered, false);
    await press('a');
    assert.deepEqual(await second, { act: 'abort' });
  });

  it('a held key, a paste and an arrow are no answer', async () => {
    const decision = terminal.decide(start(), signal);
    await drawn();
    await press('\r\r\r', 'abc', '\u001b[A', 'x', 'r');
    await press('A');
    assert.deepEqual(await decision, { act: 'abort' });
  });

  it('at a failure Enter does nothing; r retries', async () => {
    const decision = terminal.decide(failed(), signal);
    await drawn();
    assert.match(written, /✗ space: 3 MB are free/);
    assert.match(written, /r retry · s skip · a abort/);
    await press('\r', 'r');
    assert.deepEqual(await decision, { act: 'retry' });
  });

  it('a skip wants a reason', async () => {
    const decision = terminal.decide(failed(), signal);
    await drawn();
    await press('s', '\r', 's', 'ok', '\u007f', '\u007f', 'known', ' one', '\r');
    assert.deepEqual(await decision, { act: 'skip', reason: 'known one' });
  });

  it('folds a long command to its end, where the deed is, and shows it whole on v', async () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line${index};`);
    begin(lines.join('\n'));
    assert.ok(written.includes('line29;') && !written.includes('line0;'));
    const decision = terminal.decide(start(), signal);
    await drawn();
    await press('v');
    assert.ok(written.includes('line0;'));
    await press('\r');
    await decision;
  });

  it('a typed name must match; Enter alone goes back; --confirm is not asked for', async () => {
    const right = terminal.typeName({ step: step('a'), name: 'm2', why: 'It vouches.' }, signal);
    await drawn();
    await press('m', '3', '\r', 'm2', '\r');
    assert.equal(await right, true);
    assert.match(written, /That is not m2/);
    const back = terminal.typeName({ step: step('a'), name: 'm2', why: 'It vouches.' }, signal);
    await drawn();
    await press('\r');
    assert.equal(await back, false);
    assert.equal(await terminal.typeName({ step: step('a'), name: 'm7', why: '' }, signal), true);
  });

  it('safety 19: shows the exact console text with its words, and hides no control character', async () => {
    const asked = terminal.approveConsole(
      { node: 'm1', text: `ipmitool -H 'b c'\u001b[2K\u202e`, changed: true },
      signal,
    );
    await drawn();
    assert.ok(written.includes('NOT the one'));
    assert.ok(!written.includes('\u001b[2K') && !written.includes('\u202e'));
    assert.match(written, /\\u001b/);
    await press('\r', 'n');
    assert.equal(await asked, false);
  });

  it('Ctrl-C interrupts at once, with a prompt and without', async () => {
    terminal.feed('\u0003');
    const decision = terminal.decide(start(), signal);
    await drawn();
    terminal.feed('\u0003');
    assert.equal(interrupts, 2);
    stop.abort(new Error('Ctrl-C'));
    await assert.rejects(decision, /Ctrl-C/);
  });

  it('text from nodes cannot move the cursor, also in pieces', () => {
    begin('run', 'Title \u001b]0;evil\u0007');
    written = '';
    for (const text of ['ab\u001b', '[2Jc\u009b31md \u0007\b\n', 'x\r\ny\u202ez\n'])
      tell({ type: 'output', step: 'a', node: 'm2', stream: 'stdout', text });
    tell({
      type: 'check',
      step: 'a',
      phase: 'before',
      title: 't\u001b[1A',
      node: 'm2',
      holds: false,
      detail: 'd\u001b[2K',
    });
    assert.ok(
      [...written].every((character) => character >= ' ' || character === '\r' || character === '\n'),
      JSON.stringify(written),
    );
    assert.ok(
      written.includes('abcd ') && written.includes('│ x') && written.includes('│ yz'),
      JSON.stringify(written),
    );
  });

  it('shows output that never ends its line when the command ends', () => {
    tell({ type: 'output', step: 'a', node: 'm2', stream: 'stdout', text: 'no newline' });
    tell({
      type: 'command-ended',
      step: 'a',
      node: 'm2',
      outcome: 'ended',
      exitCode: 0,
      durationMs: 2500,
      message: '',
      output: '',
    });
    assert.match(written, /no newline[\s\S]*2\.5 s/);
  });

  for (const width of [80, 60]) {
    it(`no line is longer than ${width} columns`, async () => {
      columns = width;
      const long = 'word '.repeat(60) + 'x'.repeat(300);
      const events: RunEvent[] = [
        {
          type: 'run-started',
          kind: 'failover',
          cluster: 'c'.repeat(60),
          steps: 9,
          resumed: true,
          to: 'm'.repeat(60),
        },
        { type: 'note', message: long },
        { type: 'lock', node: 'm2', state: 'lost', message: long },
        {
          type: 'step-started',
          step: 'a',
          number: 1,
          of: 9,
          title: long,
          node: 'm2',
          why: long,
          command: long,
          danger: 'data-loss',
        },
        { type: 'check', step: 'a', phase: 'before', title: long, node: 'm2', holds: true, detail: long },
        { type: 'output', step: 'a', node: 'm2', stream: 'stderr', text: `${long}\n` },
        {
          type: 'command-ended',
          step: 'a',
          node: 'm2',
          outcome: 'unknown',
          exitCode: null,
          durationMs: 1,
          message: long,
          output: '',
        },
        { type: 'run-ended', outcome: 'failed', message: long, next: [long] },
      ];
      for (const event of events) tell(event);
      const decision = terminal.decide(
        { ...failed(), message: long, allowed: ['continue', 'retry', 'skip', 'abort'] },
        signal,
      );
      await drawn();
      const longest = Math.max(...written.split('\r\n').map((line) => line.length));
      assert.ok(longest <= width, `${longest}`);
      await press('a');
      await decision;
    });
  }

  it('lines end in CR LF; without colour there is no escape sequence, with colour there is', () => {
    begin();
    assert.ok(!/(?<!\r)\n/.test(written));
    assert.ok(!written.includes('\u001b'));
    begin2(open(true));
    assert.ok(written.includes('\u001b[1m'));
  });
  const begin2 = (to: Terminal) =>
    tell(
      {
        type: 'step-started',
        step: 'a',
        number: 1,
        of: 1,
        title: 't',
        node: 'n',
        why: 'w',
        command: 'c',
        danger: 'none',
      },
      to,
    );

  it('counts the time of a long step, and wipes the count before the next text', async () => {
    tell({ type: 'command-started', step: 'a', node: 'm2', command: 'run a' });
    for (let second = 0; second < 12; second++) await clock.advance(1000);
    assert.match(written, /… 12 s$/);
    tell({
      type: 'command-ended',
      step: 'a',
      node: 'm2',
      outcome: 'ended',
      exitCode: 0,
      durationMs: 12_000,
      message: '',
      output: '',
    });
    assert.match(written, /… 12 s\r\u001b\[2K {2}✓/);
    assert.equal(await countAfter(), 0);
  });
  async function countAfter() {
    const before = written.length;
    for (let second = 0; second < 3; second++) await clock.advance(1000);
    return written.length - before;
  }

  it('ends with what happened and what to do next', () => {
    tell({
      type: 'run-ended',
      outcome: 'failed',
      message: 'Step 2 of 9 failed.',
      next: ['Continue with --resume r1.'],
    });
    assert.match(written, /The run failed\.[\s\S]*Step 2 of 9 failed\.[\s\S]*→ Continue with --resume r1\./);
  });
});

describe('plain text', () => {
  it('keeps letters, tabs and line feeds only', () => {
    assert.equal(plain('a\tb\r\nc\rd\u0000\u001b]8;;http://x\u0007e\u009b1mf'), 'a\tb\nc\nde' + 'f');
    assert.equal(oneLine(' a\n b\u001b[1m '), 'a b');
    assert.equal(oneLine('abcdef', 4), 'abc…');
  });
  it('keeps the end of a long text, in whole lines', () => {
    assert.equal(tail('one\ntwo\nthree', 9), '…\nthree');
    assert.equal(tail('short'), 'short');
  });
});
