import Module from 'node:module';

type Load = (request: string, ...rest: unknown[]) => unknown;

/**
 * Gives `fake` to whoever asks for the module `vscode`, which exists in an editor only, and returns how to end that. For
 * the few things that are about the editor's own way and need no real one; what is left out fails when it is used.
 */
export function fakeVscode(fake: object): () => void {
  const module = Module as unknown as { _load: Load };
  const load = module._load;
  module._load = (request, ...rest) => (request === 'vscode' ? fake : load(request, ...rest));
  return () => (module._load = load);
}
