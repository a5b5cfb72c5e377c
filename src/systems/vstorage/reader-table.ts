/** A table of text under a header of column names. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  /** By column name, as far as each is known for sure; undefined where the row does not fit the header at all. */
  readonly cells: ReadonlyMap<string, string> | undefined;
  readonly words: readonly string[];
}

/** Shapes of cells by column, as sources of regular expressions. A column without one takes any single word. */
export type Shapes = Readonly<Record<string, string>>;

/** The column whose cell may be empty. */
const optional = 'FLAGS';

/** Words that only headers consist of: capitals with `%`, `_` and a unit in brackets. */
const headerWord = /^%?[A-Z][A-Z_%/]*(?:\([a-zA-Z/%]+\))?$/;

/** Whether a line is the header of a table: at least two column names and nothing else. */
export function isHeader(line: string): boolean {
  const words = line.trim().split(/\s+/);
  return words.length >= 2 && words.every((word) => headerWord.test(word)) && !/^\s*M\s/.test(line);
}

/**
 * Reads the table whose header has the column `key`; undefined when there is none. Cells are told apart by the
 * header's names and by their shapes, never by how many blanks stand between them.
 */
export function readTable(lines: readonly string[], key: string, shapes: Shapes): Table | undefined {
  const start = lines.findIndex((line) => isHeader(line) && line.trim().split(/\s+/).includes(key));
  const header = lines[start];
  if (header === undefined) return undefined;
  const columns = header.trim().split(/\s+/);
  const read = rowReader(columns, shapes);
  const rows: TableRow[] = [];
  for (const line of lines.slice(start + 1)) {
    if (isHeader(line) || /^\s*[A-Z][A-Za-z ]*:(?:\s|$)/.test(line)) break;
    if (line.trim() !== '') rows.push({ cells: read(line), words: line.trim().split(/\s+/) });
  }
  return { columns, rows };
}

/** One way to read a line: each word under a column, of which one may be left out. */
interface Reading {
  readonly names: readonly string[];
  readonly pattern: RegExp;
}

function rowReader(columns: readonly string[], shapes: Shapes): (line: string) => TableRow['cells'] {
  // Two columns of one name: nobody can tell which is which.
  if (new Set(columns).size !== columns.length) return () => undefined;
  const without = (left?: string): Reading => {
    const names = columns.filter((name) => name !== left);
    return { names, pattern: rowPattern(names, shapes) };
  };
  const full = without();
  // A line that lacks a word lacks the flags, or another cell, whose place the flags then seem to have.
  const shorter = columns.includes(optional) ? columns.map(without) : [];
  return (line) => {
    const found = (full.pattern.test(line) ? [full] : shorter).flatMap(({ names, pattern }) => {
      const match = pattern.exec(line);
      return match ? [new Map(names.map((name, i) => [name, match[i + 1] ?? '']))] : [];
    });
    const [first] = found;
    if (!first) return undefined;
    if (found.length === 1)
      return first.has(optional) || !columns.includes(optional) ? first : new Map([...first, [optional, '']]);
    return new Map([...first].filter(([name, cell]) => found.every((other) => other.get(name) === cell)));
  };
}

function rowPattern(columns: readonly string[], shapes: Shapes): RegExp {
  return new RegExp(`^\\s*${columns.map((name) => `(${shapes[name] ?? '\\S+'})`).join('\\s+')}\\s*$`);
}
