import type { Finding, Severity } from '../cluster/finding';

const choices = ['error', 'warning', 'information', 'off'] as const;

/** What a person wants a code to be instead of its built-in severity. */
export type SeverityChoice = (typeof choices)[number];

/** The choices by code, as in the setting `standby.rules.severity`. */
export type SeverityChoices = Readonly<Record<string, SeverityChoice>>;

/** The setting as it was written; what is no choice is left out, because settings are written by hand. */
export function severityChoices(setting: unknown): SeverityChoices {
  if (typeof setting !== 'object' || setting === null || Array.isArray(setting)) return {};
  return Object.fromEntries(
    Object.entries(setting as Record<string, unknown>).flatMap(([code, written]) => {
      const choice = choices.find((one) => one === written);
      return choice ? [[code, choice] as const] : [];
    }),
  );
}

/** The findings with the severities that were chosen, without those that are off. Pure. */
export function withSeverities(findings: readonly Finding[], chosen: SeverityChoices): readonly Finding[] {
  return findings.flatMap((finding) => {
    const choice = Object.hasOwn(chosen, finding.code) ? chosen[finding.code] : undefined;
    if (choice === 'off') return [];
    return choice === undefined ? [finding] : [{ ...finding, severity: choice satisfies Severity }];
  });
}
