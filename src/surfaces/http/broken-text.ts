/**
 * Path of the first text in `value` that no database takes: one with a NUL character or half a surrogate pair; else
 * undefined. Refused at the door, so that no room has to think of it.
 */
export function brokenText(value: unknown): string[] | undefined {
  if (typeof value === 'string') return isBroken(value) ? [] : undefined;
  if (value === null || typeof value !== 'object') return undefined;
  for (const [name, inner] of Object.entries(value)) {
    if (isBroken(name)) return [];
    const path = brokenText(inner);
    if (path !== undefined) return [name, ...path];
  }
  return undefined;
}

const isBroken = (text: string): boolean => text.includes('\0') || !text.isWellFormed();
