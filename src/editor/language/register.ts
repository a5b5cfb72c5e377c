import * as vscode from 'vscode';
import type { Checks } from '../checks';
import { clusterFileGlob } from '../file-names';
import type { Sessions } from '../sessions';
import { Completions } from './completions';
import { Hovers } from './hovers';
import { Lenses } from './lenses';
import { Live } from './live';
import { NodeNames } from './node-names';
import { Outlines } from './outlines';

/** Cluster files on the disk and unsaved ones, whatever language somebody has chosen for them. */
const selector: vscode.DocumentSelector = ['file', 'untitled'].map((scheme) => ({
  scheme,
  pattern: clusterFileGlob,
}));

/** Registers what the editor asks about a cluster file besides its findings. */
export function registerLanguage(checks: Checks, sessions: Sessions): vscode.Disposable[] {
  const live = new Live(checks, sessions);
  const lenses = new Lenses(live, checks, sessions);
  const names = new NodeNames();
  const { languages } = vscode;
  return [
    lenses,
    languages.registerCompletionItemProvider(selector, new Completions(), ...Completions.triggers),
    languages.registerHoverProvider(selector, new Hovers(live)),
    languages.registerDocumentSymbolProvider(selector, new Outlines(), { label: 'Standby' }),
    languages.registerDefinitionProvider(selector, names),
    languages.registerReferenceProvider(selector, names),
    languages.registerRenameProvider(selector, names),
    languages.registerCodeLensProvider(selector, lenses),
  ];
}
