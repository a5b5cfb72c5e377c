import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Finding, Severity } from '../cluster/finding';
import type { Range } from '../cluster/place';

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
};

/**
 * The findings as a log in the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0), which code
 * hosts show beside the changed lines. Columns count UTF-16 units, as SARIF's default does (3.14.17).
 */
export function sarif(checked: readonly { name: string; findings: readonly Finding[] }[], version: string) {
  const codes = [...new Set(checked.flatMap(({ findings }) => findings.map(({ code }) => code)))].sort();
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Standby',
            semanticVersion: version,
            rules: codes.map((id) => ({ id, defaultConfiguration: { level: levelOf(checked, id) } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        artifacts: checked.map(({ name }) => ({ location: { uri: uriOf(name) } })),
        results: checked.flatMap(({ name, findings }, index) =>
          findings.map((finding) => ({
            ruleId: finding.code,
            ruleIndex: codes.indexOf(finding.code),
            level: levels[finding.severity],
            message: { text: finding.message },
            locations: [{ physicalLocation: physicalLocation(name, finding.range, index) }],
            ...(finding.related.length === 0
              ? {}
              : {
                  relatedLocations: finding.related.map((related, id) => ({
                    id: id + 1,
                    message: { text: related.message },
                    physicalLocation: physicalLocation(related.file ?? name, related.range),
                  })),
                }),
          })),
        ),
      },
    ],
  };
}

function levelOf(checked: readonly { findings: readonly Finding[] }[], code: string) {
  for (const { findings } of checked) {
    const found = findings.find((finding) => finding.code === code);
    if (found) return levels[found.severity];
  }
  return 'warning';
}

function physicalLocation(file: string, { start, end }: Range, index?: number) {
  return {
    artifactLocation: { uri: uriOf(file), ...(index === undefined ? {} : { index }) },
    region: {
      startLine: start.line + 1,
      startColumn: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    },
  };
}

/** A relative path stays relative, so that the log fits the repository on another machine (SARIF 3.4.3). */
function uriOf(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file.split(sep).map(encodeURIComponent).join('/');
}
