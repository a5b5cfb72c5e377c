import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Demo } from '../demo/server';
import type { Called } from './called';
import type { ClusterFiles } from './cluster-files';
import type { Context } from './context';
import type { Core } from './core';
import { demoHome, demoHomeOf, setDemoHome } from './demo-home';
import { contextKeys } from './ids';
import type { Log } from './log';
import { pickCluster, pickNode } from './pick';
import type { Session } from './session';
import type { Sessions } from './sessions';
import type { ClusterTree } from './tree';

/** What can be done to a node of the demo: words of the demo's own prompt. */
export type DemoVerb = 'kill' | 'cut' | 'fill' | 'heal';

export interface DemoParts {
  readonly files: ClusterFiles;
  readonly sessions: Sessions;
  readonly tree: ClusterTree;
  readonly context: Context;
  readonly core: () => Promise<Core>;
  readonly memory: vscode.Memento;
  readonly log: Log;
}

interface Running {
  readonly demo: Demo;
  readonly dir: string;
  readonly files: readonly vscode.Uri[];
  /** Does what one line of the demo's prompt says. */
  readonly say: (...words: string[]) => Promise<string>;
}

/** Whether a demo was begun whose end nobody has seen: its folder may have been left behind. */
const openedMemento = 'standby.demoOpened';

/** Milliseconds after which nothing is written any more for a cluster of a demo that is over. */
const lastWritesMs = 500;

const isOfDemo = ({ cluster }: Pick<Session, 'cluster'>): boolean => demoHomeOf(cluster) !== undefined;

const factors = [1, 10, 60, 300, 600] as const;

/**
 * The demo clusters of this window. They are served by this process from a temporary folder that is no part of the
 * workspace, and are gone with the window or with Close.
 */
export class EditorDemo implements vscode.Disposable {
  #running: Running | undefined;
  #starting: Promise<void> | undefined;
  #ending: Promise<void> | undefined;
  #isDisposed = false;

  constructor(private readonly parts: DemoParts) {
    if (parts.memory.get(openedMemento) === true) void this.#sweep();
  }

  /** Starts the demo unless it runs, and shows it. */
  async open(): Promise<void> {
    await this.parts.tree.reveal();
    await this.#ending;
    if (this.#running) return;
    this.#starting ??= this.#start().finally(() => (this.#starting = undefined));
    await this.#starting;
    // Again: in a window that had no cluster file the view was not there before.
    await this.parts.tree.reveal();
  }

  /** Does something to a node of the demo, and tells what in the status bar. */
  async act(verb: DemoVerb, called: Called, title: string): Promise<void> {
    const session = await this.#pick(called, title);
    const node = session && (await pickNode(session, called, title));
    if (!node) return;
    await this.#say(verb, node.name);
    // It shows with the next answers: nobody who plays waits for the next heartbeat.
    void session.refresh();
  }

  /** Offers what only the chosen node's system knows, such as killing one process. */
  async more(called: Called, title: string): Promise<void> {
    const session = await this.#pick(called, title);
    const simulator = this.#running?.demo.simulators.find(({ nodeNames }) =>
      session?.cluster.nodes.some(({ name }) => nodeNames.includes(name)),
    );
    const node = session && simulator && (await pickNode(session, called, title));
    if (!node) return;
    const chosen = await vscode.window.showQuickPick(
      simulator.actions.map(({ verb, doc }) => ({ label: verb, detail: doc })),
      { title, placeHolder: vscode.l10n.t('What happens to {0}?', node.name) },
    );
    if (chosen) await this.#say(chosen.label, node.name);
  }

  /** Asks how fast time shall run where waits are long. */
  async changeTimeFactor(title: string): Promise<void> {
    const running = this.#running;
    if (!running) return;
    const chosen = await vscode.window.showQuickPick(
      factors.map((factor) => ({
        label: factor === 1 ? vscode.l10n.t('As the world’s') : vscode.l10n.t('{0} times as fast', factor),
        factor,
      })),
      { title, placeHolder: vscode.l10n.t('How fast does the time of the vstorage demo cluster run?') },
    );
    if (!chosen || running !== this.#running) return;
    await this.#say('speed', String(chosen.factor));
    // Its file says so now.
    await Promise.all(running.files.map((file) => this.parts.files.include(file)));
  }

  /** Ends the demo: servers, folder, tabs with its files. */
  async close(): Promise<void> {
    await this.#starting;
    const running = this.#running;
    if (!running) return;
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(
        ({ input }) =>
          input instanceof vscode.TabInputText &&
          running.files.some((file) => file.toString() === input.uri.toString()),
      );
    await vscode.window.tabGroups.close(tabs);
    if (running !== this.#running) return;
    this.#end(running);
    this.#ending = this.#removed(running).finally(() => (this.#ending = undefined));
    await this.#ending;
  }

  async #removed({ demo, dir }: Running): Promise<void> {
    await demo.dispose();
    // What was being written at the end has been written by then.
    await new Promise((resolve) => setTimeout(resolve, lastWritesMs));
    await rm(dir, { recursive: true, force: true });
    await this.#sweep();
  }

  async #start(): Promise<void> {
    const { parts } = this;
    const [{ startDemo }, { clusterOf, command }, { makeDemoFolder }, { systems }] = await Promise.all([
      import('../demo/server'),
      import('../demo/run'),
      import('../demo/leftovers'),
      parts.core(),
    ]);
    const simulators = await Promise.all(
      systems.flatMap(({ simulator }) => simulator ?? []).map(async (load) => new (await load())()),
    );
    const names = new Set(simulators.map(clusterOf));
    const taken = parts.sessions.all.find(({ cluster }) => names.has(cluster.name));
    if (taken) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t(
          'This window has a cluster called {0}, as one of the demo clusters is. Open the demo in another window.',
          taken.cluster.name,
        ),
      );
      return;
    }
    await this.#sweep();
    await parts.memory.update(openedMemento, true);
    const dir = await makeDemoFolder();
    const demo = await startDemo(simulators, { dir }).catch((error: unknown) => {
      rmSync(dir, { recursive: true, force: true });
      throw error;
    });
    const files = simulators.map(({ fileName }) => vscode.Uri.file(join(dir, fileName)));
    const running = { demo, dir, files, say: (...words: string[]) => command(demo, words) };
    this.#running = running;
    if (this.#isDisposed) {
      this.#end(running);
      return demo.dispose();
    }
    setDemoHome({
      ports: new Set(demo.place.ports.values()),
      sshConfig: demo.sshConfig,
      stateFolder: join(dir, 'state'),
    });
    parts.context.set(contextKeys.hasDemo, true);
    await Promise.all(files.map((file) => parts.files.include(file)));
    parts.log.info(`The demo runs ${demo.place.ports.size} simulated nodes on 127.0.0.1, from ${dir}.`);
  }

  async #pick(called: Called, title: string): Promise<Session | undefined> {
    return pickCluster(this.parts.sessions, called, isOfDemo, title);
  }

  async #say(...words: string[]): Promise<void> {
    const said = await this.#running?.say(...words);
    if (said === undefined || said === '') return;
    this.parts.log.info(`Demo: ${said}`);
    vscode.window.setStatusBarMessage(vscode.l10n.t('$(beaker) Demo: {0}', said), 8_000);
  }

  /** The memento is of all windows: it goes when no demo of any of them is left. */
  async #sweep(): Promise<void> {
    const { log, memory } = this.parts;
    try {
      const { sweepLeftovers } = await import('../demo/leftovers');
      if ((await sweepLeftovers()) === 0 && !demoHome()) await memory.update(openedMemento, undefined);
    } catch (error) {
      log.warn(`What an earlier demo left could not be removed: ${String(error)}`);
    }
  }

  /** Takes away at once whatever can be: an editor that closes does not wait. */
  #end(running: Running): void {
    if (this.#running === running) this.#running = undefined;
    this.parts.context.set(contextKeys.hasDemo, false);
    for (const file of running.files) this.parts.files.exclude(file);
    setDemoHome(undefined);
    rmSync(running.dir, { recursive: true, force: true });
  }

  dispose(): void {
    this.#isDisposed = true;
    const running = this.#running;
    if (!running) return;
    this.#end(running);
    void running.demo.dispose();
  }
}
