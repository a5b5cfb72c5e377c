import * as vscode from 'vscode';
import { ruleLines } from './rule-lines';

/** Where each code is explained: a line of the page that the build joins from docs/rules/, one file to ship. */
export class RuleDocs {
  readonly #page: vscode.Uri;
  #lines: ReadonlyMap<string, number> = new Map();
  #reading: Promise<void> | undefined;

  constructor(extensionUri: vscode.Uri) {
    this.#page = vscode.Uri.joinPath(extensionUri, 'dist', 'rules.md');
  }

  /** Reads the page once; without it findings have no link. */
  ready(): Promise<void> {
    this.#reading ??= Promise.resolve(vscode.workspace.fs.readFile(this.#page)).then(
      (bytes) => {
        this.#lines = ruleLines(new TextDecoder().decode(bytes));
      },
      () => undefined,
    );
    return this.#reading;
  }

  of(code: string): vscode.Uri | undefined {
    const line = this.#lines.get(code);
    return line === undefined ? undefined : this.#page.with({ fragment: `L${line}` });
  }
}
