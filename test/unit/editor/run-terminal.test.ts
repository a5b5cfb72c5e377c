import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type * as vscode from 'vscode';
import type { Log } from '../../../src/editor/log';
import type { PlanDocuments } from '../../../src/editor/plan-documents';
import type { Session } from '../../../src/editor/session';
import type { Sessions } from '../../../src/editor/sessions';
import { emptyPlan, emptyStep } from '../../../src/failover/blank';
import type { RunEntry } from '../../../src/failover/journal';
import type { Planner } from '../../../src/failover/planner';
import { newRunId } from '../../../src/failover/run-id';
import type { Connections } from '../../../src/ssh/connection';
import { fakeVscode } from './fake-vscode';
import { cluster, now } from './samples';

/** A plan of one step, for which nobody is asked. */
const planner: Planner = {
  kind: 'failover',
  title: 'Fail over',
  target: 'cluster',
  surveyed: () => [],
  surveyScript: () => '',
  surveyTimeoutMs: 1,
  plan: (input) => ({
    ...emptyPlan(input),
    steps: [{ ...emptyStep, id: 'one', title: 'One', node: 'm1', why: '', script: 'true' }],
  }),
};

const nothing = { dispose: () => undefined };

/** An editor whose person says yes to the plan, and closes the terminal of its run. */
class Editor {
  /** Who listens to closed terminals. */
  readonly listeners = new Set<(terminal: object) => void>();
  /** What happens to a terminal before it is closed. */
  before: (pty: vscode.Pseudoterminal) => void = () => undefined;

  readonly fake = {
    l10n: { t: (text: string, ...fillings: unknown[]) => [text, ...fillings].join(' ') },
    EventEmitter: class {
      readonly event = () => nothing;
      fire(): void {}
    },
    ThemeIcon: class {},
    ProgressLocation: { Notification: 15 },
    workspace: { getConfiguration: () => ({ get: (_name: string, otherwise: unknown) => otherwise }) },
    window: {
      withProgress: (_options: unknown, work: (progress: object, token: object) => unknown) =>
        work({ report: () => undefined }, { onCancellationRequested: () => nothing }),
      showQuickPick: ([first]: unknown[]) => Promise.resolve(first),
      showErrorMessage: (message: string) => Promise.reject(new Error(message)),
      onDidCloseTerminal: (listener: (terminal: object) => void) => {
        this.listeners.add(listener);
        return { dispose: () => void this.listeners.delete(listener) };
      },
      createTerminal: ({ pty }: { pty: vscode.Pseudoterminal }) => {
        const terminal = {
          show: () => {
            this.before(pty);
            setImmediate(() => this.listeners.forEach((listener) => listener(terminal)));
          },
        };
        return terminal;
      },
    },
  };
}

describe('The terminal of a run', () => {
  const state = mkdtempSync(path.join(tmpdir(), 'standby-state-'));
  const stateBefore = process.env['XDG_STATE_HOME'];
  const editor = new Editor();
  let restore: () => void;

  before(() => {
    process.env['XDG_STATE_HOME'] = state;
    restore = fakeVscode(editor.fake);
  });
  after(() => {
    restore();
    if (stateBefore === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = stateBefore;
    rmSync(state, { recursive: true, force: true });
  });

  const closings: readonly (readonly [string, Editor['before'], number])[] = [
    ['before it was opened', () => undefined, 0],
    ['while its run begins', (pty) => pty.open(undefined), 1],
  ];
  for (const [when, act, journals] of closings)
    it(`gives the connections back when it is closed ${when}`, async () => {
      editor.before = act;
      const { Failover } = await import('../../../src/editor/failover');
      const media = cluster();
      const said: string[] = [];
      let lent = 0;
      const session = {
        cluster: media,
        file: 'media.cluster.yaml',
        system: { planners: [planner] },
        lease: () => {
          lent += 1;
          said.push('lent');
          return Promise.resolve({
            cluster: media,
            connections: {} as Connections,
            release: () => void (lent -= 1),
          });
        },
      } as unknown as Session;
      const log = {
        info: () => undefined,
        warn: () => undefined,
        debug: () => undefined,
        error: (text: string) => void said.push(text),
      } as unknown as Log;
      const documents = { show: () => Promise.resolve() } as unknown as PlanDocuments;
      const failover = new Failover({ all: [session] } as unknown as Sessions, documents, log);
      const entry = { run: newRunId(now), kind: 'failover', cluster: 'media' } as RunEntry;

      await failover.resume(entry);

      assert.deepEqual(said, ['lent']);
      assert.equal(lent, 0, 'the connections are still lent');
      assert.equal(editor.listeners.size, 0, 'somebody still listens to terminals');
      const runs = path.join(state, 'standby/runs');
      const begun = existsSync(runs) ? readdirSync(runs).filter((name) => name.endsWith('.jsonl')) : [];
      assert.equal(begun.length, journals, 'runs that began');
    });
});
