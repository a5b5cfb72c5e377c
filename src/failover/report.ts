import type { StampedEvent } from './events';
import { elapsed } from './layout';
import { cell, fenced, indented, inline } from './markdown';

/** How a run ended, or that it has not: for lists and titles. */
export function outcomeWords(outcome: string | undefined): string {
  return outcome === undefined ? 'interrupted' : outcome.replaceAll('-', ' ');
}

/** A run's journal as Markdown: what was asked, what happened in each step, what is left to do. Pure. */
export function runReport(events: readonly StampedEvent[]): string {
  const first = events.find((event) => event.type === 'run-started');
  if (!first) return '# A run\n\nIts journal has no first line that can be read.\n';
  const goal = [first.kind, first.target, first.to === undefined ? undefined : `to ${first.to}`];
  const parts = [
    `# ${inline(goal.filter((word) => word !== undefined).join(' '))} on ${inline(first.cluster)}`,
    facts(events),
    ...notes(events),
    '## Steps',
    ...steps(events).flatMap(stepParts),
    ...ending(events),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** The same with what people add when they look back at it. */
export function postMortem(events: readonly StampedEvent[]): string {
  const first = events.find((event) => event.type === 'run-started');
  const about = first ? `${first.kind} on ${first.cluster}, ${first.time.slice(0, 10)}` : 'a run';
  const blank = (title: string, hint: string) => `## ${title}\n\n_${hint}_`;
  const parts = [
    `# Post-mortem: ${inline(about)}`,
    blank('Summary', 'Two sentences: what broke, and what was done.'),
    blank('Impact', 'Who noticed what, from when to when; writes lost, if any.'),
    '## Timeline',
    timeline(events),
    blank('What went well', ''),
    blank('What did not', ''),
    blank('What is to be done, by whom, until when', ''),
    '---',
    runReport(events).replace(/^#/gm, '##'),
  ];
  return `${parts.map((part) => part.replace(/\n\n__$/, '')).join('\n\n')}\n`;
}

function facts(events: readonly StampedEvent[]): string {
  const starts = events.filter((event) => event.type === 'run-started');
  const [first] = starts;
  const last = events.at(-1);
  const end = last?.type === 'run-ended' ? last : undefined;
  if (!first) return '';
  const rows: [string, string][] = [
    ['Outcome', end ? outcomeWords(end.outcome) : 'interrupted: the journal has no end'],
    ['Run', first.run],
    ['Cluster file', first.file ?? 'not noted'],
    ['Began', first.time],
    ['Ended', end ? `${end.time}, after ${elapsed(Date.parse(end.time) - Date.parse(first.time))}` : 'never'],
    ...starts.slice(1).map(({ time }): [string, string] => ['Resumed', time]),
  ];
  return `| | |\n| --- | --- |\n${rows.map(([name, value]) => `| ${name} | ${cell(value)} |`).join('\n')}`;
}

function notes(events: readonly StampedEvent[]): string[] {
  const said = events.flatMap((event) =>
    event.type === 'note' || event.type === 'warning' ? [`- ${inline(event.message)}`] : [],
  );
  return said.length === 0 ? [] : ['## What the plan said', [...new Set(said)].join('\n')];
}

/** The events of one attempt at a step. A resumed run has some of them twice. */
type StepEvents = readonly StampedEvent[];

function steps(events: readonly StampedEvent[]): readonly StepEvents[] {
  const found: StampedEvent[][] = [];
  let open: StampedEvent[] | undefined;
  for (const event of events) {
    if (event.type === 'step-started') found.push((open = [event]));
    else if (event.type === 'run-started' || event.type === 'run-ended') open = undefined;
    else open?.push(event);
  }
  return found;
}

function stepParts(events: StepEvents): string[] {
  const [start] = events;
  if (start?.type !== 'step-started') return [];
  const end = events.find((event) => event.type === 'step-ended');
  const outcome = end?.type === 'step-ended' ? end.outcome : 'not ended';
  const took = end ? `, ${elapsed(Date.parse(end.time) - Date.parse(start.time))}` : '';
  const lines = events.flatMap(line);
  return [
    `### ${start.number} of ${start.of}: ${inline(start.title)}`,
    `On ${inline(start.node)} at ${time(start)}: **${outcome}**${took}.${end?.type === 'step-ended' && end.message !== '' ? ` ${inline(end.message)}` : ''}`,
    ...(lines.length === 0 ? [] : [lines.join('\n')]),
  ];
}

function line(event: StampedEvent): string[] {
  switch (event.type) {
    case 'check': {
      const when = { done: 'done already', before: 'before', verify: 'after' }[event.phase];
      const detail = event.detail === '' ? '' : `: ${inline(event.detail)}`;
      return [
        `- ${event.holds ? '✓' : '✗'} ${when}: ${inline(event.title)} (${inline(event.node)})${detail}`,
      ];
    }
    case 'decision':
      if (event.act === 'continue') return [];
      return [
        `- ${time(event)} decision: ${event.act}${event.reason === undefined ? '' : `, because: ${inline(event.reason)}`}`,
      ];
    case 'typed':
      return [`- ${time(event)} the name ${inline(event.name)} was given: ${inline(event.why)}`];
    case 'console-approved':
    case 'warning':
      return [`- ${time(event)} ${inline(event.message)}`];
    case 'lock':
      return event.state === 'taken' || event.state === 'released'
        ? []
        : [`- ${time(event)} ${inline(event.message)}`];
    case 'command-ended': {
      const status = event.outcome === 'ended' ? `exit ${event.exitCode ?? 'by a signal'}` : event.outcome;
      const head = `- ${time(event)} command on ${inline(event.node)}: ${status} after ${elapsed(event.durationMs)}${event.message === '' ? '' : `. ${inline(event.message)}`}`;
      const output = event.output.trimEnd();
      return [output === '' ? head : `${head}\n\n${indented(fenced(output, 'text'))}\n`];
    }
    case 'run-started':
    case 'note':
    case 'step-started':
    case 'waiting':
    case 'command-started':
    case 'output':
    case 'step-ended':
    case 'run-ended':
      return [];
  }
}

function ending(events: readonly StampedEvent[]): string[] {
  const end = events.at(-1);
  if (end?.type !== 'run-ended') {
    return [
      '## How it ended',
      'Nobody knows: the journal stops here. Resume the run, which computes its plan anew and repeats nothing that has happened.',
    ];
  }
  return ['## How it ended', inline(end.message), end.next.map((next) => `- ${inline(next)}`).join('\n')];
}

function timeline(events: readonly StampedEvent[]): string {
  const rows = events.flatMap((event): string[] => {
    const text = moment(event);
    return text === undefined ? [] : [`| ${event.time.slice(11, 19)} | ${cell(text)} |`];
  });
  return `| UTC | |\n| --- | --- |\n${rows.join('\n')}`;
}

function moment(event: StampedEvent): string | undefined {
  switch (event.type) {
    case 'run-started':
      return event.resumed ? 'The run is resumed.' : `${event.kind} begins (run ${event.run}).`;
    case 'step-started':
      return `Step ${event.number} of ${event.of}, ${event.node}: ${event.title}`;
    case 'command-started':
      return `Command starts on ${event.node}.`;
    case 'command-ended':
      return event.outcome === 'ended' && event.exitCode === 0 ? undefined : event.message;
    case 'typed':
      return `The name ${event.name} is given.`;
    case 'decision':
      return event.act === 'continue'
        ? undefined
        : `Decision: ${event.act}${event.reason === undefined ? '' : ` (${event.reason})`}`;
    case 'warning':
      return event.message;
    case 'run-ended':
      return `${outcomeWords(event.outcome)}: ${event.message}`;
    case 'note':
    case 'lock':
    case 'check':
    case 'waiting':
    case 'console-approved':
    case 'output':
    case 'step-ended':
      return undefined;
  }
}

function time(event: StampedEvent): string {
  return event.time.slice(11, 19);
}
