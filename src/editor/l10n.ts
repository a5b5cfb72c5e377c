/** What can stand in a message for `{0}`, `{1}` and so on. */
export type Filling = string | number | boolean;

type Translate = (message: string, ...fillings: Filling[]) => string;

const inEnglish: Translate = (message, ...fillings) =>
  message.replace(/\{(\d+)\}/g, (whole, index: string) => String(fillings[Number(index)] ?? whole));

let translate = inEnglish;

/**
 * A message in the language of the editor; `{0}` stands for the first of the others. For files that do not import
 * `vscode`, so that their tests need no editor: the others call `vscode.l10n.t` itself. Call it when the text is shown,
 * not when the file is loaded: the language may not be known by then.
 */
export function t(message: string, ...fillings: Filling[]): string {
  return translate(message, ...fillings);
}

/** From now on `t` asks `translator`, the editor's own; undefined: English again. */
export function translateWith(translator: Translate | undefined): void {
  translate = translator ?? inEnglish;
}

/** A translator out of a table of messages, for where there is no editor to ask. */
export function translatorOf(messages: Readonly<Record<string, string>>): Translate {
  return (message, ...fillings) =>
    inEnglish(Object.hasOwn(messages, message) ? (messages[message] ?? message) : message, ...fillings);
}

/** One of two messages about a number of things. Each is a whole sentence: other languages put words elsewhere. */
export function plural(number: number, one: string, other: string): string {
  return number === 1 ? one : other;
}
