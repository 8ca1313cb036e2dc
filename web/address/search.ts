/**
 * What a person set is in the address, in a form people can read and type: flat names, lists separated by commas.
 * A value that makes no sense counts as absent, so that an old or mistyped link still opens its page.
 */
type Raw = Record<string, unknown>;

/** `?a=1&b=x,y` as plain strings; the first of a name that occurs twice. */
export function parseSearch(search: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(search)) values[name] ??= value;
  return values;
}

/** The reverse; absent values and empty lists leave no trace. Commas and slashes stay readable. */
export function stringifySearch(values: Raw): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    const text = searchText(value);
    if (text !== undefined) parts.push(`${encodeURIComponent(name)}=${readable(text)}`);
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

const readable = (text: string): string =>
  encodeURIComponent(text).replaceAll('%2C', ',').replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%20', '+');

function searchText(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '' || value === false) return undefined;
  if (value === true) return '1';
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.join(',');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

const stringOf = (raw: unknown): string | undefined => {
  if (typeof raw === 'number') return String(raw);
  if (Array.isArray(raw)) return raw.join(',');
  return typeof raw === 'string' && raw !== '' ? raw : undefined;
};

export const text = (raw: unknown): string | undefined => stringOf(raw);

export const flag = (raw: unknown): true | undefined => (raw === true || raw === '1' ? true : undefined);

export function oneOf<T extends string>(raw: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((candidate) => candidate === raw);
}

/** Members in the order of `allowed`, so that equal choices have equal addresses. */
export function manyOf<T extends string>(raw: unknown, allowed: readonly T[]): T[] | undefined {
  const wanted = new Set(stringOf(raw)?.split(','));
  const members = allowed.filter((candidate) => wanted.has(candidate));
  return members.length === 0 ? undefined : members;
}

export function positive(raw: unknown): number | undefined {
  const value = stringOf(raw);
  if (value === undefined || !/^[1-9]\d{0,14}$/.test(value)) return undefined;
  return Number(value);
}

export function ids(raw: unknown): number[] | undefined {
  const members = (stringOf(raw)?.split(',') ?? []).map(positive).filter((id) => id !== undefined);
  return members.length === 0 ? undefined : [...new Set(members)].sort((a, b) => a - b);
}

/** `2026-11-21`, when there is such a day. */
export function day(raw: unknown): string | undefined {
  const value = stringOf(raw);
  if (value === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return undefined;
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value) ? value : undefined;
}

/** An address inside this application to go back to after signing in; anything else would lead people elsewhere. */
export function localAddress(raw: unknown): string | undefined {
  const value = stringOf(raw);
  // Control characters are dropped by browsers, which would turn `/<tab>/evil` into `//evil`.
  return value !== undefined && /^\/(?![/\\])[\x20-\uffff]*$/.test(value) ? value : undefined;
}
