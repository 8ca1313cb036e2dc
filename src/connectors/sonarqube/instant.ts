/**
 * A server date (`2026-11-21T07:06:21+0000`) as ISO 8601 UTC with milliseconds; null when it is none.
 * Called three times per issue, so the usual form (server in UTC) is converted without a Date.
 */
export function toInstant(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  // Stryker disable next-line ConditionalExpression,EqualityOperator,MethodExpression,BlockStatement: both ways alike
  if (text.length === 24 && text.endsWith('+0000')) {
    return plain.test(text) ? `${text.slice(0, 19)}.000Z` : null;
  }
  // Stryker disable next-line Regex: this engine understands an offset without a colon, too; no other has to
  const at = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

const plain = /^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d\+0000$/;

/**
 * The only form of a moment that every version accepts as a parameter: `Z`, `+00:00` and milliseconds are refused with
 * 400, and the `+` must reach the server as `%2B`.
 */
export function toServerDate(at: Date): string {
  return `${at.toISOString().slice(0, 19)}+0000`;
}

/** Whole seconds since 1970 of an instant written by `toInstant`. */
export function secondsOf(instant: string): number {
  return Date.parse(instant) / 1000;
}
