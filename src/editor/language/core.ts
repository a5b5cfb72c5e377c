import type * as vscode from 'vscode';
import type { complete } from '../../cluster/language/completion';
import type { hoverAt } from '../../cluster/language/hover';
import type * as names from '../../cluster/language/names';
import type { Outline } from '../../cluster/language/entry';
import type { outlineInSteps } from '../../cluster/language/outline';
import type { symbolsInSteps } from '../../cluster/language/symbols';
import type { ClusterDraft } from '../../cluster/draft';
import type { SystemSpec } from '../../cluster/spec';
import type { Observed } from '../../rules/observed';
import type * as facts from '../../rules/facts';
import { isClusterFile } from '../file-names';

/** What knows the language of cluster files. */
export interface LanguageCore {
  readonly specs: readonly SystemSpec[];
  readonly outlineInSteps: typeof outlineInSteps;
  readonly complete: typeof complete;
  readonly hoverAt: typeof hoverAt;
  readonly symbolsInSteps: typeof symbolsInSteps;
  readonly names: typeof names;
  readonly facts: typeof facts;
  /** What would make a cluster's redundancy better. */
  readonly advise: (draft: ClusterDraft, observed?: Observed) => readonly string[];
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
  ]).then(
    ([{ systems }, { outlineInSteps }, { complete }, { hoverAt }, { symbolsInSteps }, names, facts]) => ({
      specs: systems.map(({ spec }) => spec),
      outlineInSteps,
      complete,
      hoverAt,
      symbolsInSteps,
      names,
      facts,
      advise: (draft, observed) =>
        systems.find(({ spec }) => spec.id === draft.spec?.id)?.advice?.(draft, observed) ?? [],
    }),
  );
  return loading;
}

/** The shape of a document together with what reads it. */
export interface Opened {
  readonly core: LanguageCore;
  readonly shape: Outline;
}

interface Version {
  readonly version: number;
  readonly shape: Promise<Outline>;
}

const shapes = new WeakMap<vscode.TextDocument, Version>();

/** Opens a document as a cluster file; undefined when it is none. One version is read once. */
export async function open(document: vscode.TextDocument): Promise<Opened | undefined> {
  const core = await loadLanguage();
  let known = shapes.get(document);
  if (known?.version !== document.version) {
    const text = document.getText();
    if (!isClusterFile(document.uri.path, text)) return undefined;
    known = { version: document.version, shape: readInTurns(core.outlineInSteps(text)) };
    shapes.set(document, known);
  }
  return { core, shape: await known.shape };
}

/** Takes the steps of a long task, and lets others have their turn between them. */
export async function readInTurns<T>(steps: Generator<undefined, T, undefined>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
