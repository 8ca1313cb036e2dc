/** Values of a statement under construction; each gets its own parameter. */
export class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

/** A pattern for `ilike` that finds the text anywhere, taken as it stands. */
export function containing(text: string): string {
  return `%${escaped(text)}%`;
}

export function beginningWith(text: string): string {
  return `${escaped(text)}%`;
}

const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
