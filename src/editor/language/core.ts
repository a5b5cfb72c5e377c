import type * as vscode from 'vscode';
import type { complete } from '../../cluster/language/completion';
import type { hoverAt } from '../../cluster/language/hover';
import type * as names from '../../cluster/language/names';
import type { Outline } from '../../cluster/language/outline';
import type { symbols } from '../../cluster/language/symbols';
import type { SystemSpec } from '../../cluster/spec';
import type * as facts from '../../rules/facts';
import { isClusterFile } from '../file-names';

/** What knows the language of cluster files. */
export interface LanguageCore {
  readonly specs: readonly SystemSpec[];
  readonly outline: (text: string) => Outline;
  readonly complete: typeof complete;
  readonly hoverAt: typeof hoverAt;
  readonly symbols: typeof symbols;
  readonly names: typeof names;
  readonly facts: typeof facts;
}

let loading: Promise<LanguageCore> | undefined;

/** Loads it at the first question about a cluster file. */
export function loadLanguage(): Promise<LanguageCore> {
  loading ??= Promise.all([
    import('../../systems/index'),
    import('../../cluster/language/outline'),
    import('../../cluster/language/completion'),
    import('../../cluster/language/hover'),
    import('../../cluster/language/symbols'),
    import('../../cluster/language/names'),
    import('../../rules/facts'),
  ]).then(([{ systems }, { outline }, { complete }, { hoverAt }, { symbols }, names, facts]) => ({
    specs: systems.map(({ spec }) => spec),
    outline,
    complete,
    hoverAt,
    symbols,
    names,
    facts,
  }));
  return loading;
}

/** The shape of a document together with what reads it. */
export interface Opened {
  readonly core: LanguageCore;
  readonly shape: Outline;
}

const shapes = new WeakMap<vscode.TextDocument, { readonly version: number; readonly shape: Outline }>();

/** Opens a document as a cluster file; undefined when it is none. One version is read once. */
export async function open(document: vscode.TextDocument): Promise<Opened | undefined> {
  const core = await loadLanguage();
  const known = shapes.get(document);
  if (known?.version === document.version) return { core, shape: known.shape };
  const text = document.getText();
  if (!isClusterFile(document.uri.path, text)) return undefined;
  const shape = core.outline(text);
  shapes.set(document, { version: document.version, shape });
  return { core, shape };
}
