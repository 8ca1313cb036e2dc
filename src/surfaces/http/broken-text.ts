/**
 * Path of the first text in `value` that no database takes: one with a NUL character or half a surrogate pair; else
 * undefined. Refused at the door, so that no room has to think of it.
 */
export function brokenText(value: unknown): string[] | undefined {
  if (typeof value === 'string') return isBroken(value) ? [] : undefined;
  if (value === null || typeof value !== 'object') return undefined;
  return Array.isArray(value) ? brokenElement(value) : brokenMember(value as Record<string, unknown>);
}

function brokenElement(values: readonly unknown[]): string[] | undefined {
  for (let place = 0; place < values.length; place++) {
    const path = brokenText(values[place]);
    if (path !== undefined) return [String(place), ...path];
  }
  return undefined;
}

function brokenMember(value: Record<string, unknown>): string[] | undefined {
  for (const name of Object.keys(value)) {
    if (isBroken(name)) return [];
    const path = brokenText(value[name]);
    if (path !== undefined) return [name, ...path];
  }
  return undefined;
}

const isBroken = (text: string): boolean => text.includes('\0') || !text.isWellFormed();
