import * as vscode from 'vscode';
import type { Finding, Severity } from '../cluster/finding';
import { withSeverities } from '../rules/severity';
import type { Checks } from './checks';
import type { RuleDocs } from './rule-docs';
import { diagnosticSource } from './ids';
import { editorRange } from './places';
import { chosenSeverities, onDidChangeSeverities } from './severity-setting';

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** Shows the findings of cluster files as diagnostics, for files that no editor shows, too. */
export class Diagnostics implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection(diagnosticSource);
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly checks: Checks,
    private readonly docs: RuleDocs,
  ) {
    this.#subscriptions = [
      checks.onDidCheck((uri) => void this.#show(uri)),
      onDidChangeSeverities(() => {
        for (const { file } of checks.all) void this.#show(file.uri);
      }),
    ];
  }

  async #show(uri: vscode.Uri): Promise<void> {
    await this.docs.ready();
    const result = this.checks.get(uri);
    if (!result) this.#collection.delete(uri);
    else
      this.#collection.set(
        uri,
        withSeverities(result.checked.findings, chosenSeverities(uri)).map((each) =>
          this.#diagnostic(uri, each),
        ),
      );
  }

  #diagnostic(uri: vscode.Uri, finding: Finding): vscode.Diagnostic {
    const diagnostic = new vscode.Diagnostic(
      editorRange(finding.range),
      finding.message,
      severities[finding.severity],
    );
    const target = this.docs.of(finding.code);
    diagnostic.source = diagnosticSource;
    diagnostic.code = target ? { value: finding.code, target } : finding.code;
    diagnostic.relatedInformation = finding.related.map(
      (related) =>
        new vscode.DiagnosticRelatedInformation(
          new vscode.Location(
            (related.file === undefined ? undefined : this.checks.uriOf(related.file)) ?? uri,
            editorRange(related.range),
          ),
          related.message,
        ),
    );
    return diagnostic;
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose();
    this.#collection.dispose();
  }
}
