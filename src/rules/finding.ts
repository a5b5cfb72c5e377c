import type { Finding, Fix, Related, Severity } from '../cluster/finding';
import type { Range } from '../cluster/place';

/** A finding with what most have left out. */
export function finding(
  code: string,
  severity: Severity,
  range: Range,
  message: string,
  extras: { readonly related?: readonly Related[]; readonly fixes?: readonly Fix[] } = {},
): Finding {
  return { code, severity, range, message, related: extras.related ?? [], fixes: extras.fixes ?? [] };
}
