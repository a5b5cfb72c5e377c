/** A line of an ssh_config file that says something: its keyword in small letters and the text behind it. */
export interface ConfigLine {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly keyword: string;
  readonly rest: string;
}

/** What is wrong in an ssh_config file, and where. */
export class ConfigProblem extends Error {
  override readonly name = 'ConfigProblem';
  constructor(
    readonly place: { readonly file: string; readonly line?: number },
    what: string,
    options?: ErrorOptions,
  ) {
    super(
      place.line === undefined ? `${place.file}: ${what}` : `${place.file} line ${place.line}: ${what}`,
      options,
    );
  }
}

const BLANK = ' \t\r\n';

/** The lines of an ssh_config file, without blank ones and comments (readconf.c, process_config_line_depth). Throws ConfigProblem. */
export function readConfigLines(text: string, file: string): readonly ConfigLine[] {
  if (text.startsWith('\ufeff'))
    throw new ConfigProblem({ file, line: 1 }, 'it begins with a byte order mark, which ssh does not read');
  const lines: ConfigLine[] = [];
  text.split('\n').forEach((raw, index) => {
    const [keyword, rest] = nextToken(trimmed(raw)) ?? [];
    if (!keyword || keyword.startsWith('#')) return;
    lines.push({ file, line: index + 1, keyword: keyword.toLowerCase(), rest: rest ?? '' });
  });
  return lines;
}

/**
 * The first token of a text and what follows it: ended by a blank or one `=`, and a quoted part loses its quotes
 * (misc.c, strdelim). Undefined when a quote is not closed.
 */
export function nextToken(text: string): readonly [token: string, rest: string] | undefined {
  const end = text.search(/[ \t\r\n"=]/);
  if (end < 0) return [text, ''];
  if (text[end] === '"') {
    const close = text.indexOf('"', end + 1);
    if (close < 0) return undefined;
    return [text.slice(0, end) + text.slice(end + 1, close), skipBlanks(text, close + 1)];
  }
  const rest = skipBlanks(text, end + 1);
  return [text.slice(0, end), text[end] !== '=' && rest.startsWith('=') ? skipBlanks(rest, 1) : rest];
}

/**
 * The words behind a keyword, up to a comment: in quotes of either kind, or with blanks and quotes behind
 * backslashes (misc.c, argv_split). Throws ConfigProblem for a quote that is not closed.
 */
export function wordsOf(line: ConfigLine): readonly string[] {
  const words: string[] = [];
  const { rest } = line;
  let at = 0;
  while (at < rest.length) {
    const first = rest.charAt(at);
    if (first === ' ' || first === '\t') {
      at++;
      continue;
    }
    if (first === '#') break;
    let word = '';
    let quote = '';
    for (; at < rest.length; at++) {
      const char = rest.charAt(at);
      const next = rest.charAt(at + 1);
      if (
        char === '\\' &&
        (next === "'" || next === '"' || next === '\\' || (next === ' ' && quote === ''))
      ) {
        word += next;
        at++;
      } else if (quote === '' && (char === ' ' || char === '\t')) break;
      else if (quote === '' && (char === '"' || char === "'")) quote = char;
      else if (quote !== '' && char === quote) quote = '';
      else word += char;
    }
    if (quote !== '') throw new ConfigProblem(line, `a quote of ${line.keyword} is not closed`);
    words.push(word);
  }
  return words;
}

function trimmed(raw: string): string {
  let end = raw.length;
  while (end > 0 && `${BLANK}\f`.includes(raw.charAt(end - 1))) end--;
  return raw.slice(0, end).replace(/^[ \t\r]+/, '');
}

function skipBlanks(text: string, from: number): string {
  let at = from;
  while (at < text.length && BLANK.includes(text.charAt(at))) at++;
  return text.slice(at);
}
