/** A table of text under a header of column names. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  /** By column name; undefined where the row does not fit the header, so that nobody can tell which cell is which. */
  readonly cells: ReadonlyMap<string, string> | undefined;
  /** Whether the last column was left empty, as FLAGS often is. */
  readonly isShort: boolean;
  readonly words: readonly string[];
}

/** Shapes of cells by column, as sources of regular expressions. A column without one takes any single word. */
export type Shapes = Readonly<Record<string, string>>;

/** Columns whose cell may be empty. One at most: of two, nobody could tell which is missing. */
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
  // Two columns of one name: nobody can tell which is which.
  const isClear = new Set(columns).size === columns.length;
  const full = rowPattern(columns, shapes);
  const short = columns.includes(optional)
    ? rowPattern(
        columns.filter((name) => name !== optional),
        shapes,
      )
    : undefined;
  const rows: TableRow[] = [];
  for (const line of lines.slice(start + 1)) {
    if (isHeader(line) || /^\s*[A-Z][A-Za-z ]*:(?:\s|$)/.test(line)) break;
    if (line.trim() === '') continue;
    const isShort = !full.test(line) && short?.test(line) === true;
    const names = isShort ? columns.filter((name) => name !== optional) : columns;
    const match = isClear ? (isShort ? short : full)?.exec(line) : undefined;
    rows.push({
      cells: match ? new Map(names.map((name, i) => [name, match[i + 1] ?? ''])) : undefined,
      isShort,
      words: line.trim().split(/\s+/),
    });
  }
  return { columns, rows };
}

function rowPattern(columns: readonly string[], shapes: Shapes): RegExp {
  return new RegExp(`^\\s*${columns.map((name) => `(${shapes[name] ?? '\\S+'})`).join('\\s+')}\\s*$`);
}
