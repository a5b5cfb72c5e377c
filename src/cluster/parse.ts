import { isMap, isScalar, isSeq } from 'yaml';
import { buildCluster } from './build-cluster';
import { buildDraft } from './build-draft';
import { decodeText, type DecodedText } from './bytes';
import type { Cluster } from './cluster';
import type { ClusterDraft } from './draft';
import type { Finding } from './finding';
import { clusterSpec } from './keys';
import { Lines } from './lines';
import { NodeItems } from './node-items';
import type { Range } from './place';
import { checkReferences } from './references';
import { Report } from './report';
import { sortFindings } from './sort';
import type { SystemSpec } from './spec';
import { Walker } from './walk';
import { keyText, readYaml, type YamlDocument, type YamlNode, type YamlProblem } from './yaml';

/** One cluster of a file. */
export interface ParsedDocument {
  readonly draft: ClusterDraft;
  /** Absent when the document has an error of the group "The file", or lacks something required. */
  readonly cluster?: Cluster;
  readonly systemId?: string;
  /** Whether the document has an error of the group "The file". */
  readonly hasErrors: boolean;
  readonly range: Range;
}

/** A cluster file: its documents, and the findings of the group "The file" in their order. */
export interface ParsedFile {
  readonly documents: readonly ParsedDocument[];
  readonly findings: readonly Finding[];
}

/** An hour of a simulated cluster passes in a second at the most. */
const MAX_TIME_FACTOR = 3600;

/** Reads a cluster file. Never throws, whatever the bytes are; what is wrong becomes a finding. */
export function parse(input: string | Uint8Array, specs: readonly SystemSpec[]): ParsedFile {
  const decoded = decodeText(input);
  return parseRead(decoded, new Lines(decoded.text), readYaml(decoded.text), specs, () => new NodeItems());
}

/** The second half of `parse`: makes clusters and findings of documents that were read. */
export function parseRead(
  { text, unreadable }: DecodedText,
  lines: Lines,
  { documents, problems }: ReturnType<typeof readYaml>,
  specs: readonly SystemSpec[],
  itemsOf: () => NodeItems,
): ParsedFile {
  const parsed: { document: ParsedDocument; report: Report }[] = [];
  const last = documents.at(-1);
  for (const document of documents) {
    const cutAt = unreadable !== undefined && document === last ? text.length : undefined;
    parsed.push(parseDocument(document, cutAt, text, lines, specs, itemsOf()));
  }
  const report = new Report(text, lines, undefined);
  for (const problem of problems) addProblem(report, problem);
  const isBrokenEarlier = last?.brokenAt !== undefined;
  if (unreadable !== undefined && !isBrokenEarlier) {
    const end = lines.position(text.length);
    report.add('yaml-syntax', 'error', { start: end, end }, unreadable);
  } else if (documents.length === 0 && problems.length === 0) {
    report.at('missing-key', 'error', firstLine(text), "The file is empty. Begin with the key 'cluster'.");
  }
  findTwinClusters(parsed);
  return {
    documents: parsed.map(({ document, report: own }) => finish(document, own)),
    findings: sortFindings([...report.findings, ...parsed.flatMap(({ report: own }) => own.findings)]),
  };
}

function finish(document: ParsedDocument, report: Report): ParsedDocument {
  const hasErrors = document.hasErrors || report.findings.some(({ severity }) => severity === 'error');
  const cluster = hasErrors ? undefined : buildCluster(document.draft);
  return { ...document, hasErrors, ...(cluster ? { cluster } : {}) };
}

function parseDocument(
  document: YamlDocument,
  cutAt: number | undefined,
  text: string,
  lines: Lines,
  specs: readonly SystemSpec[],
  items: NodeItems,
): { document: ParsedDocument; report: Report } {
  const report = new Report(text, lines, document.brokenAt ?? cutAt, document.distrustedUntil);
  const problems = new Report(text, lines, undefined);
  for (const problem of document.problems) {
    const isTheBreak = problem.start === document.brokenAt;
    if (isTheBreak || !report.isInBreak(problem.start, problem.end)) addProblem(problems, problem);
  }
  const range = lines.range(document.start, document.end);
  const { draft, systemId } = readRoot(document, specs, report, items);
  for (const { code, severity, range: place, message, related } of problems.findings) {
    report.add(code, severity, place, message, { related });
  }
  return {
    document: {
      draft,
      hasErrors: cutAt !== undefined,
      range,
      ...(systemId === undefined ? {} : { systemId }),
    },
    report,
  };
}

function readRoot(
  document: YamlDocument,
  specs: readonly SystemSpec[],
  report: Report,
  items: NodeItems,
): { draft: ClusterDraft; systemId?: string } {
  const { root } = document;
  const systemId = systemIdOf(document, root);
  const system = specs.find(({ id }) => id === systemId);
  const walker = new Walker(document, report, items);
  const read = root && isMap(root) ? walker.read(root, clusterSpec(specs, system), { label: '' }) : undefined;
  if (read?.kind !== 'map') {
    if (root && !report.isCut(root.range[1])) {
      const message = `A cluster file is a map of keys (cluster, system, nodes …), not ${isSeq(root) ? 'a list' : 'a single value'}.`;
      report.at('bad-value', 'error', { start: root.range[0], end: root.range[1] }, message);
    }
    return { draft: { ssh: {}, heartbeat: {}, nodes: [], canCount: false } };
  }
  const demo = demoOf(document, root);
  const draft = { ...buildDraft(read, system, report, items), ...(demo ? { demo } : {}) };
  checkReferences(draft, walker.references, report);
  return { draft, ...(systemId === undefined ? {} : { systemId }) };
}

function systemIdOf(document: YamlDocument, root: YamlNode | undefined): string | undefined {
  const value = valueAt(document, root, 'system');
  return isScalar(value) && typeof value.value === 'string' ? value.value : undefined;
}

/** Read leniently: keys that begin with `x-` are anybody's, so that a strange value is no error. */
function demoOf(document: YamlDocument, root: YamlNode | undefined): ClusterDraft['demo'] {
  const demo = valueAt(document, root, 'x-demo');
  const factor = valueAt(document, demo, 'timeFactor');
  const value = isScalar(factor) ? factor.value : 1;
  if (!isMap(demo) || typeof value !== 'number' || !(value >= 1 && value <= MAX_TIME_FACTOR))
    return undefined;
  return { timeFactor: value };
}

function valueAt(document: YamlDocument, map: YamlNode | undefined, name: string): YamlNode | undefined {
  const pair = isMap(map) ? map.items.find(({ key }) => keyText(document.resolve(key)) === name) : undefined;
  return document.resolve(pair?.value);
}

function addProblem(report: Report, { start, end, message, related }: YamlProblem): void {
  const { text, lines } = report;
  // An error at the very end is shown on the last character that a person can see.
  const seen = report.seenEnd;
  let from = start >= seen && seen > 0 ? seen - 1 : start;
  // Likewise one at the end of a line, where there is nothing to underline.
  while (from > 0 && /[\r\n]/.test(text[from] ?? '') && !/[\r\n]/.test(text[from - 1] ?? '\n')) from--;
  report.add('yaml-syntax', 'error', lines.rangeInLine(from, Math.max(end, from + 1)), message, {
    related: related
      ? [{ range: lines.rangeInLine(related.start, related.end), message: related.message }]
      : [],
  });
}

function findTwinClusters(parsed: readonly { document: ParsedDocument; report: Report }[]): void {
  const seen = new Map<string, Range>();
  for (const { document, report } of parsed) {
    const name = document.draft.name;
    if (!name) continue;
    const first = seen.get(name.value);
    if (!first) seen.set(name.value, name.range);
    else {
      report.add(
        'duplicate-name',
        'error',
        name.range,
        `There is another cluster '${name.value}' on line ${first.start.line + 1} of this file. Rename one.`,
        { related: [{ range: first, message: `The first cluster '${name.value}'.` }] },
      );
    }
  }
}

function firstLine(text: string): { start: number; end: number } {
  const end = text.indexOf('\n');
  return { start: 0, end: end === -1 ? text.length : end };
}
