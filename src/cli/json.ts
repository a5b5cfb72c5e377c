/**
 * JSON for other programs. `JSON.stringify` throws on a bigint; here it becomes a number, exact to 2^53
 * and rounded above.
 */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_key, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner),
    indent,
  );
}
