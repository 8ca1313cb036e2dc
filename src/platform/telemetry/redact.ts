/** Names of fields whose text is never shown. Flags and counts of such names (`tokenExpired`, `tokens`) stay. */
const secretName =
  /(^|[^a-z])(authorization|cookie|credentials?|api[-_]?key|private[-_]?key|master[-_]?key)$|token$|passw(or)?d|passphrase|secret|connection[-_]?string|database[-_]?url/i;

const hidden = '[redacted]';
const maxDepth = 8;
const maxText = 4_000;

/** What looks like a secret inside a text, with what is put in its place. */
const patterns: readonly [RegExp, string][] = [
  // SonarQube, Harness, Bitbucket and our own tokens.
  [/\b(sq[uap]|sqco|plb[a-z]*)_[A-Za-z0-9_-]{4,}/g, `$1_${hidden}`],
  [/\bwhsec_[A-Za-z0-9+/=]{8,}/g, `whsec_${hidden}`],
  [/\b([ps]at)\.[\w-]{4,}\.[\w-]{4,}\.[\w-]{4,}/g, `$1.${hidden}`],
  [/\bBBDC-[A-Za-z0-9+/=]{8,}/g, `BBDC-${hidden}`],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{4,}/gi, `$1 ${hidden}`],
  [/:\/\/[^\s/"'<>]+@/g, `://${hidden}@`],
  [/([?&](?:[\w-]*token|password|secret|api_?key|code|state)=)[^&\s"'#]+/gi, `$1${hidden}`],
  [/((?:password|passwd|secret|token|api_?key)"?\s*[:=]\s*"?)[^\s"',}&]+/gi, `$1${hidden}`],
  // The rest of a webhook's path may be the only thing that proves its sender.
  [/(\/hooks\/[a-z-]+\/[^/\s?"']+)\/[^\s?"']+/g, `$1/${hidden}`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, hidden],
];

/** The text without anything that looks like a secret, at most 4,000 characters of it. */
export function redactText(text: string): string {
  let redacted = text.length > maxText ? `${text.slice(0, maxText)}…` : text;
  for (const [pattern, replacement] of patterns) redacted = redacted.replace(pattern, replacement);
  return redacted;
}

/** A copy for the log: secret-like fields hidden at any depth, texts cleaned, errors as plain data. */
export function redactFields(fields: object): Record<string, unknown> {
  return copyEntries(fields, 0, new Set([fields]));
}

function copyEntries(fields: object, depth: number, above: Set<object>): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const secret = secretName.test(name) && value !== null && ['string', 'object'].includes(typeof value);
    copy[name] = secret ? hidden : copyValue(value, depth + 1, above);
  }
  return copy;
}

function copyValue(value: unknown, depth: number, above: Set<object>): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > maxDepth || above.has(value)) return '[…]';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof URL) return redactText(value.href);
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  above.add(value);
  try {
    if (value instanceof Error) return copyError(value, depth, above);
    if (value instanceof Map || value instanceof Set) return copyValue([...value], depth, above);
    if (Array.isArray(value)) return value.map((entry) => copyValue(entry, depth + 1, above));
    return copyEntries(value, depth, above);
  } finally {
    above.delete(value);
  }
}

function copyError(error: Error, depth: number, above: Set<object>): Record<string, unknown> {
  return {
    type: error.name,
    message: redactText(error.message),
    ...copyEntries(error, depth, above),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: copyValue(error.cause, depth + 1, above) }),
    ...(error instanceof AggregateError ? { errors: copyValue(error.errors, depth + 1, above) } : {}),
  };
}
