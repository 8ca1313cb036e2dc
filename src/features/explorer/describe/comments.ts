export interface ParsedComment {
  /** The comment without its marks. */
  text: string;
  /** From `[source: api/issues/search issues[].key]`. */
  source: string | null;
  /** From `[fk: sonarqube_projects.id]`. */
  foreignKey: { table: string; column: string } | null;
}

/** Splits a comment of schema `data` into its text and the marks that the rooms' data-views.sql put into it. */
export function parseComment(comment: string | null): ParsedComment {
  const whole = comment ?? '';
  const key = /\[fk:\s*(?:data\.)?([a-z0-9_]+)\.([a-z0-9_]+)\s*\]/.exec(whole);
  const source = markText(whole, 'source');
  const text = without(without(whole, 'source'), 'fk').replace(/\s+/g, ' ').trim();
  return {
    text,
    source: source ?? null,
    foreignKey: key === null ? null : { table: key[1] as string, column: key[2] as string },
  };
}

/** A source may itself contain brackets (`issues[].key`), so the mark ends at the bracket that closes it. */
function markRange(text: string, mark: string): { start: number; end: number } | undefined {
  const start = text.indexOf(`[${mark}:`);
  if (start < 0) return undefined;
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    if (text[index] === '[') depth += 1;
    if (text[index] === ']') depth -= 1;
    if (depth === 0) return { start, end: index + 1 };
  }
  return undefined;
}

function markText(text: string, mark: string): string | undefined {
  const range = markRange(text, mark);
  return range === undefined ? undefined : text.slice(range.start + mark.length + 2, range.end - 1).trim();
}

function without(text: string, mark: string): string {
  const range = markRange(text, mark);
  return range === undefined ? text : without(text.slice(0, range.start) + text.slice(range.end), mark);
}
