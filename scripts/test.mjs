#!/usr/bin/env node
// `npm test`: everything, on a machine as fresh as a clone. Options: --only NAME,NAME (see `parts` below);
// --whole-matrix plays every row of the fault matrix and of the table of DRBD, not one of each class, and what takes
// minutes: a rebuild from start to end, a thousand nodes in the editor, the installed package (50 minutes).
// The last line is `N passed, N failed`, with `, N skipped` when there are any; exit code 1 when something failed.
import './node-version.mjs';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startGroup, stopOnSignals } from './processes.mjs';
import { setup } from './setup.mjs';

const root = path.dirname(import.meta.dirname);
const MINUTE = 60_000;
const say = (line) => process.stdout.write(`${line}\n`);

const tool = (file) => path.join(root, 'node_modules', file);
const mocha = (pattern, ...flags) => [
  tool('mocha/bin/mocha.js'),
  ...['--reporter', path.join(import.meta.dirname, 'mocha-reporter.cjs')],
  '--exit',
  ...flags,
  pattern,
];

const { values } = parseArgs({
  options: { only: { type: 'string' }, 'whole-matrix': { type: 'boolean', default: false } },
});
const wholeMatrix = values['whole-matrix'];

// A check has an exit code; a suite has a result file too, and fails when that is missing or nothing passed.
// What needs a cluster or an editor mostly waits, so both run beside what computes, in lanes of their own. With the
// whole matrix there is time enough, and a browser beside two kinds of clusters is slow: the editor gets no lane then.
const editorLane = wholeMatrix ? {} : { lane: 'editor' };
const parts = [
  {
    name: 'types',
    check: true,
    args: [tool('typescript/bin/tsc'), '-p', 'tsconfig.json'],
    limit: 5 * MINUTE,
  },
  {
    name: 'types',
    check: true,
    args: [tool('typescript/bin/tsc'), '-p', 'webview/tsconfig.json'],
    limit: 5 * MINUTE,
  },
  { name: 'lint', check: true, args: [tool('eslint/bin/eslint.js'), '.'], limit: 5 * MINUTE },
  {
    name: 'format',
    check: true,
    args: [tool('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'],
    limit: 5 * MINUTE,
  },
  // First and alone: the other lanes run what it makes.
  { name: 'build', check: true, first: true, args: ['scripts/build.mjs'], limit: 2 * MINUTE },
  { name: 'unit', args: mocha('test/unit/**/*.test.ts'), tests: 'test/unit', limit: 8 * MINUTE },
  {
    name: 'ssh',
    args: mocha('test/ssh/**/*.test.ts'),
    tests: 'test/ssh',
    needs: ['sshd'],
    limit: 8 * MINUTE,
  },
  {
    name: 'bed',
    lane: 'clusters',
    args: mocha('test/bed/*.test.ts'),
    tests: 'test/bed',
    needs: ['bed'],
    limit: 8 * MINUTE,
  },
  {
    name: 'host',
    ...editorLane,
    args: ['test/host/run.mjs'],
    tests: 'test/host/suite',
    needs: ['chromium', 'host'],
    limit: (wholeMatrix ? 10 : 5) * MINUTE,
  },
  {
    name: 'ui',
    ...editorLane,
    // A thousand nodes take four minutes of their own.
    args: mocha(
      'test/host/ui/**/*.test.mjs',
      ...['--timeout', '240000'],
      ...(wholeMatrix ? [] : ['--ignore', 'test/host/ui/large.test.mjs']),
    ),
    tests: 'test/host/ui',
    needs: ['chromium', 'host'],
    limit: (wholeMatrix ? 25 : 13) * MINUTE,
  },
  {
    name: 'matrix',
    lane: 'clusters',
    args: [tool('tsx/dist/cli.mjs'), 'test/bed/matrix/run.ts', ...(wholeMatrix ? [] : ['--quick'])],
    tests: 'test/bed/matrix',
    needs: ['bed'],
    limit: (wholeMatrix ? 65 : 10) * MINUTE,
  },
  // A real rebuild takes minutes, from its start to its end.
  ...(wholeMatrix
    ? [
        {
          name: 'rebuild',
          lane: 'clusters',
          args: mocha('test/bed/long/*.test.ts'),
          tests: 'test/bed/long',
          needs: ['bed'],
          limit: 10 * MINUTE,
        },
        // As somebody has it who installs it: from the package, not from this checkout.
        {
          name: 'vsix',
          ...editorLane,
          args: ['test/host/vsix.mjs'],
          tests: 'test/host/vsix',
          needs: ['chromium', 'host'],
          limit: 30 * MINUTE,
        },
      ]
    : []),
  {
    name: 'drbd',
    // The longest of all: with the whole matrix the other lane has the editor already.
    ...(wholeMatrix ? { lane: 'clusters' } : {}),
    args: [tool('tsx/dist/cli.mjs'), 'test/bed/drbd/run.ts', ...(wholeMatrix ? [] : ['--quick'])],
    tests: 'test/bed/drbd',
    needs: ['drbd'],
    limit: (wholeMatrix ? 60 : 12) * MINUTE,
  },
];

const names = [...new Set(parts.map(({ name }) => name))];
const only = values.only?.split(',') ?? names;
const unknown = only.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`npm test: unknown: ${unknown.join(', ')}; known are ${names.join(', ')}\n`);
  process.exit(2);
}
// The suites in the editor run what was built.
const build = ['host', 'ui', 'bed', 'matrix', 'rebuild', 'vsix', 'drbd'].some((name) => only.includes(name))
  ? ['build']
  : [];
const chosen = parts.filter(({ name }) => [...only, ...build].includes(name));

const scratch = await mkdtemp(path.join(os.tmpdir(), 'standby-test-'));
const running = new Set();
stopOnSignals(async () => {
  await Promise.all([...running].map((group) => group.stop()));
  await rm(scratch, { recursive: true, force: true });
});

const total = { passed: 0, failed: 0, skipped: 0 };
const summary = [];
/** What failed, by name, once more at the end: the output of the parts is long. */
const failures = [];

const started = performance.now();
const needs = ['modules', ...new Set(chosen.flatMap((part) => part.needs ?? []))];
const outcome = await setup(needs, (line) => say(`setup: ${line}`));
if (outcome.modules !== undefined) {
  note('setup', `failed: ${outcome.modules.reason}`, { failed: 1 });
} else {
  const runAll = async (those) => {
    for (const part of those) await run(part);
  };
  await runAll(chosen.filter((part) => part.first));
  const rest = chosen.filter((part) => !part.first);
  const lanes = [...new Set(rest.map((part) => part.lane))];
  await Promise.all(lanes.map((lane) => runAll(rest.filter((part) => part.lane === lane))));
}
await rm(scratch, { recursive: true, force: true });

say(`\n${'─'.repeat(60)}`);
for (const line of failures) say(line);
for (const line of summary) say(line);
say(`in ${seconds(started)} s`);
say(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

async function run(part) {
  const problem = (part.needs ?? []).map((need) => outcome[need]).find((found) => found !== undefined);
  if (problem !== undefined) {
    // What this machine should have been able to install is a failure; what it cannot have is left out, by name.
    if (problem.expected) note(part.name, `failed: could not be set up: ${problem.reason}`, { failed: 1 });
    else note(part.name, `skipped: ${problem.reason}`, { skipped: Math.max(1, countTests(part.tests)) });
    return;
  }
  const title = `${part.name}: ${part.args.map((arg) => arg.replace(`${root}${path.sep}`, '')).join(' ')}`;
  say(`   started ${title}`);
  const began = performance.now();
  const resultFile = path.join(scratch, `${part.name}.json`);
  const group = startGroup(process.execPath, part.args, {
    cwd: root,
    env: { ...process.env, STANDBY_TEST_RESULT: resultFile },
    // The suites stop hosts, demos and beds of their own first.
    graceMs: 20_000,
  });
  running.add(group);
  // Several parts at once: each shows its output in one piece when it is over.
  const output = [];
  for (const stream of [group.child.stdout, group.child.stderr])
    stream.on('data', (piece) => output.push(piece));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void group.stop();
  }, part.limit);
  const { code } = await group.ended;
  clearTimeout(timer);
  running.delete(group);
  // What a process that outlived it still holds open is not waited for.
  await Promise.race([Promise.all([closed(group.child.stdout), closed(group.child.stderr)]), sleep(2_000)]);
  say(`\n── ${title}`);
  process.stdout.write(Buffer.concat(output));
  if (late) {
    note(part.name, `failed: did not end within ${part.limit / MINUTE} minutes`, { failed: 1 });
  } else if (part.check) {
    if (code === 0) note(part.name, `ok, ${seconds(began)} s`);
    else note(part.name, `failed with exit code ${code}`, { failed: 1 });
  } else {
    await collect(part, code, resultFile, began);
  }
}

async function collect(part, code, resultFile, began) {
  let stats;
  let broken;
  try {
    ({ stats, failed: broken = [] } = JSON.parse(await readFile(resultFile, 'utf8')));
  } catch {
    note(part.name, `failed: ended with exit code ${code} and left no result`, { failed: 1 });
    return;
  }
  const { passes, pending } = stats;
  for (const { title, why } of broken) failures.push(`✗ ${part.name}: ${title}: ${oneLine(why)}`);
  // An exit code without a failed test is a failure as well (an unhandled rejection after the last test).
  const failed = Math.max(stats.failures, code === 0 && passes > 0 ? 0 : 1);
  note(
    part.name,
    `${passes} passed, ${failed} failed${pending > 0 ? `, ${pending} skipped` : ''}${passes === 0 ? ' (nothing passed)' : ''}, ${seconds(began)} s`,
    { passed: passes, failed, skipped: pending },
  );
}

function closed(stream) {
  return stream.destroyed || stream.readableEnded ? undefined : once(stream, 'close');
}

function note(name, text, { passed = 0, failed = 0, skipped = 0 } = {}) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  summary.push(`${name.padEnd(6)} ${text}`);
}

function countTests(folder) {
  const from = path.join(root, folder);
  if (!existsSync(from)) return 0;
  return readdirSync(from, { recursive: true })
    .filter((file) => /\.test\.(ts|mjs)$/.test(file))
    .map((file) => readFileSync(path.join(from, file), 'utf8').match(/^\s*it\(/gm)?.length ?? 0)
    .reduce((sum, count) => sum + count, 0);
}

function oneLine(text) {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

function seconds(since) {
  return ((performance.now() - since) / 1000).toFixed(1);
}
