import * as vscode from 'vscode';
import type { Checks } from '../checks';
import { settings } from '../ids';
import { editorRange } from '../places';
import type { Sessions } from '../sessions';
import { open } from './core';
import { nodeLenses, redundancyLens } from './lens-text';
import type { Known, Live } from './live';

/** Milliseconds in which the answers of many nodes become one look at the lenses. */
const pauseMs = 1_000;

/** Lines above `redundancy`, and above each node while it is watched. Turned off by a setting. */
export class Lenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  #shown = '';
  #waiting: NodeJS.Timeout | undefined;
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(
    private readonly live: Live,
    private readonly checks: Checks,
    sessions: Sessions,
  ) {
    this.#subscriptions = [
      this.#changed,
      sessions.onDidChange(() => this.#soon()),
      checks.onDidCheck(() => this.#changed.fire()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settings.codeLens)) this.#changed.fire();
      }),
    ];
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const opened = isOn(document.uri) ? await open(document) : undefined;
    // Places of an older text would be wrong lines; the next check asks again.
    if (!opened || this.checks.get(document.uri)?.file.text !== document.getText()) return [];
    const lenses = this.live.of(document.uri, opened.core).flatMap((known) => this.#of(known));
    this.#shown = titles(lenses);
    return lenses;
  }

  #of({ draft, session, facts, whole }: Known): vscode.CodeLens[] {
    const lenses: vscode.CodeLens[] = [];
    const { redundancy } = draft;
    if (redundancy && facts && whole && facts.length > 0) {
      lenses.push(lens(editorRange(redundancy.key), redundancyLens(facts, whole, session?.state)));
    }
    const state = session?.state;
    if (!session || !state) return lenses;
    const observed = this.checks.observedFor(session.cluster.name);
    const texts = nodeLenses(session.cluster.nodes, state, observed);
    for (const node of draft.nodes) {
      const text = node.name && texts.get(node.name.value);
      if (text !== undefined) lenses.push(lens(editorRange(node.range), text));
    }
    return lenses;
  }

  #soon(): void {
    this.#waiting ??= setTimeout(() => {
      this.#waiting = undefined;
      void this.#renew();
    }, pauseMs);
  }

  /** Asks for the lenses anew only when one says something else: each heartbeat is news, few change a line. */
  async #renew(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const before = this.#shown;
    if (!document || !isOn(document.uri)) return;
    const lenses = await this.provideCodeLenses(document);
    if (titles(lenses) !== before) this.#changed.fire();
  }

  dispose(): void {
    clearTimeout(this.#waiting);
    for (const each of this.#subscriptions) each.dispose();
  }
}

function isOn(uri: vscode.Uri): boolean {
  return vscode.workspace.getConfiguration(undefined, uri).get(settings.codeLens, true);
}

/** A lens that says something and does nothing when clicked. */
function lens(range: vscode.Range, title: string): vscode.CodeLens {
  return new vscode.CodeLens(range, { title, command: '' });
}

function titles(lenses: readonly vscode.CodeLens[]): string {
  return lenses.map(({ command }) => command?.title).join('\n');
}
