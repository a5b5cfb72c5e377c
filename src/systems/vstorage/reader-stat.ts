import {
  chunkKinds,
  csStates,
  type ChunkCounts,
  type ChunkKind,
  type ClusterHealth,
  type CsReading,
  type CsState,
  type MdsReading,
  type SpacePart,
  type StatReport,
} from './observation';
import { readTable, type Shapes, type TableRow } from './reader-table';
import { printedSize, sizeShape, unreadable, wholeNumber } from './reader-text';

const size = `${sizeShape}|-|\\?`;
const whole = '\\d{1,15}|-|\\?';
const csShapes: Shapes = {
  CSID: '\\d{1,15}',
  STATUS: '[A-Za-z]\\S*',
  SPACE: size,
  FREE: size,
  AVAIL: size,
  REPLICAS: whole,
  UNIQUE: whole,
  IOWAIT: '\\d+(?:\\.\\d+)?%|-|\\?',
  TIER: '[0-3]|-|\\?',
  FLAGS: `(?!(?:${csStates.join('|')})(?:\\s|$))[A-Za-z*+-]{1,12}`,
};
const mdsShapes: Shapes = {
  MDSID: '(?:M\\s*)?\\d{1,15}',
  STATUS: '[A-Za-z]\\S*',
  // 17d 23h
  UPTIME: '\\d+[dhms](?:\\s+\\d+[dhms])*|\\S+',
};

/**
 * Reads `vstorage -c NAME stat` in the shapes of all editions: by labels and by the names of columns. What is
 * missing or cannot be told for sure is left out. Throws `UnreadableError` when it is nothing of the kind.
 */
export function readStat(text: string): StatReport {
  const lines = text.split(/\r?\n/);
  const label = labelled(lines);
  const metadata = readTable(lines, 'MDSID', mdsShapes);
  const services = readTable(lines, 'CSID', csShapes);
  const state = /^\s*Cluster\s+'([^']*)'\s*:\s*(.*)$/m.exec(text);
  if (!state && !services && !label('Chunks'))
    throw unreadable('vstorage stat', 'a line “Cluster …”, “Chunks:” or a table of CSID', text);
  const mds = metadata?.rows.map(mdsOf);
  const cs = services?.rows.map((row) => csOf(row, services.columns));
  const health = healthOf(state?.[2]);
  const answeredBy = wholeNumber(/^\s*connected to MDS#(\d+)\s*$/m.exec(text)?.[1]);
  const space = label('Space');
  const chunks = label('Chunks');
  return {
    ...(state?.[1] ? { name: state[1] } : {}),
    ...(health ? { health } : {}),
    ...(answeredBy === undefined ? {} : { answeredBy }),
    ...optionalNote('spaceNote', space),
    ...optionalNote('chunksNote', chunks),
    ...spaceOf('allocatable', 'allocatable', space),
    ...spaceOf('physical', 'free', space),
    ...mdsCountOf(label('MDS nodes')),
    ...csCountOf(label('CS nodes')),
    ...replicationOf(label('Replication')),
    chunks: chunksOf(chunks),
    ...(mds ? { metadata: once(mds.filter((row) => row !== undefined)) } : {}),
    ...(cs ? { chunkServices: once(cs.filter((row) => row !== undefined)).map(sureState(cs)) } : {}),
    unreadableRows: [...(mds ?? []), ...(cs ?? [])].filter((row) => row === undefined).length,
  };
}

/** The text behind a label up to the next one, on one line. */
function labelled(lines: readonly string[]): (name: string) => string | undefined {
  const found = new Map<string, string>();
  let current: string | undefined;
  for (const line of lines) {
    const start = /^\s*([A-Z][A-Za-z]*(?: [a-zA-Z]+)?)\s*:\s*(.*)$/.exec(line);
    if (start) {
      current = start[1] ?? '';
      // Of two lines with one label nobody can tell which is right.
      found.set(current, found.has(current) ? '' : (start[2] ?? ''));
    } else if (current !== undefined && /^\s+\S/.test(line)) {
      found.set(current, `${found.get(current) ?? ''} ${line.trim()}`);
    } else current = undefined;
  }
  return (name) => found.get(name);
}

function healthOf(text: string | undefined): ClusterHealth | undefined {
  const words = text
    ?.trim()
    .toLowerCase()
    .replace(/[,;(].*$/, '')
    .trim();
  if (words === 'healthy' || words === 'unknown' || words === 'degraded' || words === 'failure') return words;
  return words === 'smart warning' ? 'smart-warning' : undefined;
}

function optionalNote<K extends 'spaceNote' | 'chunksNote'>(
  key: K,
  text: string | undefined,
): Partial<Pick<StatReport, K>> {
  const note = /^\[([^\]]*)\]/.exec(text ?? '')?.[1]?.trim();
  return (note ? { [key]: note } : {}) as Partial<Pick<StatReport, K>>;
}

function spaceOf<K extends 'allocatable' | 'physical'>(
  key: K,
  word: string,
  text: string | undefined,
): Partial<Pick<StatReport, K>> {
  const amount = '(\\d[\\d.]*\\s?[A-Za-z]*)';
  const match = new RegExp(`(?:^|[\\s,\\]])${word}\\s+${amount}\\s+of\\s+${amount}(?:,|\\s|$)`).exec(
    text ?? '',
  );
  const [free, total] = [printedSize(match?.[1]), printedSize(match?.[2])];
  if (free === undefined || total === undefined) return {};
  return { [key]: { free, total } satisfies SpacePart } as Partial<Pick<StatReport, K>>;
}

function mdsCountOf(text: string | undefined): Pick<StatReport, 'mdsCount'> {
  const match = /^(\d+)\s+of\s+(\d+)(?:[\s,]|$)/.exec(text ?? '');
  const [available, total] = [wholeNumber(match?.[1]), wholeNumber(match?.[2])];
  return available === undefined || total === undefined ? {} : { mdsCount: { available, total } };
}

function csCountOf(text: string | undefined): Pick<StatReport, 'csCount'> {
  const match = /^(\d+)\s+of\s+(\d+)(?:[\s,(]|$)/.exec(text ?? '');
  const [active, total] = [wholeNumber(match?.[1]), wholeNumber(match?.[2])];
  if (active === undefined || total === undefined) return {};
  const part = (word: string) =>
    wholeNumber(new RegExp(`[(,\\s](\\d+)\\s+${word}(?=[,)\\s])`).exec(text ?? '')?.[1]);
  const [inactive, offline] = [part('inactive'), part('offline')];
  return {
    csCount: {
      active,
      total,
      ...(inactive === undefined ? {} : { inactive }),
      ...(offline === undefined ? {} : { offline }),
    },
  };
}

function replicationOf(text: string | undefined): Pick<StatReport, 'replication'> {
  const norm = wholeNumber(/(?:^|[\s,])(\d+)\s+norm(?=[\s,]|$)/.exec(text ?? '')?.[1]);
  const limit = wholeNumber(/(?:^|[\s,])(\d+)\s+limit(?=[\s,]|$)/.exec(text ?? '')?.[1]);
  return norm === undefined || limit === undefined ? {} : { replication: { norm, limit } };
}

/** `431 (100%) healthy, 0 (0%) standby, …`: an item that does not look so is unknown. */
function chunksOf(text: string | undefined): ChunkCounts {
  const counts = new Map<ChunkKind, number | undefined>();
  for (const item of (text ?? '').replace(/^\[[^\]]*\]/, '').split(',')) {
    const match = /^(\d{1,15})(?:\s*\(\s*[\d.<>~]*\s*%?\s*\))?\s+([a-z]+)$/i.exec(item.trim());
    const kind = chunkKinds.find((one) => one === match?.[2]?.toLowerCase());
    const number = wholeNumber(match?.[1]);
    if (kind) counts.set(kind, counts.has(kind) && counts.get(kind) !== number ? undefined : number);
  }
  return Object.fromEntries([...counts].filter(([, number]) => number !== undefined));
}

function mdsOf({ cells, words }: TableRow): MdsReading | undefined {
  const text = cells?.get('MDSID');
  const id = wholeNumber(text?.replace(/^M\s*/, ''));
  if (text === undefined || id === undefined) {
    // Who it is and that it is there can still be told; nothing else is.
    const [first = '', second = ''] = words;
    const lone = /^M?(\d{1,15})$/.exec(first === 'M' ? `M${second}` : first);
    const only = wholeNumber(lone?.[1]);
    return only !== undefined && words.length > 2 && words.includes('avail')
      ? { id: only, isMaster: first.startsWith('M') }
      : undefined;
  }
  const status = cells?.get('STATUS')?.toLowerCase();
  const host = hostOf(cells?.get('HOST'));
  return { id, isMaster: text.startsWith('M'), ...(status ? { status } : {}), ...(host ? { host } : {}) };
}

function csOf(row: TableRow, columns: readonly string[]): CsReading | undefined {
  const { cells } = row;
  const id = wholeNumber(cells?.get('CSID'));
  if (cells === undefined || id === undefined) return partOf(row, columns);
  const space = printedSize(cells.get('SPACE'));
  const free = printedSize(cells.get('AVAIL') ?? cells.get('FREE'));
  const replicas = wholeNumber(cells.get('REPLICAS'));
  const unique = wholeNumber(cells.get('UNIQUE'));
  const ioWait = /^(\d{1,3}(?:\.\d+)?)%$/.exec(cells.get('IOWAIT') ?? '')?.[1];
  const tier = wholeNumber(cells.get('TIER'));
  const host = hostOf(cells.get('HOST'));
  const flags = cells.get('FLAGS');
  return {
    id,
    ...stateOf(cells.get('STATUS')),
    ...(host === undefined ? {} : { host }),
    ...(space === undefined ? {} : { space }),
    // More free than there is: one of the two is wrong, and nobody knows which.
    ...(free === undefined || (space !== undefined && free > space) ? {} : { free }),
    ...(replicas === undefined ? {} : { replicas }),
    ...(unique === undefined ? {} : { unique }),
    ...(ioWait === undefined ? {} : { ioWaitPercent: Number(ioWait) }),
    ...(flags === undefined ? {} : { flags: flags === '-' ? '' : flags }),
    ...(tier === undefined ? {} : { tier }),
  };
}

/** Of a row that does not fit its header: id and state where they stand side by side at its beginning, as the header has them. */
function partOf({ words }: TableRow, columns: readonly string[]): CsReading | undefined {
  const [first, second = ''] = words;
  const id = wholeNumber(first);
  if (columns[0] !== 'CSID' || columns[1] !== 'STATUS' || id === undefined) return undefined;
  const state = stateOf(second);
  if (state.state === 'unknown') return undefined;
  const hosts = words.filter(
    (word) => /^[A-Za-z0-9_.-]+:\d{2,5}$/.test(word) || /^(\d{1,3}\.){3}\d{1,3}$/.test(word),
  );
  const host = hosts.length === 1 ? hostOf(hosts[0]) : undefined;
  return { id, ...state, ...(host ? { host } : {}) };
}

function stateOf(text: string | undefined): Pick<CsReading, 'state' | 'word'> {
  const word = text?.toLowerCase();
  const state: CsState | undefined = csStates.find((one) => one === word);
  if (state) return { state };
  return { state: 'unknown', ...(word ? { word } : {}) };
}

/** A name or address without its port, and without the brackets of an IPv6 address. */
function hostOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '-' || text === '?') return undefined;
  const bracketed = /^\[([0-9a-fA-F:.%]+)\](?::\d+)?$/.exec(text)?.[1];
  if (bracketed) return bracketed;
  const host = /^[^:]*:[^:]*$/.test(text) ? text.replace(/:\d*$/, '') : text;
  return /^[A-Za-z0-9_.:%-]+$/.test(host) && host !== '' ? host : undefined;
}

/** The first row of each id. */
function once<T extends { readonly id: number }>(rows: readonly T[]): readonly T[] {
  return rows.filter((row, index) => rows.findIndex(({ id }) => id === row.id) === index);
}

/** Two rows of one id that disagree: its state is unknown. */
function sureState(all: readonly (CsReading | undefined)[]): (row: CsReading) => CsReading {
  return (row) =>
    all.some((other) => other?.id === row.id && other.state !== row.state)
      ? { id: row.id, state: 'unknown' }
      : row;
}
