/** A command line that cannot be split into words. `message` is for people. */
export class WordsError extends Error {
  override readonly name = 'WordsError';
}

/**
 * Splits a command line into words: blanks separate, quotes and backslashes group as in POSIX.1-2017,
 * Shell Command Language, 2.2. Nothing is expanded, and `|`, `;`, `$` are ordinary characters.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === "'") {
      const end = line.indexOf("'", at + 1);
      if (end < 0) throw new WordsError(`The command line has a ' without its partner: ${line}`);
      word = (word ?? '') + line.slice(at + 1, end);
      at = end;
    } else if (character === '"') {
      const quoted = doubleQuoted(line, at + 1);
      word = (word ?? '') + quoted.text;
      at = quoted.end;
    } else if (character === '\\') {
      if (++at >= line.length) throw new WordsError(`The command line ends with a lone backslash: ${line}`);
      word = (word ?? '') + line.charAt(at);
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (word !== undefined) words.push(word);
  if (!words[0]) throw new WordsError('The command line names no program.');
  return words;
}

/** Inside double quotes a backslash only protects `"`, `\`, `$` and a backquote (POSIX, 2.2.3). */
function doubleQuoted(line: string, start: number): { text: string; end: number } {
  let text = '';
  for (let at = start; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === '"') return { text, end: at };
    if (character === '\\' && '"\\$`'.includes(line.charAt(at + 1)) && at + 1 < line.length) {
      text += line.charAt(++at);
    } else {
      text += character;
    }
  }
  throw new WordsError(`The command line has a " without its partner: ${line}`);
}
