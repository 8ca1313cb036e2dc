/** A pattern for `ilike` that finds the text anywhere; null without a text. */
export function containing(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : `%${escaped(text)}%`;
}

/** The same for what begins with the text. */
export function beginningWith(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : `${escaped(text.toLowerCase())}%`;
}

/** The text as `like` takes it for itself. */
export const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
